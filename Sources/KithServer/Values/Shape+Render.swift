import KithCore

extension Shape {
  /// Writes a value of this shape. Members that the shape does not know are a mistake of ours and left out; those that
  /// are personal become null when `seesContacts` is false.
  func render(_ value: JSON, seesContacts: Bool, into writer: inout JSONWriter) {
    switch (self, value) {
    case (.object(let shape), .object(let members)): shape.render(members, seesContacts, &writer)
    case (.list(let shape, _), .list(let values)):
      writer.raw(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { writer.raw(UInt8(ascii: ",")) }
        shape.render(value, seesContacts: seesContacts, into: &writer)
      }
      writer.raw(UInt8(ascii: "]"))
    case (.dateTime, .text(let text)): writer.text(Self.internetTime(text))
    case (.boolean, .integer(let value)): writer.write(.boolean(value != 0))
    default: writer.write(value)
    }
  }

  /// `2026-03-01 12:30:00` as RFC 3339 has it.
  static func internetTime(_ text: String) -> String {
    text.utf8.count == 19 ? text.replacing(" ", with: "T", maxReplacements: 1) + "Z" : text
  }
}

extension ObjectShape {
  fileprivate func render(_ members: [JSON.Member], _ seesContacts: Bool, _ writer: inout JSONWriter) {
    writer.raw(UInt8(ascii: "{"))
    var place = 0
    for (index, property) in properties.enumerated() {
      if index > 0 { writer.raw(UInt8(ascii: ",")) }
      writer.name(property.name)
      // Members mostly come in the order of the shape.
      let isNext = place < members.count && members[place].name == property.name
      let value = isNext ? members[place].value : members.first { $0.name == property.name }?.value
      if isNext { place += 1 }
      guard let value, value != .null, seesContacts || !property.isPersonal else {
        writer.write(.null)
        continue
      }
      property.shape.render(value, seesContacts: seesContacts, into: &writer)
    }
    writer.raw(UInt8(ascii: "}"))
  }
}
