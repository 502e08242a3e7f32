import KithCore

extension Normaliser {
  /// Each identifier with its matching key; the same one twice is one. What is no valid address or number stays, as
  /// it was delivered, but links nobody.
  mutating func canonicalIdentifiers(
    _ identifiers: [Identifier], source: String, region: String
  ) -> [CanonicalIdentifier] {
    var result: [CanonicalIdentifier] = []
    result.reserveCapacity(identifiers.count)
    for identifier in identifiers {
      switch identifier.kind {
      case .email: appendEmail(identifier.value, to: &result)
      case .phone: appendPhone(identifier.value, region: region, to: &result)
      default: appendNumber(identifier, source: source, to: &result)
      }
    }
    return result
  }

  private func appendEmail(_ text: String, to result: inout [CanonicalIdentifier]) {
    if let email = EmailAddress(text) {
      appendNew(
        CanonicalIdentifier(
          kind: .email, value: email.matchingKey, display: email.display, delivered: text, links: email.links),
        to: &result)
      return
    }
    let several = EmailAddress.list(text)
    for email in several {
      appendNew(
        CanonicalIdentifier(
          kind: .email, value: email.matchingKey, display: email.display, delivered: text, links: email.links),
        to: &result)
    }
    if several.isEmpty { appendUnusable(.email, TidyText.line(text).lowercased(), delivered: text, to: &result) }
  }

  private mutating func appendPhone(_ text: String, region: String, to result: inout [CanonicalIdentifier]) {
    let scan = TextScan(text)
    let line = TidyText.line(text, scan)
    if !line.isEmpty, scan.contains(.digit), let number = phones.e164(line, region: region) {
      appendNew(
        CanonicalIdentifier(
          kind: .phone, value: number, display: number, delivered: text,
          links: !PhoneReader.isPlaceholder(e164: number)),
        to: &result)
    } else {
      appendUnusable(.phone, line, delivered: text, to: &result)
    }
  }

  private func appendNumber(_ identifier: Identifier, source: String, to result: inout [CanonicalIdentifier]) {
    let number = IssuedNumber.canonical(identifier.value)
    if number.isEmpty { return }
    let namespace = identifier.namespace.map { TidyText.line($0) } ?? source
    appendNew(
      CanonicalIdentifier(
        kind: identifier.kind, namespace: namespace, value: number, display: number, delivered: identifier.value,
        links: !IssuedNumber.isPlaceholder(number)),
      to: &result)
  }

  private func appendUnusable(
    _ kind: Identifier.Kind, _ line: String, delivered: String, to result: inout [CanonicalIdentifier]
  ) {
    // Blank and "n/a" say nothing at all.
    if line.isEmpty || Placeholder.isMissing(line) { return }
    appendNew(
      CanonicalIdentifier(kind: kind, value: line, display: line, delivered: delivered, links: false), to: &result)
  }

  private func appendNew(_ identifier: consuming CanonicalIdentifier, to result: inout [CanonicalIdentifier]) {
    for index in result.indices
    where result[index].kind == identifier.kind && result[index].value == identifier.value
      && result[index].namespace == identifier.namespace
    { return }
    result.append(identifier)
  }
}
