import KithCore

extension RecordMapper {
  /// The person of a record, nil when nothing is said about one.
  func person(_ view: RecordView) throws(MapFault) -> Profile? {
    let key = try key(plan.personKey, view) ?? ""
    let person = try described(Profile(key: key), view)
    let isEmpty =
      key.isEmpty && person.identifiers.isEmpty && person.attributes.isEmpty && person.consents.isEmpty
      && person.traits.isEmpty
    return isEmpty ? nil : person
  }

  func profile(_ view: RecordView) throws(MapFault) -> Profile {
    var profile = Profile(key: try neededKey(view))
    if let kind = try choice(Profile.Kind.self, plan.own[OwnField.kind.rawValue], view) { profile.kind = kind }
    profile.createdAt = try date(.createdAt, view)
    profile.updatedAt = try date(.updatedAt, view)
    return try described(profile, view)
  }

  private func described(_ empty: Profile, _ view: RecordView) throws(MapFault) -> Profile {
    var profile = empty
    if !plan.identifiers.isEmpty { profile.identifiers = try identifiers(view) }
    if !plan.attributes.isEmpty { profile.attributes = try attributes(view) }
    for (purpose, field, at) in plan.consents {
      guard let status = try choice(Consent.Status.self, field, view) else { continue }
      profile.consents.append(Consent(purpose: purpose, status: status, changedAt: try date(at, view)))
    }
    for (name, field) in plan.traits {
      if let text = try joined(field, view) { profile.traits.append(Trait(name: name, value: text)) }
    }
    return profile
  }

  private func identifiers(_ view: RecordView) throws(MapFault) -> [Identifier] {
    var identifiers: [Identifier] = []
    identifiers.reserveCapacity(plan.identifiers.count)
    for (kind, field) in plan.identifiers {
      let first = identifiers.count
      try each(field, view) { value throws(MapFault) in
        if Int(value.count) > RecordMapper.maximumKeyBytes {
          throw MapFault(
            code: "size",
            reason: "\(label(field)): \(value.count) bytes; at most \(RecordMapper.maximumKeyBytes) are allowed.")
        }
        let style = styles[value.style >= 0 ? Int(value.style) : fields[field].style]
        let identifier = Identifier(kind, string(value, view), namespace: style.namespace)
        // One value in two columns is one identifier.
        if !identifiers[first...].contains(identifier) { identifiers.append(identifier) }
      }
    }
    return identifiers
  }

  private func attributes(_ view: RecordView) throws(MapFault) -> [AttributeValue] {
    var attributes: [AttributeValue] = []
    attributes.reserveCapacity(plan.attributes.count)
    for (attribute, field) in plan.attributes {
      let value = attribute == .birthDate ? try birthDate(field, view) : try text(field, view)
      if let value { attributes.append(AttributeValue(attribute, value)) }
    }
    return attributes
  }

  /// All values of a trait, with a comma and a blank between them.
  private func joined(_ field: Int, _ view: RecordView) throws(MapFault) -> String? {
    if fields[field].column >= 0 { return try text(field, view) }
    var texts: [String] = []
    try each(field, view) { value throws(MapFault) in texts.append(try text(value, field, view)) }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }
}
