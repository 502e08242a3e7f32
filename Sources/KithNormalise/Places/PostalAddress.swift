/// An address that came as one text, in the usual forms of Switzerland, Germany, Austria, France, Italy, the United
/// Kingdom and the United States.
struct PostalAddress: Equatable {
  var street = ""
  var number = ""
  var postcode = ""
  var city = ""
  var region = ""
  /// ISO 3166 alpha-2.
  var country = ""

  /// Nil when no postcode with its place is found: then nothing can be told apart.
  init?(_ text: String) {
    guard text.utf8.count <= 1_024 else { return nil }
    var parts = text.split { $0 == "," || $0 == ";" || $0.isNewline || $0 == "|" }
      .map { TidyText.line(String($0)) }.filter { !$0.isEmpty }
    if parts.count > 1, let last = parts.last, let code = Country.code(last), !PostalAddress.isState(last) {
      country = code
      parts.removeLast()
    }
    if parts.count == 1, let pair = PostalAddress.splitBeforePostcode(parts[0]) { parts = [pair.0, pair.1] }
    guard let place = takePlace(from: &parts), !city.isEmpty else { return nil }
    takeStreet(from: parts, place: place)
  }

  /// Finds the part with the postcode and removes it; returns where it stood.
  private mutating func takePlace(from parts: inout [String]) -> Int? {
    for index in parts.indices.reversed() {
      let words = parts[index].split(separator: " ")
      guard takeContinental(words) || takeAmerican(words) || takeBritish(words) else { continue }
      parts.remove(at: index)
      if city.isEmpty, index > 0 {
        city = parts.remove(at: index - 1)
        return index - 1
      }
      return index
    }
    return nil
  }

  /// `8001 Zürich`, `CH-8001 Zürich`, `1012 AB Amsterdam`, `00184 Roma RM`.
  private mutating func takeContinental(_ words: [Substring]) -> Bool {
    guard words.count >= 2 else { return false }
    let code = Postcode.withoutCountry(words[0].uppercased())
    guard (4...6).contains(code.utf8.count), code.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return false }
    var rest = words.dropFirst()
    postcode = code
    // A Dutch postcode goes on with two capitals.
    if code.utf8.count == 4, rest.count > 1, let next = rest.first, next.utf8.count == 2,
      next.utf8.allSatisfy({ $0 &- 0x41 < 26 })
    {
      postcode += " " + next
      rest = rest.dropFirst()
    }
    guard let first = rest.first, first.first?.isLetter == true else { return false }
    city = rest.joined(separator: " ")
    return true
  }

  /// `Mountain View CA 94043`, `CA 94043-1234`.
  private mutating func takeAmerican(_ words: [Substring]) -> Bool {
    guard words.count >= 2, let zip = words.last, PostalAddress.isZIP(zip) else { return false }
    let state = words[words.count - 2]
    guard PostalAddress.isState(String(state)) else { return false }
    region = String(state)
    postcode = String(zip)
    city = words.dropLast(2).joined(separator: " ")
    return true
  }

  /// `London SW1A 2AA`, `SW1A 2AA`.
  private mutating func takeBritish(_ words: [Substring]) -> Bool {
    guard let last = words.last else { return false }
    if words.count >= 2, last.utf8.count == 3 {
      let code = words[words.count - 2] + " " + last
      if Postcode.isBritish(String(code)) {
        postcode = code.uppercased()
        city = words.dropLast(2).joined(separator: " ")
        return true
      }
    }
    guard last.utf8.count >= 5, Postcode.isBritish(String(last)) else { return false }
    let code = String(last)
    postcode = Postcode.canonical(code, TextScan(code), country: "GB") ?? ""
    city = words.dropLast().joined(separator: " ")
    return true
  }

  /// The street is the last part before the place that has a number, else the nearest one.
  private mutating func takeStreet(from parts: [String], place: Int) {
    guard !parts.isEmpty else { return }
    let before = parts[..<min(place, parts.count)]
    let candidates = before.isEmpty ? parts[...] : before
    // `12, rue de la Paix`: the number stands in a part of its own.
    if candidates.count >= 2, let first = candidates.first, StreetAddress.isNumber(first) {
      number = first
      street = candidates[candidates.startIndex + 1]
      return
    }
    let withNumber = candidates.last { !PostalAddress.isUnit($0) && !StreetAddress($0).number.isEmpty }
    let parsed = StreetAddress(withNumber ?? candidates.last ?? "")
    street = parsed.street
    number = parsed.number
    // `Calle Mayor, 5`: the number follows in a part of its own.
    if number.isEmpty, candidates.count >= 2, let last = candidates.last, let first = last.utf8.first,
      first &- 0x30 < 10, last.utf8.count <= 5
    {
      street = candidates[candidates.endIndex - 2]
      number = last
    }
  }

  /// `Bahnhofstrasse 12 8001 Zürich` without a comma.
  private static func splitBeforePostcode(_ line: String) -> (String, String)? {
    let words = line.split(separator: " ")
    guard words.count >= 4 else { return nil }
    for index in (2..<(words.count - 1)).reversed() {
      let code = Postcode.withoutCountry(words[index].uppercased())
      guard (4...5).contains(code.utf8.count), code.utf8.allSatisfy({ $0 &- 0x30 < 10 }),
        words[index + 1].first?.isLetter == true
      else { continue }
      return (words[..<index].joined(separator: " "), words[index...].joined(separator: " "))
    }
    return nil
  }

  /// A flat, floor or addressee, which has a number too but is no street.
  private static func isUnit(_ part: String) -> Bool {
    let word = part.prefix { $0 != " " && $0 != "." }.lowercased()
    return units.contains(word)
  }

  private static let units: Set<String> = [
    "apt", "apartment", "appartement", "app", "flat", "unit", "suite", "ste", "floor", "fl", "room", "etage", "étage",
    "stock", "top", "tür", "wohnung", "whg", "int", "interno", "scala", "piano", "bat", "bât", "c/o", "attn", "z.hd",
  ]

  private static func isZIP(_ word: Substring) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count == 5 || (bytes.count == 10 && bytes[5] == 0x2D) else { return false }
    return bytes.enumerated().allSatisfy { $0 == 5 ? true : $1 &- 0x30 < 10 }
  }

  private static func isState(_ word: String) -> Bool { states.contains(word) }

  private static let states: Set<String> = Set(
    """
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA \
    RI SC SD TN TX UT VT VA WA WV WI WY DC PR
    """.split(separator: " ").map(String.init))
}
