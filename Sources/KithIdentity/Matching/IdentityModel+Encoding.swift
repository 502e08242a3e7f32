extension IdentityModel {
  /// The form that is stored: numbers, little-endian, after the version of the form.
  public var encoded: [UInt8] {
    var writer = NumberWriter()
    writer.put(Self.version)
    writer.put(UInt64(profiles))
    for table in [weights.same, weights.household, weights.strangers, weights.namesakeEmails] { writer.put(table) }
    writer.put([weights.samePairs, weights.householdPairs, weights.strangerPairs])
    for values in shares.all {
      writer.put(values.hashes)
      writer.put(values.shares)
      writer.put(values.rare)
    }
    writer.put(shares.affinity)
    writer.put(crowded)
    writer.put(precision.shares)
    return writer.bytes
  }

  /// Nil for what another version of Kith stored: then the model is learned anew.
  public init?(encoded bytes: [UInt8]) {
    var reader = NumberReader(bytes)
    guard reader.number() == Self.version, let profiles = reader.number(), let same = reader.floats(),
      let household = reader.floats(), let strangers = reader.floats(), let namesakeEmails = reader.floats(),
      let pairs = reader.floats(), pairs.count == 3
    else { return nil }
    let size = Field.allCases.count * Field.levels
    guard same.count == size, household.count == size, strangers.count == size, namesakeEmails.count == 5 else {
      return nil
    }
    self.profiles = Int(profiles)
    weights = MatchModel(
      same: same, household: household, strangers: strangers, namesakeEmails: namesakeEmails, samePairs: pairs[0],
      householdPairs: pairs[1], strangerPairs: pairs[2])
    shares = ValueShares()
    var columns: [CommonValues] = []
    for _ in shares.all {
      guard let hashes = reader.numbers(), let floats = reader.floats(), let rare = reader.float() else { return nil }
      guard let values = CommonValues(hashes: hashes, shares: floats, rare: rare) else { return nil }
      columns.append(values)
    }
    shares.all = columns
    guard let affinity = reader.float(), let crowded = reader.numbers(), let precisions = reader.floats(),
      let precision = PrecisionCurve(shares: precisions), reader.isAtEnd
    else { return nil }
    shares.affinity = affinity
    self.crowded = crowded
    self.precision = precision
  }

  /// To be raised with every change of what is kept, of fields, levels, keys or hashes.
  private static let version: UInt64 = 2
}

extension ValueShares {
  fileprivate var all: [CommonValues] {
    get {
      [given, family, fullNames, emails, locals, phones, customerNumbers, userIDs, loyaltyNumbers, births]
    }
    set {
      guard newValue.count == 10 else { return }
      (given, family, fullNames, emails, locals) = (newValue[0], newValue[1], newValue[2], newValue[3], newValue[4])
      (phones, customerNumbers, userIDs) = (newValue[5], newValue[6], newValue[7])
      (loyaltyNumbers, births) = (newValue[8], newValue[9])
    }
  }
}

private struct NumberWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
  mutating func put(_ float: Float) {
    withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }
  mutating func put(_ numbers: [UInt64]) {
    put(UInt64(numbers.count))
    for number in numbers { put(number) }
  }
  mutating func put(_ floats: [Float]) {
    put(UInt64(floats.count))
    for float in floats { put(float) }
  }
}

private struct NumberReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number() -> UInt64? {
    guard position + 8 <= bytes.count else { return nil }
    defer { position += 8 }
    return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)) }
  }

  mutating func float() -> Float? {
    guard position + 4 <= bytes.count else { return nil }
    defer { position += 4 }
    return bytes.withUnsafeBytes {
      Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
    }
  }

  mutating func numbers() -> [UInt64]? {
    list { (number: UInt64) in UInt64(littleEndian: number) }
  }

  mutating func floats() -> [Float]? {
    list { (number: UInt32) in Float(bitPattern: UInt32(littleEndian: number)) }
  }

  /// All at once: the model of a million profiles has a hundred thousand numbers.
  private mutating func list<Stored: BitwiseCopyable, Element>(_ element: (Stored) -> Element) -> [Element]? {
    let size = MemoryLayout<Stored>.size
    guard let count = number(), count <= UInt64((bytes.count - position) / size) else { return nil }
    let start = position
    position += Int(count) * size
    return bytes.withUnsafeBytes { bytes in
      [Element](unsafeUninitializedCapacity: Int(count)) { elements, filled in
        for index in 0..<Int(count) {
          let stored = bytes.loadUnaligned(fromByteOffset: start + index * size, as: Stored.self)
          elements.initializeElement(at: index, to: element(stored))
        }
        filled = Int(count)
      }
    }
  }
}
