import KithHTTP

extension RESTSchema {
  static let webhook = Section(
    name: "a webhook",
    summary:
      "The tool posts to `/webhooks/v1/SOURCE` of `kith serve`. A message is checked byte for byte before anything is read, stored before it is answered, and read like the records of a list. One that has come before changes nothing.",
    keys: [
      Key("header", "name", "Where the signature stands. Needed."),
      Key("prefix", "text", "What stands before it, as `sha256=`."),
      Key(
        "algorithm", MessageSignature.Algorithm.allCases.map(\.rawValue).joined(separator: ", "),
        "Default hmac-sha256. Of ecdsa-sha256 the key is a public one, in base64 or PEM."),
      Key("encoding", "base64, hex", "Of the signature. Default base64."),
      Key("key", "template", "Names an option; a source without it takes no messages. Needed."),
      Key(
        "signed", RESTWebhook.Signed.allCases.map(\.rawValue).joined(separator: ", "),
        "What is signed: the body, or the time and the body, with a dot between them or without. Default body."),
      Key("timestamp_header", "name", "Where the time of sending stands, in Unix seconds. Needed when it is signed."),
      Key("tolerance_seconds", "number", "How far that may be from now. Default 300."),
      Key("topic", "{header: NAME} or {path: PATH}", "What says what has happened."),
      Key("streams", "{NAME: a webhook's stream}", "What messages are about. Needed."),
    ])

  static let webhookStream = Section(
    name: "a webhook's stream", summary: "One of the manifest's streams.",
    keys: [
      Key("topics", "list", "Only messages with one of these topics. Default all."),
      Key("gone", "list", "Messages with one of these topics say that the record is gone."),
      Key("records", "path", "Where the records lie in a message. Default the whole message."),
      Key("only", "condition", "Records that count; that of the stream is for its lists."),
      Key(
        "fields", "mapping",
        "What a message has in another place than the stream's lists; the other fields are the stream's."),
    ])
}
