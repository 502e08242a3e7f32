import KithCore

/// Why a request gets no answer, as RFC 9457 has it.
public struct Problem: Error, Sendable {
  /// The kinds that there are, each with its status.
  public enum Kind: Int, Sendable, CaseIterable {
    case malformed = 400
    case unauthorised = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case conflict = 409
    case tooLarge = 413
    case unsupportedMedia = 415
    case invalid = 422
    case tooMany = 429
    case bug = 500
    case unavailable = 503

    var slug: String {
      switch self {
      case .malformed: "malformed-request"
      case .unauthorised: "unauthorised"
      case .forbidden: "forbidden"
      case .notFound: "not-found"
      case .methodNotAllowed: "method-not-allowed"
      case .conflict: "conflict"
      case .tooLarge: "too-large"
      case .unsupportedMedia: "unsupported-media-type"
      case .invalid: "invalid-request"
      case .tooMany: "too-many-requests"
      case .bug: "internal-error"
      case .unavailable: "unavailable"
      }
    }

    var title: String {
      switch self {
      case .malformed: "The request cannot be understood"
      case .unauthorised: "Not let in"
      case .forbidden: "The role may not do this"
      case .notFound: "There is no such thing"
      case .methodNotAllowed: "The method is not allowed here"
      case .conflict: "The request does not fit the present state"
      case .tooLarge: "The request is too large"
      case .unsupportedMedia: "The body is of the wrong type"
      case .invalid: "The request is wrong"
      case .tooMany: "Too many requests"
      case .bug: "Something went wrong here"
      case .unavailable: "Not possible at the moment"
      }
    }
  }

  public var kind: Kind
  /// What went wrong, where, what was seen, what is allowed, what to do.
  public var error: KithError
  /// All that is wrong with parameters or body.
  var violations: [Violation] = []
  /// Headers that belong to the answer.
  var headers: [(name: String, value: String)] = []

  init(_ kind: Kind, _ error: KithError) {
    self.kind = kind
    self.error = error
  }

  init(
    _ kind: Kind, _ what: String, place: String? = nil, seen: String? = nil, allowed: String? = nil, fix: String? = nil
  ) {
    self.init(
      kind, KithError(.configuration, what, place: place, seen: seen, allowed: allowed, fix: fix))
  }

  /// Wrong parameters or a wrong body; there is at least one violation.
  init(_ kind: Kind, _ violations: [Violation]) {
    let first = violations.first
    self.init(
      kind, first?.what ?? "the request is wrong", place: first?.place, seen: first?.seen, allowed: first?.allowed,
      fix: first?.fix)
    self.violations = violations
  }

  /// What the engine refused.
  init(_ error: KithError) {
    switch error.recovery {
    case .configuration, .record: self.init(.invalid, error)
    case .transient, .authorisation:
      self.init(.unavailable, error)
      headers = [("Retry-After", String(Int(max(error.retryAfter ?? 5, 1))))]
    case .bug: self.init(.bug, error)
    }
  }

  /// The body. What a bug saw stays in the log.
  var json: JSON {
    let isBug = kind == .bug
    let detail = isBug ? "\(error.what); the log tells more" : error.description
    var members: [JSON.Member] = [
      .init("type", .text("urn:kith:problem:\(kind.slug)")), .init("title", .text(kind.title)),
      .init("status", .integer(Int64(kind.rawValue))), .init("detail", .text(detail)), .init("what", .text(error.what)),
    ]
    if !isBug {
      let words = [("where", error.place), ("seen", error.seen), ("allowed", error.allowed), ("fix", error.fix)]
      for (name, text) in words { if let text { members.append(.init(name, .text(text))) } }
    }
    if violations.count > 1 { members.append(.init("violations", .list(violations.map(\.json)))) }
    return .object(members)
  }

  static let mediaType = "application/problem+json"

  static let shape = Shape.object(
    ObjectShape(
      "Problem", "Why a request gets no answer (RFC 9457).",
      [
        Property("type", .text(), "The kind of problem, as a URN."), Property("title", .text(), "The kind in words."),
        Property("status", .integer(400...599), "The HTTP status."),
        Property("detail", .text(), "All of it in a sentence."),
        Property("what", .text(), "What went wrong, without values."),
        Property("where", .text(), "The parameter, member, file or line.", isOptional: true),
        Property("seen", .text(), "The value seen.", isOptional: true),
        Property("allowed", .text(), "What is allowed instead.", isOptional: true),
        Property("fix", .text(), "What to do next.", isOptional: true),
        Property(
          "violations", .list(Violation.shape), "All that is wrong, when it is more than one.", isOptional: true),
      ]))
}

extension Violation {
  static let shape = Shape.object(
    ObjectShape(
      "Violation", "One thing that is wrong with a request.",
      [
        Property("where", .text(), "The parameter or member."), Property("what", .text(), "What is wrong with it."),
        Property("seen", .text(), "The value seen.", isOptional: true),
        Property("allowed", .text(), "What is allowed instead.", isOptional: true),
        Property("fix", .text(), "What to do next.", isOptional: true),
      ]))

  var json: JSON {
    var members: [JSON.Member] = [.init("where", .text(place)), .init("what", .text(what))]
    for (name, text) in [("seen", seen), ("allowed", allowed), ("fix", fix)] {
      if let text { members.append(.init(name, .text(text))) }
    }
    return .object(members)
  }
}
