/// The words of a REST manifest: what the parser takes, what its errors name, and what docs/rest-manifest.md lists.
public enum RESTSchema {
  public struct Section: Sendable {
    /// What has these keys, with its article.
    public let name: String
    public let summary: String
    public let keys: [Key]

    var names: [String] { keys.map(\.name) }
  }

  public struct Key: Sendable {
    public let name: String
    public let value: String
    public let summary: String

    init(_ name: String, _ value: String, _ summary: String) {
      self.name = name
      self.value = value
      self.summary = summary
    }
  }

  public static let sections = [
    manifest, option, authorisation, oauth, session, limits, errors, rule, stream, request, job, paging, incremental,
    parent, condition, webhook, webhookStream,
  ]

  static let manifest = Section(
    name: "a manifest", summary: "The whole file.",
    keys: [
      Key("name", "word", "The connector's name in connectors.yml. Needed."),
      Key("title", "text", "The tool's own name. Needed."),
      Key("summary", "text", "What is read from it, in one or two sentences. Needed."),
      Key(
        "verified", "text",
        "What backs it: a live server that it was run against, or recorded exchanges whose shape its fixtures have. Without it Kith says: untested against the real thing."
      ),
      Key("options", "{NAME: option}", "What a person sets in connectors.yml; templates name them."),
      Key("base_url", "template", "What the paths of requests are added to. Needed; a person can set another one."),
      Key(
        "authorisation", "one, or a list", "How requests prove who they are; of a list the first whose options are set."
      ),
      Key("headers", "{NAME: template}", "What every request is sent with."),
      Key("limits", "limits", "How fast and how much may be asked."),
      Key("errors", "errors", "What the tool's errors look like."),
      Key("paging", "paging", "For streams that say nothing else."),
      Key("streams", "{NAME: stream}", "What can be read. Needed."),
      Key("webhook", "webhook", "What the tool sends by itself when something has happened."),
    ])

  static let option = Section(
    name: "an option", summary: "A text that `${NAME}` stands for.",
    keys: [
      Key("kind", "text, secret, integer, choice, list", "Default text. A secret is given as env:NAME or file:PATH."),
      Key("summary", "text", "What it is and where to find it. Needed."),
      Key("required", "true, false", "Default false."),
      Key("default", "text", "Its value when nothing is set."),
      Key("values", "list", "Of a choice: what is allowed."),
      Key("minimum", "number", "Of an integer."),
      Key("maximum", "number", "Of an integer."),
    ])

  static let authorisation = Section(
    name: "authorisation", summary: "One of these. Credentials go to the host of the base URL and to no other.",
    keys: [
      Key("none", "true", "The tool asks for nothing."),
      Key("api_key", "{header or query, prefix, value}", "A key in a header or in the query."),
      Key("basic", "{user, password}", "User and password (RFC 7617)."),
      Key("bearer", "template", "A token that never changes (RFC 6750)."),
      Key("oauth2", "oauth2", "Tokens that are fetched and renewed (RFC 6749)."),
      Key("session", "session", "A login of its own."),
      Key(
        "oauth1", "{method, consumer_key, consumer_secret, token, token_secret}",
        "OAuth 1.0a without a person (RFC 5849): each request is signed. method hmac-sha256 (the default) or hmac-sha1; token and token_secret where the tool gives them."
      ),
      Key("hmac", "{header, prefix, key, encoding}", "HMAC-SHA256 of the body; encoding hex or base64."),
    ])

  static let oauth = Section(
    name: "oauth2",
    summary:
      "With a refresh token on behalf of somebody; with a private key for a client that signs for itself (RFC 7523), as service accounts do; without either for the client itself. A new refresh token is kept before it is used.",
    keys: [
      Key("token_url", "template", "The token endpoint, a whole URL. Needed."),
      Key(
        "authorise_url", "template",
        "Where a person agrees, for `kith connect SOURCE`; the refresh token that it brings stands for `refresh_token`."
      ),
      Key("authorise_parameters", "{NAME: template}", "What else that page wants: scope, access_type, prompt."),
      Key("client_id", "template", "Needed, unless the key's file names it (`client_email`)."),
      Key("client_secret", "template", ""),
      Key("refresh_token", "template", "What a person's agreement gave."),
      Key(
        "private_key", "template",
        "An RSA key in PEM, or the JSON file with it at `private_key`: what is said is signed by RS256, and the key never sent."
      ),
      Key(
        "claims", "{NAME: template}",
        "What is signed besides who the client is and until when: scope, sub. Default for `aud`: token_url."),
      Key("proof", "body, basic", "How the client proves itself. Default body."),
      Key("parameters", "{NAME: template}", "What else the endpoint wants: scope, audience, resource."),
      Key("header", "name", "Where the token goes. Default Authorization."),
      Key("prefix", "text", "What stands before it. Default `Bearer `."),
    ])

  static let session = Section(
    name: "a session", summary: "It is renewed when the tool answers 401, or when an error rule says authorisation.",
    keys: [
      Key("request", "request", "The login. Needed."),
      Key("values", "{NAME: {path, header or cookie}}", "What is taken from its answer. Needed."),
      Key("token", "template", "Made of these values and the options; default the only value."),
      Key("encode", "none, base64", "Default none."),
      Key("header", "name", "Where the token goes. Without it, it stands for `${session}` in bodies."),
      Key("prefix", "text", "What stands before it."),
      Key("lifetime_seconds", "number", "How long it is used. Default until it is refused."),
    ])

  static let limits = Section(
    name: "limits", summary: "All streams and sources with the same credentials share them.",
    keys: [
      Key("requests", "number", "So many requests …"),
      Key("per_seconds", "number", "… in so many seconds. Default 60."),
      Key("window", "sliding, fixed", "Any stretch of that length, or windows of the clock. Default sliding."),
      Key("at_once", "number", "Requests that run at the same time. Default 4."),
      Key("pause_seconds", "number", "Between the beginnings of two requests."),
      Key("remaining_header", "name", "The header that tells how many requests are left. Default the usual ones."),
      Key(
        "parts_header", "name",
        "The beginning of the names of headers that tell both at once, of a part of the interface each: `total=100; remaining=0; resets=43`."
      ),
      Key("reset_header", "name", "The header that tells when there are more."),
      Key("reset_unit", "guessed, seconds, milliseconds, epoch, epoch_ms", "How it counts. Default guessed."),
      Key("attempts", "number", "How often a request is tried. Default 5."),
      Key("page_bytes", "number", "The most bytes of one answer. Default 67108864."),
      Key("export_bytes", "number", "The most bytes of a job's file, unpacked. Default 4294967296."),
      Key("pages", "number", "The most pages of one list. Default 100000."),
    ])

  static let errors = Section(
    name: "errors", summary: "Status and codes decide, never the text, which may be in any language.",
    keys: [
      Key("message", "list of paths", "Where the tool's own words stand in an answer; the first that is there."),
      Key("rules", "list of rules", "The first that fits counts; then what the status says."),
    ])

  static let rule = Section(
    name: "a rule", summary: "",
    keys: [
      Key("status", "number", "Of the answer; 200 for errors that come as a success. Default any."),
      Key("path", "path", "In the answer's JSON."),
      Key("equals", "text or list", "What stands there; without it, that something does."),
      Key(
        "means", "transient, authorisation, configuration, empty",
        "What it is; empty: no error, a list without records. Needed."),
      Key("wait_seconds", "number", "Of transient errors, when no header says it."),
      Key("fix", "text", "What a person should do."),
    ])

  static let stream = Section(
    name: "a stream", summary: "One kind of record.",
    keys: [
      Key("summary", "text", "What one record is. Needed."),
      Key(
        "record", "profile, touchpoint, order, order_line, product, response, ticket, traffic, none",
        "What it becomes; none: only other streams belong to it. Needed."),
      Key("request", "request", "Needed, unless it is pushed."),
      Key("job", "job", "The request starts a job, and the list is the file that comes of it."),
      Key("pushed", "true, false", "It comes by the webhook alone. Default false."),
      Key("records", "path", "Where the records lie; `name.*`: the members of an object. Default the whole answer."),
      Key(
        "may_lack_records", "true, false",
        "An answer without records has nothing at `records`, but other lists: no reason to doubt that path. Default false."
      ),
      Key(
        "format", "json, ndjson, csv, xml, vcard, address_book",
        "Of the answer. Default json. address_book: the request's URL is that of an address book (RFC 6352); the records are its vCards, each with its name in the book at `_name`."
      ),
      Key("paging", "paging", "How long lists come."),
      Key("incremental", "incremental", "How only what is new is read. Without it the whole list is read each time."),
      Key("parent", "parent", "One list for each record of another stream, or for each value of an option."),
      Key("only", "condition", "Records that count; the others are left out and counted in a note."),
      Key("deleted", "condition", "Records that are gone."),
      Key(
        "complete", "true, false",
        "Whether a whole list is all there is, so that what is missing is marked deleted. Default: true without `incremental`."
      ),
      Key(
        "fields", "mapping",
        "What becomes of a record's values; see mapping.md. Values of the parent are at `_parent.NAME`. Needed."),
    ])

  static let request = Section(
    name: "a request",
    summary:
      "Templates name options as `${NAME}`, and `${page}`, `${offset}`, `${cursor}`, `${since}`, `${until}`, `${parent.NAME}`. A parameter or member whose value is missing is left out. A list is joined by commas, and an array in JSON.",
    keys: [
      Key("method", "GET, POST", "Default GET, or POST with a body."),
      Key("path", "template", "Added to the base URL. Needed."),
      Key("query", "{NAME: template}", ""),
      Key("headers", "{NAME: template}", ""),
      Key("json", "mapping, or JSON as text", "A body. As a mapping: what reads like a number or true, false is one."),
      Key("form", "{NAME: template}", "A body as forms send it."),
      Key("text", "template", "A body as it stands."),
      Key("content_type", "text", "Of `text`."),
    ])

  static let paging = Section(
    name: "paging",
    summary: "One of the first six, and what ends the list. A circle, a repeated page or another host is an error.",
    keys: [
      Key("page", "number", "`${page}` counts from this number."),
      Key("offset", "true", "`${offset}` is the number of records before the page."),
      Key("cursor", "path", "`${cursor}` is what stands there in the page before."),
      Key("keyset", "path", "`${cursor}` is this value of the last record."),
      Key("next_url", "path", "The URL of the next page."),
      Key("link_header", "true", "The Link header with rel=next (RFC 8288)."),
      Key(
        "until", "list",
        "`empty`, `{true: PATH}`, `{false: PATH}`, `{total: PATH}`, `{total_pages: PATH}`, `{total_pages_header: NAME}`, `{status: NUMBER}`. Default empty. A page that is shorter than asked for ends nothing."
      ),
      Key(
        "restart_after", "number",
        "The tool gives no more records of one list: it begins again at the last one's value of `incremental.field`, by which it must be sorted."
      ),
    ])

  static let incremental = Section(
    name: "incremental",
    summary:
      "One of field, token and link. What was read before comes again where the tool cannot be exact; nothing is stored twice.",
    keys: [
      Key("field", "path", "The value that grows: `${since}` is the greatest one seen."),
      Key("format", "iso, unix, unix_ms, number, or a pattern", "How records write it. Default iso."),
      Key("written", "the same, or iso_ms", "How the request writes it. Default the same."),
      Key("zone", "IANA name", "Of values that name none. Default UTC."),
      Key(
        "next", "newest, start_of_sync, header:NAME",
        "Where the next sync begins. start_of_sync: for lists that are not sorted by the field, or whose index lags. Default newest."
      ),
      Key("lookback_seconds", "number", "How far before that. Default 0."),
      Key(
        "sorted", "true, false",
        "The list is sorted by the field upwards: a sync that was stopped goes on within it. One that is seen to be in another order is told, and read to its end. Default false."
      ),
      Key("exclusive", "true, false", "The tool gives what comes after `${since}`, not what is at it. Default false."),
      Key("start", "date", "`${since}` of the first sync, when there must be one."),
      Key("slice_days", "number", "At most so many days at once, from `${since}` to `${until}`. Needs start."),
      Key(
        "whole_days", "true, false",
        "The answer is all there is of the days from `${since}` to `${until}`, both included: what the hub has of them and it lacks is gone. For traffic. Default false."
      ),
      Key(
        "token", "path",
        "A place in the list that the tool remembers: `${cursor}` of the next sync. With `start`, `${since}` stands where there is no place yet."
      ),
      Key("link", "path", "The URL with which the next sync begins."),
    ])

  static let parent = Section(
    name: "a parent", summary: "Each parent's list has its own pages and its own cursor.",
    keys: [
      Key("stream", "name", "Of this manifest."),
      Key("option", "name", "Of kind list; its value is `${parent.value}`."),
      Key(
        "values", "{NAME: path}",
        "What is taken from the parent's record. One of them must tell parents apart: the first."),
    ])

  static let condition = Section(
    name: "a condition", summary: "",
    keys: [
      Key("path", "path", "In the record. Needed."),
      Key("equals", "text or list", "What stands there; without it, that something does which is not false."),
      Key("not", "text or list", "What does not stand there."),
    ])
}
