import CPhoneNumber

/// The numbering plans inside libphonenumber, read from the serialised form that the library carries: so the fast path
/// knows exactly what the installed library knows, and nothing has to be copied or kept up to date.
/// Source of the layout: phonemetadata.proto of libphonenumber.
struct PhoneMetadata: Sendable {
  /// A pattern and the lengths it may have.
  struct NumberPattern: Sendable {
    var pattern = ""
    /// Bit n: n digits are possible.
    var lengths: UInt32 = 0
    /// Bit n: n digits can be dialled within an area only.
    var localLengths: UInt32 = 0
    var example = ""
  }

  struct Region: Sendable {
    var id = ""
    var callingCode = 0
    var internationalPrefix = ""
    var nationalPrefixForParsing = ""
    var nationalPrefixTransform = ""
    var leadingDigits = ""
    var isMain = false
    var general = NumberPattern()
    /// Fixed line, mobile and all the others that make a number valid.
    var types: [NumberPattern] = []
  }

  var regions: [Region] = []

  /// Empty when the library does not show its plans: then every number takes the slow path.
  static let installed: PhoneMetadata = {
    var bytes: UnsafePointer<UInt8>?
    let count = kith_phone_metadata(&bytes)
    guard count > 0, let bytes else { return PhoneMetadata() }
    return PhoneMetadata(UnsafeBufferPointer(start: bytes, count: count))
  }()

  init() {}

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = WireReader(bytes)
    while let field = reader.next() {
      if field.number == 1 { regions.append(Region(field.bytes)) }
    }
  }
}

extension PhoneMetadata.Region {
  /// Field numbers of the descriptions that decide whether a number is valid: fixed line, mobile, toll free, premium,
  /// shared cost, personal, voice over IP, pager, company-wide, voice mail.
  private static let typeFields: Set<Int> = [2, 3, 4, 5, 6, 7, 8, 21, 25, 28]

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = WireReader(bytes)
    while let field = reader.next() {
      switch field.number {
      case 1: general = PhoneMetadata.NumberPattern(field.bytes)
      case 9: id = field.text
      case 10: callingCode = Int(field.value)
      case 11: internationalPrefix = field.text
      case 15: nationalPrefixForParsing = field.text
      case 16: nationalPrefixTransform = field.text
      case 22: isMain = field.value != 0
      case 23: leadingDigits = field.text
      case let number where Self.typeFields.contains(number):
        let type = PhoneMetadata.NumberPattern(field.bytes)
        if !type.pattern.isEmpty { types.append(type) }
      default: break
      }
    }
    // A type that lists no lengths has those of the region.
    for index in types.indices where types[index].lengths == 0 { types[index].lengths = general.lengths }
  }
}

extension PhoneMetadata.NumberPattern {
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var reader = WireReader(bytes)
    var hasNoNumbers = false
    while let field = reader.next() {
      switch field.number {
      case 2: pattern = field.text
      case 6: example = field.text
      case 9:
        let length = Int64(bitPattern: field.value)
        if length < 0 { hasNoNumbers = true } else if length < 32 { lengths |= 1 << UInt32(length) }
      case 10 where field.value < 32: localLengths |= 1 << UInt32(field.value)
      default: break
      }
    }
    if hasNoNumbers { pattern = "" }
  }
}

/// The wire format of protocol buffers, as far as it is needed to walk through a message.
/// Source: https://protobuf.dev/programming-guides/encoding/
struct WireReader {
  struct Field {
    var number: Int
    var value: UInt64 = 0
    var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The next field; nil at the end and at anything malformed.
  mutating func next() -> Field? {
    guard position < bytes.count, let tag = varint() else { return nil }
    var field = Field(number: Int(tag >> 3))
    switch tag & 7 {
    case 0:
      guard let value = varint() else { return nil }
      field.value = value
    case 1: position += 8
    case 2:
      guard let count = varint(), count <= UInt64(bytes.count - position) else { return nil }
      field.bytes = UnsafeBufferPointer(rebasing: bytes[position..<position + Int(count)])
      position += Int(count)
    case 5: position += 4
    default: return nil
    }
    return field
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
