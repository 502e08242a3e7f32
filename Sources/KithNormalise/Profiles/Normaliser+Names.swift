import KithCore

extension Normaliser {
  /// Appends title, given, family and full name; returns the gender that a title tells.
  mutating func appendNames(_ delivered: DeliveredAttributes, to result: inout [CanonicalAttribute]) -> String? {
    let title = delivered[.title]
    let full = delivered[.fullName]
    if title == nil, full == nil {
      // The common case by far: two plain names, nothing to take apart.
      let given = delivered[.givenName].map { plainName($0) } ?? .missing
      let family = delivered[.familyName].map { plainName($0) } ?? .missing
      if !given.isInvolved, !family.isInvolved {
        if case .plain(let name) = given { append(.givenName, name, delivered[.givenName] ?? "", to: &result) }
        if case .plain(let name) = family { append(.familyName, name, delivered[.familyName] ?? "", to: &result) }
        return nil
      }
    }
    if title == nil, let full, delivered[.givenName] == nil, delivered[.familyName] == nil {
      if let plain = plainPair(full) {
        append(.givenName, plain.given, full, to: &result)
        append(.familyName, plain.family, full, to: &result)
        return nil
      }
      return appendFullName(full, to: &result)
    }
    return appendInvolvedNames(delivered, to: &result)
  }

  /// The names of nearly all people: two words of letters, each in upper and lower case, without titles around them.
  /// What it gives is what taking the name apart word by word gives.
  func plainPair(_ text: String) -> (given: String, family: String)? {
    withBytes(of: text) { bytes in
      guard let blank = bytes.firstIndex(of: 0x20) else { return nil }
      let given = UnsafeBufferPointer(rebasing: bytes[..<blank])
      let family = UnsafeBufferPointer(rebasing: bytes[(blank + 1)...])
      let (scan, familyScan) = (TextScan(given), TextScan(family))
      guard scan.isSuperset(of: .letters), familyScan.isSuperset(of: .letters),
        scan.union(familyScan).isDisjoint(with: [.sign, .digit, .blank, .untidy]),
        !NameWords.openings.contains(given), !NameWords.closings.contains(family), !NameWords.mayBeDegree(given),
        !Placeholder.isMissing(bytes)
      else { return nil }
      return (String(decoding: given, as: UTF8.self), String(decoding: family, as: UTF8.self))
    }
  }

  /// What a full name alone comes to.
  struct FullName: Sendable {
    var attributes: [CanonicalAttribute] = []
    var gender: String?
  }

  private mutating func appendFullName(_ text: String, to result: inout [CanonicalAttribute]) -> String? {
    let known = fullNames.known(text)
    let name: FullName
    if let known {
      name = known
    } else {
      var new = FullName()
      new.gender = appendInvolvedNames(DeliveredAttributes([AttributeValue(.fullName, text)]), to: &new.attributes)
      fullNames.remember(new, for: text)
      name = new
    }
    result += name.attributes
    return name.gender
  }

  private enum PlainName {
    case missing
    case plain(String)
    /// Titles, commas or suffixes may be in it.
    case involved

    var isInvolved: Bool { if case .involved = self { true } else { false } }
  }

  /// A name of letters, blanks, hyphens and apostrophes without titles around it, in its proper case.
  private mutating func plainName(_ text: String) -> PlainName {
    let scan = TextScan(text)
    if !scan.isDisjoint(with: [.sign, .digit, .untidy]) { return .involved }
    let opensOrCloses = withBytes(of: text) { bytes in
      guard scan.contains(.blank), let first = bytes.firstIndex(of: 0x20), let last = bytes.lastIndex(of: 0x20) else {
        return Placeholder.isMissing(bytes) || NameWords.openings.contains(bytes)
      }
      return NameWords.openings.contains(UnsafeBufferPointer(rebasing: bytes[..<first]))
        || NameWords.closings.contains(UnsafeBufferPointer(rebasing: bytes[(last + 1)...]))
        || Placeholder.isMissing(bytes)
    }
    if opensOrCloses { return .involved }
    let line = TidyText.line(text, scan)
    return .plain(cased(line, scan))
  }

  /// A tidy name in its proper case.
  mutating func cased(_ line: String, _ scan: TextScan) -> String {
    guard NameCase.needsChange(line, scan) else { return line }
    return names.value(for: line) { NameCase.changed($0, style: .person) }
  }

  private mutating func appendInvolvedNames(
    _ delivered: DeliveredAttributes, to result: inout [CanonicalAttribute]
  ) -> String? {
    var name = PersonName()
    let titleText = delivered[.title]
    if let titleText, let line = telling(titleText) { name.addTitles(line) }
    let titlesDelivered = name.title
    var origin = (given: delivered[.givenName], family: delivered[.familyName])
    name.given = origin.given.flatMap { telling($0) }.map { part($0, of: &name) } ?? ""
    let family = origin.family.flatMap { telling($0) } ?? ""
    if name.given.isEmpty, family.contains(",") {
      name.take(PersonName(full: family))
      origin.given = origin.family
    } else {
      name.family = part(family, of: &name)
    }
    var fullName: (text: String, line: String)?
    let isFullNameAlone = name.given.isEmpty && name.family.isEmpty
    if let text = delivered[.fullName], let line = telling(text) {
      if name.given.isEmpty || name.family.isEmpty {
        let parsed = PersonName(full: line)
        if parsed.isSplit {
          name.complete(with: parsed, text, &origin)
        } else {
          fullName = (text, parsed.given)
        }
      }
      // What was just taken apart is what it says.
      if fullName == nil, !isFullNameAlone, !name.says(line) { fullName = (text, line) }
    }
    let titleOrigin = name.title == titlesDelivered ? titleText : titleText ?? origin.given ?? origin.family
    if !name.titles.isEmpty { append(.title, name.title, titleOrigin ?? name.title, to: &result) }
    appendCased(.givenName, name.given, origin.given, to: &result)
    appendCased(.familyName, name.family, origin.family, to: &result)
    if let fullName { appendCased(.fullName, fullName.line, fullName.text, to: &result) }
    return name.gender
  }

  private mutating func appendCased(
    _ attribute: Attribute, _ line: String, _ origin: String?, to result: inout [CanonicalAttribute]
  ) {
    if line.isEmpty { return }
    append(attribute, cased(line, TextScan(line)), origin ?? line, to: &result)
  }

  /// One name with titles and suffixes moved to where they belong.
  private func part(_ line: String, of name: inout PersonName) -> String {
    var words = line.split(separator: " ")
    name.takeTitles(from: &words)
    while let last = words.last, last == "," { words.removeLast() }
    name.takeSuffixes(from: &words)
    var text = words.joined(separator: " ")
    while text.hasSuffix(",") { text.removeLast() }
    return text
  }
}

extension PersonName {
  /// Takes over another's parts and titles.
  mutating func take(_ other: PersonName) {
    given = other.given
    family = other.family
    for title in other.titles where !titles.contains(title) { titles.append(title) }
    gender = gender ?? other.gender
  }

  /// Fills the parts that are missing from a full name; `origin` tells where each part came from.
  mutating func complete(with full: PersonName, _ text: String, _ origin: inout (given: String?, family: String?)) {
    var merged = full
    if given.isEmpty { origin.given = text } else { merged.given = given }
    if family.isEmpty { origin.family = text } else { merged.family = family }
    take(merged)
  }

  /// Whether a full name adds nothing to the parts: the same words, in any order.
  func says(_ full: String) -> Bool {
    let known = Set(NameFolding.tokens(given + " " + family) + NameFolding.tokens(family))
    let suffixes = Set(titles.flatMap { NameFolding.tokens($0) })
    return NameFolding.tokens(full).allSatisfy { known.contains($0) || suffixes.contains($0) }
  }
}
