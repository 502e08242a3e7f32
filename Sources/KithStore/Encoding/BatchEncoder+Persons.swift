import KithCore

extension BatchEncoder {
  /// Keeps what is said about a person; returns its place. A person that the stream lists shows the first address and
  /// number as the source orders them; what many records say about one has no order, so the smallest is shown.
  mutating func add(_ person: CanonicalProfile, isListed: Bool = false) -> Int32 {
    // Listed persons are compared as records.
    let hashes = isListed ? (content: 0, attributes: 0) : Self.hashes(of: person)
    let key = text(person.key)
    let id = batch.bytes.withUnsafeBytes { bytes in
      KeyHash(UnsafeRawBufferPointer(rebasing: bytes[Int(key.offset)..<Int(key.offset + key.count)]))
    }
    let identifiers = add(person.identifiers)
    let row = EncodedBatch.Person(
      place: Int32(batch.persons.count), key: key, id: id, content: hashes.content, attributes: hashes.attributes,
      hasAttributes: !person.attributes.isEmpty, isDated: !person.consents.isEmpty || !person.traits.isEmpty,
      kind: text(person.kind.rawValue), createdAt: person.createdAt, updatedAt: person.updatedAt,
      email: shown(.email, person, identifiers, isListed), phone: shown(.phone, person, identifiers, isListed),
      cells: add(person.attributes), identifiers: identifiers, traits: add(person.traits),
      consents: add(person.consents))
    batch.persons.append(row)
    return Int32(batch.persons.count - 1)
  }

  private mutating func add(_ identifiers: [CanonicalIdentifier]) -> EncodedBatch.Slice {
    let start = UInt32(batch.identifiers.count)
    for index in identifiers.indices {
      let isTheValue = identifiers[index].display == identifiers[index].value
      let isAsShown = identifiers[index].delivered == identifiers[index].display
      batch.identifiers.append(
        EncodedBatch.Identifier(
          hash: identifiers[index].identifierHash, kind: identifiers[index].kind.rawValue,
          links: identifiers[index].links, namespace: text(identifiers[index].namespace),
          value: text(identifiers[index].value), display: isTheValue ? .none : text(identifiers[index].display),
          delivered: isAsShown ? .none : text(identifiers[index].delivered)))
    }
    return EncodedBatch.Slice(start: start, count: UInt32(identifiers.count))
  }

  /// Canonical values first, then what the source wrote where that is something else.
  private mutating func add(_ attributes: [CanonicalAttribute]) -> EncodedBatch.Slice {
    let start = UInt32(batch.cells.count)
    for index in attributes.indices {
      guard let column = Self.columns.canonical[Int(attributes[index].attribute.rawValue)] else { continue }
      append(attributes[index].value, column)
    }
    for index in attributes.indices {
      let attribute = Int(attributes[index].attribute.rawValue)
      if let delivered = attributes[index].delivered {
        append(delivered, Self.columns.delivered[attribute])
      } else if Self.columns.canonical[attribute] == nil {
        append(attributes[index].value, Self.columns.delivered[attribute])
      }
    }
    return EncodedBatch.Slice(start: start, count: UInt32(batch.cells.count) - start)
  }

  /// By attribute: the columns of its canonical value, which full names and addresses do not have, and of what the
  /// source wrote.
  private static let columns: (canonical: [UInt16?], delivered: [UInt16]) = {
    let all = Schema.allAttributes
    let size = Int(all.map(\.rawValue).max() ?? 0) + 1
    var canonical = [UInt16?](repeating: nil, count: size)
    var delivered = [UInt16](repeating: 0, count: size)
    for (column, attribute) in Schema.storedAttributes.enumerated() {
      canonical[Int(attribute.rawValue)] = UInt16(column)
    }
    for (index, attribute) in all.enumerated() {
      delivered[Int(attribute.rawValue)] = UInt16(Schema.storedAttributes.count + index)
    }
    return (canonical, delivered)
  }()

  private mutating func add(_ traits: [Trait]) -> EncodedBatch.Slice {
    let start = UInt32(batch.traits.count)
    for trait in traits { batch.traits.append(EncodedBatch.Trait(name: text(trait.name), value: text(trait.value))) }
    return EncodedBatch.Slice(start: start, count: UInt32(traits.count))
  }

  private mutating func add(_ consents: [Consent]) -> EncodedBatch.Slice {
    let start = UInt32(batch.consents.count)
    for consent in consents {
      batch.consents.append(
        EncodedBatch.Consent(
          purpose: text(consent.purpose), status: text(consent.status.rawValue), changedAt: consent.changedAt))
    }
    return EncodedBatch.Slice(start: start, count: UInt32(consents.count))
  }

  private func shown(
    _ kind: Identifier.Kind, _ person: CanonicalProfile, _ slice: EncodedBatch.Slice, _ isListed: Bool
  ) -> EncodedBatch.Text {
    var found: Int?
    for index in 0..<Int(slice.count) where batch.identifiers[Int(slice.start) + index].kind == kind.rawValue {
      guard let best = found else {
        found = index
        if isListed { break }
        continue
      }
      let identifier = person.identifiers[index]
      let other = person.identifiers[best]
      let isSmaller =
        (identifier.namespace, identifier.value, identifier.display) < (other.namespace, other.value, other.display)
      if isSmaller { found = index }
    }
    return found.map { batch.identifiers[Int(slice.start) + $0].shown } ?? .none
  }

  /// All that was said about a person, and its attributes alone.
  private static func hashes(of person: CanonicalProfile) -> (content: Int64, attributes: Int64) {
    var attributes = ContentHash()
    for attribute in person.attributes {
      attributes.combine(Int64(attribute.attribute.rawValue))
      attributes.combine(attribute.value)
      if let delivered = attribute.delivered { attributes.combine(delivered) }
    }
    if !person.attributes.isEmpty { attributes.combine(person.kind.rawValue) }
    var content = attributes
    for identifier in person.identifiers {
      content.combine(Int64(identifier.kind.rawValue))
      content.combine(identifier.namespace)
      content.combine(identifier.value)
      content.combine(identifier.delivered)
    }
    for consent in person.consents {
      content.combine(consent.purpose)
      content.combine(consent.status.rawValue)
      content.combine(consent.changedAt?.microseconds ?? 0)
    }
    for trait in person.traits {
      content.combine(trait.name)
      content.combine(trait.value)
    }
    content.combine(person.createdAt?.microseconds ?? 0)
    content.combine(person.updatedAt?.microseconds ?? 0)
    return (content.value, attributes.value)
  }
}
