import KithCore

/// The attributes of a profile by their place in `Attribute`, found in one pass. Of an attribute delivered twice the
/// first counts.
struct DeliveredAttributes {
  private let values: [AttributeValue]
  /// Four bits per attribute: its position counted from 1, 0 when it is missing.
  private var positions: UInt64 = 0
  /// More values than four bits can number: then they are searched.
  private let isLong: Bool

  init(_ values: [AttributeValue]) {
    self.values = values
    isLong = values.count > 15
    if isLong { return }
    for index in values.indices {
      let shift = UInt64(values[index].attribute.rawValue) * 4
      if positions >> shift & 15 == 0 { positions |= UInt64(index + 1) << shift }
    }
  }

  @inline(__always)
  subscript(attribute: Attribute) -> String? {
    if isLong { return values.first { $0.attribute == attribute }?.value }
    let position = Int(positions >> (UInt64(attribute.rawValue) * 4) & 15)
    return position == 0 ? nil : values[position - 1].value
  }
}
