/// Shapes as JSON Schema; objects are told once, by their name.
struct SchemaCollection {
  private(set) var members: [JSON.Member] = []

  mutating func schema(_ shape: Shape) -> JSON {
    switch shape {
    case .integer(let range):
      guard let range else { return .of(("type", "integer"), ("format", "int64")) }
      return .of(
        ("type", "integer"), ("format", "int64"), ("minimum", range.lowerBound), ("maximum", range.upperBound))
    case .number: return .of(("type", "number"))
    case .boolean: return .of(("type", "boolean"))
    case .text(let rule):
      guard let most = rule.most else { return .of(("type", "string")) }
      var members: [JSON.Member] = [.init("type", "string".json)]
      if rule.least > 0 { members.append(.init("minLength", rule.least.json)) }
      members += [.init("maxLength", most.json), .init("pattern", "^[^\\u0000]*$".json)]
      return .object(members)
    case .word(let words): return ["type": "string".json, "enum": words.json]
    case .dateTime: return .of(("type", "string"), ("format", "date-time"))
    case .date: return .of(("type", "string"), ("format", "date"))
    case .list(let item, let most):
      var members: [JSON.Member] = [.init("type", "array".json), .init("items", schema(item))]
      if let most { members += [.init("maxItems", most.json)] }
      return .object(members)
    case .map(let value): return ["type": "object".json, "additionalProperties": schema(value)]
    case .object(let object):
      add(object)
      return .of(("$ref", "#/components/schemas/\(object.name)"))
    }
  }

  private mutating func add(_ object: ObjectShape) {
    if members.contains(where: { $0.name == object.name }) { return }
    let place = members.count
    members.append(JSON.Member(object.name, .null))
    let properties = object.properties.map { JSON.Member($0.name, property($0)) }
    members[place].value = [
      "type": "object".json, "description": .text(object.meaning), "properties": .object(properties),
      "required": object.properties.filter { !$0.isOptional }.map(\.name).json, "additionalProperties": .boolean(false),
    ]
  }

  private mutating func property(_ property: Property) -> JSON {
    var schema = self.schema(property.shape)
    if property.isNullable { schema = Self.orNull(schema) }
    guard case .object(var members) = schema else { return schema }
    if schema["$ref"] == nil || property.isNullable { members.append(.init("description", .text(property.meaning))) }
    if property.isPersonal { members.append(.init("x-kith-personal", .boolean(true))) }
    return .object(members)
  }

  private static func orNull(_ schema: JSON) -> JSON {
    guard case .object(var members) = schema, let index = members.firstIndex(where: { $0.name == "type" }) else {
      return ["anyOf": .list([schema, .of(("type", "null"))])]
    }
    members[index].value = .list([members[index].value, .text("null")])
    if let words = members.firstIndex(where: { $0.name == "enum" }), case .list(let values) = members[words].value {
      members[words].value = .list(values + [.null])
    }
    return .object(members)
  }
}
