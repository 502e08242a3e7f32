import KithCore
import KithEngine

/// What tools send by themselves.
extension APIContents {
  private static let received = Shape.object(
    ObjectShape(
      "MessageReceived", "A message that will not be lost.",
      [Property("is_new", .boolean, "False when it came before; it is not read again then.")]))

  static let webhooks: [Endpoint] = [
    Endpoint(
      "receive_message", .post, "/webhooks/v1/{source}",
      "For tools: what has happened there, signed as the source's connector says. Answers when it is on the disk; it is read afterwards.",
      roles: nil, parameters: [sourceName], success: .json(status: 200, received),
      problems: [.notFound, .unauthorised, .tooLarge, .tooMany],
      .message { call, message in
        let source = try call.required("source")
        switch try WebhookInbox(hub: call.hub).take(message, source: source) {
        // No names: whoever asks here is a stranger.
        case .unknown: throw Problem(.notFound, "there is nothing here")
        case .refused: throw Problem(.unauthorised, "the message is refused")
        case .known: return .json(.of(("is_new", false)))
        case .kept:
          call.place.service.messagesCame(for: source)
          return .json(.of(("is_new", true)))
        }
      })
  ]
}
