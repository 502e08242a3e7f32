import KithCore

/// Profiles as bytes on their way into a table: what one core writes another one reads, without a text in between.
public struct ProfileRows: Sendable {
  struct Row: BitwiseCopyable, Sendable {
    var id: Int64
    /// `yyyymmdd`; `yyyy0000` for a year, 0 for not known.
    var birth: Int32 = 0
    var firstPart: UInt32
    /// The number, from 1, of a source without duplicates; 0 for any other.
    var source: UInt16
    /// 0 for a person, 1 for an organisation.
    var kind: UInt8
    /// 1 female, 2 male.
    var gender: UInt8 = 0
  }

  struct Part: BitwiseCopyable, Sendable {
    enum Content: UInt8, Sendable {
      // In the order of `ProfileTable.lookups`.
      case given, family, full, street, house, postcode, city, company
      case email, phone, customerNumber, userID, loyaltyNumber
    }

    var content: Content
    var start: UInt32
    var count: UInt32

    @inline(__always) func text(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(start + count)])
    }
  }

  private(set) var rows: [Row] = []
  private(set) var parts: [Part] = []
  private(set) var bytes: [UInt8] = []

  public init() {}

  public var count: Int { rows.count }

  /// Forgets all rows and keeps the memory.
  public mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    parts.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Begins a profile; what is added next is its.
  ///
  /// - Parameters:
  ///   - kind: an organisation is never one with a person.
  ///   - source: the number, from 1, of a source without duplicates; 0 for any other.
  public mutating func begin(id: Int64 = 0, kind: Profile.Kind = .person, source: UInt16 = 0) {
    rows.append(Row(id: id, firstPart: UInt32(parts.count), source: source, kind: kind == .person ? 0 : 1))
  }

  /// The birth date of the profile that was begun last.
  ///
  /// - Parameter date: `yyyymmdd`, also of a day that does not exist; `yyyy0000` for a year, 0 for not known.
  public mutating func setBirth(_ date: Int32) { rows[rows.count - 1].birth = date }

  /// Adds what says who the profile is; other attributes are left out.
  public mutating func add(_ attribute: Attribute, _ value: String) {
    switch attribute {
    case .givenName: addPart(.given, value)
    case .familyName: addPart(.family, value)
    case .fullName: addPart(.full, value)
    case .street: addPart(.street, value)
    case .houseNumber: addPart(.house, value)
    case .postcode: addPart(.postcode, value)
    case .city: addPart(.city, value)
    case .company: addPart(.company, value)
    case .birthDate: setBirth(ProfileTable.birth(value))
    case .gender: rows[rows.count - 1].gender = value == "female" ? 1 : value == "male" ? 2 : 0
    default: break
    }
  }

  /// Adds an identifier; visitor ids are left out.
  public mutating func add(_ kind: Identifier.Kind, namespace: String, _ value: String) {
    switch kind {
    case .email: addPart(.email, value)
    case .phone: addPart(.phone, value)
    case .customerNumber: addNumber(.customerNumber, namespace, value)
    case .userID: addNumber(.userID, namespace, value)
    case .loyaltyNumber: addNumber(.loyaltyNumber, namespace, value)
    case .visitorID: break
    }
  }

  /// Adds attributes and those of the identifiers that link.
  public mutating func add(_ attributes: [CanonicalAttribute], _ identifiers: [CanonicalIdentifier]) {
    // By place: a copy of each would be retained and released.
    for place in attributes.indices { add(attributes[place].attribute, attributes[place].value) }
    for place in identifiers.indices where identifiers[place].links {
      add(identifiers[place].kind, namespace: identifiers[place].namespace, identifiers[place].value)
    }
  }

  private mutating func addPart(_ content: Part.Content, _ value: String) {
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    parts.append(Part(content: content, start: UInt32(start), count: UInt32(bytes.count - start)))
  }

  private mutating func addNumber(_ content: Part.Content, _ namespace: String, _ value: String) {
    let start = bytes.count
    bytes.append(contentsOf: namespace.utf8)
    bytes.append(TextPool.namespaceEnd)
    bytes.append(contentsOf: value.utf8)
    parts.append(Part(content: content, start: UInt32(start), count: UInt32(bytes.count - start)))
  }

  /// What was added to some rows, one after the other; rows beyond the last have nothing.
  func parts(of rows: Range<Int>) -> ArraySlice<Part> {
    let end = rows.upperBound < self.rows.count ? Int(self.rows[rows.upperBound].firstPart) : parts.count
    return parts[Int(self.rows[rows.lowerBound].firstPart)..<end]
  }
}
