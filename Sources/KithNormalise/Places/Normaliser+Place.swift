import KithCore

extension Normaliser {
  /// Appends address, street, house number, postcode, city, region and country; returns the country's code.
  mutating func appendPlace(_ delivered: DeliveredAttributes, to result: inout [CanonicalAttribute]) -> String? {
    var split: PostalAddress?
    let addressText = delivered[.address]
    if let addressText, let line = TidyText.block(addressText), !Placeholder.isMissing(line) {
      let hasParts = [Attribute.street, .city].contains { delivered[$0].flatMap { telling($0) } != nil }
      split = hasParts ? nil : PostalAddress(line)
      // The whole address stays where it could not be told apart, and where parts came beside it.
      if split == nil { append(.address, TidyText.line(line), addressText, to: &result) }
    }
    var country = countryName(delivered[.country])
    if country.name == nil, let split, !split.country.isEmpty { country = (split.country, split.country) }
    if let split, let addressText {
      appendSplit(split, addressText, delivered, country.code, to: &result)
    } else {
      appendStreet(delivered[.street], delivered[.houseNumber], to: &result)
      appendTown(delivered[.postcode], delivered[.city], country.code, to: &result)
      if let text = delivered[.region], let line = telling(text) { append(.region, line, text, to: &result) }
    }
    if let name = country.name {
      let origin = split?.country == name ? delivered[.country] ?? addressText : delivered[.country]
      append(.country, name, origin ?? name, to: &result)
    }
    return country.code
  }

  /// The code where the country is known; the name is the code then, else the text as it stands.
  private mutating func countryName(_ text: String?) -> (code: String?, name: String?) {
    guard let text else { return (nil, nil) }
    if Country.isCode(text) { return (text, text) }
    guard !Placeholder.isMissing(text) else { return (nil, nil) }
    if let code = countryCode(text) { return (code, code) }
    return (nil, telling(text))
  }

  mutating func countryCode(_ text: String) -> String? { countries.value(for: text, Country.code) }

  private mutating func appendStreet(
    _ street: String?, _ houseNumber: String?, to result: inout [CanonicalAttribute]
  ) {
    let number = houseNumber.flatMap { telling($0) }
    if let street, let (line, scan) = scanned(street) {
      if scan.contains(.digit) {
        let parsed = StreetAddress(line)
        // Some tools repeat the number behind the street; another number is part of the street's name.
        let isSplit = number == nil || parsed.number == number
        append(.street, placeCased(isSplit ? parsed.street : line), street, to: &result)
        if number == nil, !parsed.number.isEmpty { append(.houseNumber, parsed.number, street, to: &result) }
      } else {
        append(.street, placeCased(line, scan), street, to: &result)
      }
    }
    if let number, let houseNumber { append(.houseNumber, number, houseNumber, to: &result) }
  }

  private mutating func appendTown(
    _ postcode: String?, _ city: String?, _ country: String?, to result: inout [CanonicalAttribute]
  ) {
    var code: String?
    if let postcode, let (line, scan) = scanned(postcode) { code = Postcode.canonical(line, scan, country: country) }
    var codeOrigin = postcode
    var town: String?
    if let city, let (line, scan) = scanned(city) { town = placeCased(line, scan) }
    // `8001 Zürich` in the column of the city.
    if code == nil, let line = town, line.utf8.first.map({ $0 &- 0x30 < 10 }) ?? line.contains("-"),
      let split = PostalAddress(line), split.street.isEmpty
    {
      code = Postcode.canonical(split.postcode, TextScan(split.postcode), country: country)
      codeOrigin = city
      town = placeCased(split.city)
    }
    if let code { append(.postcode, code, codeOrigin ?? code, to: &result) }
    if let town, let city { append(.city, town, city, to: &result) }
  }

  /// The parts of an address that came as one text; delivered ones go first.
  private mutating func appendSplit(
    _ split: PostalAddress, _ text: String, _ delivered: DeliveredAttributes, _ country: String?,
    to result: inout [CanonicalAttribute]
  ) {
    if !split.street.isEmpty { append(.street, placeCased(split.street), text, to: &result) }
    if let number = delivered[.houseNumber], let line = telling(number) {
      append(.houseNumber, line, number, to: &result)
    } else if !split.number.isEmpty {
      append(.houseNumber, split.number, text, to: &result)
    }
    if let origin = delivered[.postcode], let (line, scan) = scanned(origin),
      let code = Postcode.canonical(line, scan, country: country)
    {
      append(.postcode, code, origin, to: &result)
    } else if let code = Postcode.canonical(split.postcode, TextScan(split.postcode), country: country) {
      append(.postcode, code, text, to: &result)
    }
    append(.city, placeCased(split.city), text, to: &result)
    if let region = delivered[.region], let line = telling(region) {
      append(.region, line, region, to: &result)
    } else if !split.region.isEmpty {
      append(.region, split.region, text, to: &result)
    }
  }

  /// Streets and places in their proper case.
  private mutating func placeCased(_ line: String) -> String { placeCased(line, TextScan(line)) }

  private mutating func placeCased(_ line: String, _ scan: TextScan) -> String {
    guard NameCase.needsChange(line, scan) else { return line }
    return places.value(for: line) { NameCase.changed($0, style: .place) }
  }
}
