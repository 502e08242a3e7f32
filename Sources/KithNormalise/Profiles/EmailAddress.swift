/// An e-mail address: what people are shown and what is compared.
struct EmailAddress: Equatable {
  /// In lower case, dots and plus part as they are.
  var display: String
  /// Without plus part, and for Gmail without dots and under one name: equal keys reach the same inbox.
  var matchingKey: String
  /// False for addresses behind which there is nobody: noreply@, test@test.com.
  var links: Bool

  /// Nil when the text is no address (RFC 5321 without quoted local parts and address literals; letters beyond ASCII
  /// as RFC 6531 has them). Takes `mailto:`, `Name <a@b>` and a closing comma, semicolon or dot off first.
  init?(_ text: String) {
    let parsed = withBytes(of: text) { (bytes) -> EmailAddress? in
      // Nearly all texts are an address and nothing else.
      if let shape = Shape(bytes), bytes[0] != UInt8(ascii: "'") {
        return EmailAddress.read(bytes, shape, whole: text)
      }
      return EmailAddress.bare(bytes).flatMap { bare in Shape(bare).map { EmailAddress.read(bare, $0, whole: nil) } }
    }
    guard let parsed else { return nil }
    self = parsed
  }

  private init(display: String, matchingKey: String, links: Bool) {
    self.display = display
    self.matchingKey = matchingKey
    self.links = links
  }

  /// All addresses of a field that holds several, parted by semicolons, commas or blanks.
  static func list(_ text: String) -> [EmailAddress] {
    guard text.utf8.count <= 4_096 else { return [] }
    return text.split { $0 == ";" || $0 == "," || $0 == " " || $0 == "\n" || $0 == "|" || $0 == "/" }
      .compactMap { EmailAddress(String($0)) }
  }

  private typealias Bytes = UnsafeBufferPointer<UInt8>

  /// The bytes of the address itself.
  private static func bare(_ bytes: Bytes) -> Bytes? {
    var slice = bytes[...]
    func isEdge(_ byte: UInt8) -> Bool {
      byte <= 0x20 || byte == 0x3B || byte == 0x2C || byte == 0x2E || byte == 0x22 || byte == 0x27
    }
    if let open = slice.lastIndex(of: UInt8(ascii: "<")) {
      guard let close = slice[open...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
      slice = slice[(open + 1)..<close]
    }
    while let last = slice.last, isEdge(last) { slice = slice.dropLast() }
    while let first = slice.first, first <= 0x20 || first == 0x22 || first == 0x27 { slice = slice.dropFirst() }
    let scheme = StaticString("mailto:")
    if slice.count > scheme.utf8CodeUnitCount,
      slice.prefix(scheme.utf8CodeUnitCount).enumerated().allSatisfy({
        asciiLowered($1) == scheme.utf8Start[$0]
      })
    {
      slice = slice.dropFirst(scheme.utf8CodeUnitCount)
      if let query = slice.firstIndex(of: UInt8(ascii: "?")) { slice = slice[..<query] }
    }
    return slice.isEmpty ? nil : Bytes(rebasing: slice)
  }

  /// `whole` is the text that `bytes` are all of, reused when it is canonical already.
  private static func read(_ bytes: Bytes, _ shape: Shape, whole: String?) -> EmailAddress {
    let display: String
    if let whole, !shape.hasUpper {
      display = whole
    } else {
      let text = String(decoding: bytes, as: UTF8.self)
      display = shape.hasHigh ? text.lowercased() : lowered(bytes)
    }
    let local = Bytes(rebasing: bytes[..<shape.at])
    let domain = Bytes(rebasing: bytes[(shape.at + 1)...])
    let isGmail = gmail.contains(domain)
    let links = !EmailPlaceholders.isBlocked(local: local, domain: domain)
    guard shape.plus != nil || isGmail else {
      return EmailAddress(display: display, matchingKey: display, links: links)
    }
    // Lower-casing beyond ASCII may change lengths, so the key is cut from the display form.
    let end = display.utf8.firstIndex(of: UInt8(ascii: "@")) ?? display.endIndex
    var key = display[..<end]
    if let plus = key.utf8.firstIndex(of: UInt8(ascii: "+")), plus > key.startIndex { key = key[..<plus] }
    if isGmail {
      return EmailAddress(display: display, matchingKey: key.filter { $0 != "." } + "@gmail.com", links: links)
    }
    return EmailAddress(display: display, matchingKey: String(key) + String(display[end...]), links: links)
  }

  private static let gmail = WordSet(["gmail.com", "googlemail.com"])

  private static func lowered(_ bytes: Bytes) -> String {
    String(unsafeUninitializedCapacity: bytes.count) { buffer in
      for (index, byte) in bytes.enumerated() { buffer[index] = asciiLowered(byte) }
      return bytes.count
    }
  }

  /// Where the parts of a valid address lie.
  private struct Shape {
    var at = 0
    var plus: Int?
    var hasUpper = false
    var hasHigh = false

    init?(_ bytes: Bytes) {
      guard bytes.count >= 6, bytes.count <= 254, let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { return nil }
      self.at = at
      guard (1...64).contains(at), readLocal(bytes), readDomain(bytes) else { return nil }
    }

    private mutating func readLocal(_ bytes: Bytes) -> Bool {
      var afterDot = true
      for index in 0..<at {
        let byte = bytes[index]
        if byte == UInt8(ascii: ".") {
          if afterDot { return false }
          afterDot = true
          continue
        }
        afterDot = false
        guard note(byte) || EmailAddress.isLocalSign(byte) else { return false }
        if byte == UInt8(ascii: "+"), plus == nil, index > 0 { plus = index }
      }
      return !afterDot
    }

    private mutating func readDomain(_ bytes: Bytes) -> Bool {
      var labelStart = at + 1
      var labels = 0
      var hasLetter = false
      for index in (at + 1)...bytes.count {
        let byte = index < bytes.count ? bytes[index] : UInt8(ascii: ".")
        if byte == UInt8(ascii: ".") {
          guard (1...63).contains(index - labelStart), bytes[labelStart] != 0x2D, bytes[index - 1] != 0x2D else {
            return false
          }
          labels += 1
          // The last label must be a top-level domain: two letters at least.
          if index == bytes.count { return labels >= 2 && hasLetter && index - labelStart >= 2 }
          labelStart = index + 1
          hasLetter = false
        } else if note(byte) {
          hasLetter = hasLetter || byte > 0x39
        } else if byte != 0x2D {
          return false
        }
      }
      return false
    }

    /// Letters, digits and characters beyond ASCII.
    private mutating func note(_ byte: UInt8) -> Bool {
      if byte &- 0x61 < 26 || byte &- 0x30 < 10 { return true }
      if byte &- 0x41 < 26 {
        hasUpper = true
        return true
      }
      guard byte >= 0x80 else { return false }
      hasHigh = true
      hasUpper = true  // may have capitals: left to the slow lower-casing
      return true
    }
  }

  private static func isLocalSign(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "'"), UInt8(ascii: "!"),
      UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "/"),
      UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"),
      UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}

/// Addresses that point to nobody.
enum EmailPlaceholders {
  static func isBlocked(local: UnsafeBufferPointer<UInt8>, domain: UnsafeBufferPointer<UInt8>) -> Bool {
    if locals.contains(local) || domains.contains(domain) { return true }
    guard tests.contains(local), domain.count > 5 else { return endsInInvalid(domain) }
    return "test.".utf8.enumerated().allSatisfy { asciiLowered(domain[$0]) == $1 } || endsInInvalid(domain)
  }

  /// `.invalid` and `.localhost` are reserved for that (RFC 2606); `.example` stays, samples use it.
  private static func endsInInvalid(_ domain: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let dot = domain.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return reserved.contains(UnsafeBufferPointer(rebasing: domain[(dot + 1)...]))
  }

  private static let reserved = WordSet(["invalid", "localhost"])
  private static let tests = WordSet(["test", "tester", "testing", "a", "x", "user"])
  private static let domains = WordSet([
    "noemail.com", "nomail.com", "no-email.com", "noemail.ch", "nomail.ch", "nomail.de", "keine.de", "none.com",
    "na.com", "null.com",
  ])
  private static let locals = WordSet([
    "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply",
    "unknown", "none", "null", "undefined", "n/a", "nobody", "noemail", "no-email", "no_email", "no.email", "nomail",
    "no-mail", "keine", "keinemail", "keine-email", "unbekannt", "anonymous", "anonym", "mailer-daemon", "postmaster",
    "bounce", "bounces", "nepasrepondre", "ne-pas-repondre", "inconnu", "nichtantworten", "nicht-antworten",
  ])
}
