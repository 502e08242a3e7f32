import KithCore

/// Header fields in the order they came (RFC 9110, section 5): names match in any case, repeated ones are kept.
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  public private(set) var fields: [(name: String, value: String)] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { (name: $0.0, value: $0.1) } }

  /// The first value of a field.
  public subscript(name: String) -> String? { fields.first { Self.isSame($0.name, name) }?.value }

  /// All values of a field, in their order.
  public func all(_ name: String) -> [String] { fields.filter { Self.isSame($0.name, name) }.map(\.value) }

  public mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

  /// Replaces every value of a field.
  public mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  public mutating func remove(_ name: String) { fields.removeAll { Self.isSame($0.name, name) } }

  public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
    left.fields.elementsEqual(right.fields) { isSame($0.name, $1.name) && $0.value == $1.value }
  }

  static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.lowercased() == right.lowercased()
  }

  /// A name is a token, a value has no line break or NUL (RFC 9110, sections 5.1 and 5.5): else one field could smuggle
  /// in others.
  static func isValid(name: String, value: String) -> Bool {
    let special = Set("!#$%&'*+-.^_`|~".utf8)
    let isToken = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || special.contains(byte)
    }
    return !name.isEmpty && isToken && value.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 }
  }
}
