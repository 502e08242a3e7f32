import KithCore

extension Normaliser {
  /// Appends the canonical attributes in the order of `Attribute`, at most one of each; returns the country as ISO
  /// alpha-2 when the profile names one that is known.
  mutating func appendAttributes(of profile: Profile, to result: inout [CanonicalAttribute]) -> String? {
    guard !profile.attributes.isEmpty else { return nil }
    let delivered = DeliveredAttributes(profile.attributes)
    let impliedGender =
      profile.kind == .person
      ? appendNames(delivered, to: &result) : appendOrganisationName(delivered, to: &result)
    if let text = delivered[.birthDate], let date = BirthDate.canonical(text, today: settings.today) {
      append(.birthDate, date, text, to: &result)
    }
    appendGender(delivered[.gender], implied: impliedGender, to: &result)
    if let text = delivered[.language], let line = telling(text) {
      let code = Language.isCode(line) ? line : languages.value(for: line, Language.canonical)
      append(.language, code, text, to: &result)
    }
    if let text = delivered[.company] ?? (profile.kind == .organisation ? delivered[.fullName] : nil),
      let line = telling(text)
    {
      append(.company, line, text, to: &result)
    }
    if let text = delivered[.jobTitle], let line = telling(text) { append(.jobTitle, line, text, to: &result) }
    return appendPlace(delivered, to: &result)
  }

  func append(_ attribute: Attribute, _ value: String, _ delivered: String, to result: inout [CanonicalAttribute]) {
    result.append(CanonicalAttribute(attribute, value, delivered: value == delivered ? nil : delivered))
  }

  /// The tidy text, nil when it says nothing.
  func telling(_ text: String) -> String? { scanned(text)?.line }

  /// The tidy text with what a scan of it tells, nil when it says nothing.
  func scanned(_ text: String) -> (line: String, scan: TextScan)? {
    let (scan, isMissing) = withBytes(of: text) { (TextScan($0), Placeholder.isMissing($0)) }
    if isMissing { return nil }
    let line = TidyText.line(text, scan)
    if !scan.contains(.untidy) { return (line, scan) }
    return line.isEmpty || Placeholder.isMissing(line) ? nil : (line, TextScan(line))
  }

  private func appendGender(_ text: String?, implied: String?, to result: inout [CanonicalAttribute]) {
    if let text {
      if let gender = Gender.canonical(text) {
        append(.gender, gender, text, to: &result)
        return
      }
      // A word that nobody knows says nothing, but a salutation may.
    }
    if let implied { result.append(CanonicalAttribute(.gender, implied)) }
  }

  /// An organisation has no given and family name: what is delivered as such is the contact's and stays as it came.
  private func appendOrganisationName(
    _ delivered: DeliveredAttributes, to result: inout [CanonicalAttribute]
  ) -> String? {
    for attribute in [Attribute.title, .givenName, .familyName] {
      if let text = delivered[attribute], let line = telling(text) { append(attribute, line, text, to: &result) }
    }
    if delivered[.company] != nil, let text = delivered[.fullName], let line = telling(text) {
      append(.fullName, line, text, to: &result)
    }
    return nil
  }
}
