import CCurl
import KithCore

/// In which headers a tool tells how much may still be asked, and in which unit it counts the time.
public struct RateHeaderNames: Sendable, Equatable {
  public enum Unit: Sendable, Equatable {
    /// By the size of the number: seconds to go, seconds since 1970 or milliseconds since 1970.
    case guessed
    case seconds
    case milliseconds
    case epochSeconds
    case epochMilliseconds
  }

  /// How many requests are left; the first header that is there counts.
  public var remaining: [String]
  /// When there are more again.
  public var reset: [String]
  public var resetUnit: Unit
  /// The beginning of the names of headers that tell both in one, each of a part of the interface:
  /// `total=100; remaining=0; resets=43`, in seconds to go.
  public var parts: String?

  public init(remaining: [String], reset: [String], resetUnit: Unit = .guessed) {
    self.remaining = remaining
    self.reset = reset
    self.resetUnit = resetUnit
  }

  /// What most tools use: no standard, but widespread; and the headers of the IETF's drafts for RateLimit fields.
  public static let standard = RateHeaderNames(
    remaining: ["X-RateLimit-Remaining", "RateLimit-Remaining", "X-Rate-Limit-Remaining"],
    reset: ["X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset"])
}

/// What the headers of an answer say about asking again.
public struct RateHint: Sendable, Equatable {
  /// Requests that are left.
  public var remaining: Double?
  /// Seconds until there are more.
  public var resetAfter: Double?
  /// Seconds that the tool wants to be left alone (RFC 9110, section 10.2.3).
  public var retryAfter: Double?

  /// Longer waits are a mistake or an attack: a day, in seconds.
  public static let longestWait = 86_400.0

  /// Reads the headers. Moments are held against the answer's own Date, so that a wrong clock on either side does not
  /// matter.
  public init(headers: HTTPHeaders, names: RateHeaderNames, now: Timestamp) {
    let serverNow = headers["Date"].flatMap { Self.date($0) } ?? now
    func first(_ names: [String]) -> String? { names.lazy.compactMap { headers[$0] }.first }
    retryAfter = first(["Retry-After"]).flatMap { Self.seconds($0, .guessed, serverNow) }
    if let precise = first(["Retry-After-Ms", "X-Ms-Retry-After-Ms"]) {
      retryAfter = Self.seconds(precise, .milliseconds, serverNow) ?? retryAfter
    }
    remaining = first(names.remaining).flatMap { Self.number($0) }
    resetAfter = first(names.reset).flatMap { Self.seconds($0, names.resetUnit, serverNow) }
    if let parts = names.parts?.lowercased() {
      for field in headers.fields where field.name.lowercased().hasPrefix(parts) {
        guard let part = Self.structured(field.value), remaining.map({ part.remaining < $0 }) ?? true else { continue }
        (remaining, resetAfter) = (part.remaining, Self.capped(part.reset))
      }
    }
    if remaining == nil, let field = first(["RateLimit"]), let tightest = Self.structured(field) {
      (remaining, resetAfter) = (tightest.remaining, Self.capped(tightest.reset))
    }
  }

  /// Whether nothing should be asked now.
  public var saysWait: Bool { retryAfter != nil || remaining.map { $0 < 1 } == true }

  /// Seconds to wait; nil when the tool does not say.
  public var wait: Double? { retryAfter ?? (saysWait ? resetAfter : nil) }

  private static func number(_ text: String) -> Double? {
    Double(text.prefix { $0 != "," && $0 != "/" && $0 != ";" && $0 != " " }).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func seconds(_ text: String, _ unit: RateHeaderNames.Unit, _ now: Timestamp) -> Double? {
    guard let number = Double(text), number.isFinite else {
      return date(text).map { capped(Double($0.microseconds - now.microseconds) / 1e6) }
    }
    let present = Double(now.microseconds) / 1e6
    switch unit {
    case .guessed:
      let isEpoch = number >= 1e9
      return capped(isEpoch ? (number >= 1e11 ? number / 1e3 : number) - present : number)
    case .seconds: return capped(number)
    case .milliseconds: return capped(number / 1e3)
    case .epochSeconds: return capped(number - present)
    case .epochMilliseconds: return capped(number / 1e3 - present)
    }
  }

  private static func capped(_ seconds: Double) -> Double { min(max(seconds, 0), longestWait) }

  /// The three forms of an HTTP date (RFC 9110, section 5.6.7).
  static func date(_ text: String) -> Timestamp? {
    guard text.contains(where: \.isLetter) else { return nil }
    let seconds = curl_getdate(text, nil)
    return seconds < 0 ? nil : Timestamp(seconds: Int64(seconds))
  }

  /// `limit=100, remaining=3, reset=20` of the earlier drafts and `"hour";r=3;t=20, "day";r=0;t=9000` of the later ones:
  /// of several limits the one with least left.
  private static func structured(_ field: String) -> (remaining: Double, reset: Double)? {
    var tightest: (remaining: Double, reset: Double)?
    var remaining: Double?
    for part in field.split(whereSeparator: { $0 == "," || $0 == ";" }) {
      let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
      guard pair.count == 2, let value = number(pair[1]) else { continue }
      switch pair[0] {
      case "r", "remaining": remaining = value
      case "t", "reset", "resets":
        guard let left = remaining else { continue }
        if tightest.map({ left < $0.remaining }) ?? true { tightest = (left, value) }
      default: continue
      }
    }
    return tightest
  }
}
