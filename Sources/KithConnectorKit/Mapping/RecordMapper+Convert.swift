import KithCore

extension RecordMapper {
  // MARK: bytes and texts

  @inline(__always)
  func withBytes<Result>(
    of value: Value, _ view: RecordView, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let range = Int(value.start)..<Int(value.start + value.count)
    switch value.base {
    case .record: return body(UnsafeBufferPointer(rebasing: view.bytes[range]))
    case .scratch: return scratch.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
    }
  }

  func bytes(of value: Value, _ view: RecordView) -> [UInt8] { withBytes(of: value, view) { Array($0) } }

  @inline(__always)
  func string(_ value: Value, _ view: RecordView) -> String {
    withBytes(of: value, view) { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: faults

  /// `created_at (column Created)`
  func label(_ index: Int) -> String { "\(fields[index].name) (\(fields[index].origin))" }

  func fault(_ code: String, _ index: Int, _ value: Value, _ view: RecordView, _ text: String) -> MapFault {
    MapFault(code: code, reason: "\(label(index)): \"\(cut(string(value, view)))\" \(text).")
  }

  func missing(_ field: OwnField) -> MapFault {
    let index = plan.own[field.rawValue]
    let code = field == .key || field == .lineKey ? "missing_key" : "missing"
    let name = RecordFields.of(kind).own.first { $0.field == field }?.name ?? "\(field)"
    let origin = index >= 0 ? " (\(fields[index].origin))" : ""
    let who = kind == .traffic ? "traffic" : "every \(kind.rawValue)"
    return MapFault(code: code, reason: "\(name)\(origin) is missing; \(who) needs it.")
  }

  // MARK: typed values

  @inline(__always)
  func text(_ index: Int, _ view: RecordView) throws(MapFault) -> String? {
    guard index >= 0, let value = single(index, view) else { return nil }
    return try text(value, index, view)
  }

  @inline(__always)
  func text(_ value: Value, _ index: Int, _ view: RecordView) throws(MapFault) -> String {
    if Int(value.count) > RecordMapper.maximumTextBytes {
      throw MapFault(
        code: "size",
        reason: "\(label(index)): \(value.count) bytes; at most \(RecordMapper.maximumTextBytes) are allowed.")
    }
    return string(value, view)
  }

  func own(_ field: OwnField, _ view: RecordView) throws(MapFault) -> String? {
    try text(plan.own[field.rawValue], view)
  }

  func key(_ index: Int, _ view: RecordView) throws(MapFault) -> String? {
    guard index >= 0, let value = single(index, view) else { return nil }
    if Int(value.count) > RecordMapper.maximumKeyBytes {
      throw MapFault(
        code: "size",
        reason: "\(label(index)): a key of \(value.count) bytes; at most \(RecordMapper.maximumKeyBytes) are allowed.")
    }
    return string(value, view)
  }

  func neededKey(_ view: RecordView) throws(MapFault) -> String {
    guard let key = try key(plan.own[OwnField.key.rawValue], view) else { throw missing(.key) }
    return key
  }

  private func style(_ value: Value, _ index: Int) -> ValueStyle {
    styles[value.style >= 0 ? Int(value.style) : fields[index].style]
  }

  func date(_ index: Int, _ view: RecordView) throws(MapFault) -> Timestamp? {
    guard index >= 0, let value = single(index, view) else { return nil }
    let style = style(value, index)
    guard let written = written(value, style, view) else { throw badDate(index, value, style, view) }
    return style.zone.timestamp(written)
  }

  func date(_ field: OwnField, _ view: RecordView) throws(MapFault) -> Timestamp? {
    try date(plan.own[field.rawValue], view)
  }

  func neededDate(_ field: OwnField, _ view: RecordView) throws(MapFault) -> Timestamp {
    guard let moment = try date(field, view) else { throw missing(field) }
    return moment
  }

  /// A day of the calendar as it is written, whatever the time of day and the zone.
  func day(_ field: OwnField, _ view: RecordView) throws(MapFault) -> CalendarDate? {
    let index = plan.own[field.rawValue]
    guard index >= 0, let value = single(index, view) else { return nil }
    let style = style(value, index)
    guard let written = written(value, style, view) else { throw badDate(index, value, style, view) }
    return written.date
  }

  /// A birth date whose format the mapping knows, as `YYYY-MM-DD`; without a format as it was delivered, unless it is
  /// written like a date and there is no such day.
  func birthDate(_ index: Int, _ view: RecordView) throws(MapFault) -> String? {
    guard index >= 0, let value = single(index, view) else { return nil }
    let style = style(value, index)
    guard style.dates != nil else {
      let text = try text(value, index, view)
      if RecordMapper.isImpossibleDay(text) { throw fault("date", index, value, view, "is no day of the calendar") }
      return text
    }
    guard let written = written(value, style, view) else { throw badDate(index, value, style, view) }
    return written.date.iso
  }

  /// Whether a text is written `yyyy-MM-dd` or `d.M.yyyy` and names a day that does not exist. All zeros stand for no
  /// date at all.
  static func isImpossibleDay(_ text: String) -> Bool {
    if CalendarDate(iso: text) != nil { return false }
    let separator: Character = text.contains(".") ? "." : "-"
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.utf8.allSatisfy { $0 &- 0x30 < 10 } ? Int(part) : nil }
    guard numbers.count == 3, parts.count == 3, numbers.contains(where: { $0 != 0 }) else { return false }
    let isYearFirst = separator == "-"
    guard parts[isYearFirst ? 0 : 2].utf8.count == 4 else { return false }
    return CalendarDate(
      year: numbers[isYearFirst ? 0 : 2], month: numbers[1], day: numbers[isYearFirst ? 2 : 0]) == nil
  }

  private func written(_ value: Value, _ style: ValueStyle, _ view: RecordView) -> WrittenDate? {
    withBytes(of: value, view) { bytes in
      guard let formats = style.dates else { return DateFormat.iso.parse(bytes) }
      for format in formats {
        if let written = format.parse(bytes) { return written }
      }
      return nil
    }
  }

  private func badDate(_ index: Int, _ value: Value, _ style: ValueStyle, _ view: RecordView) -> MapFault {
    let formats = style.dates?.map(\.text).joined(separator: " or ") ?? "iso"
    return fault("date", index, value, view, "is not a date written as \(formats)")
  }

  func amount(_ index: Int, _ view: RecordView) throws(MapFault) -> Amount? {
    guard index >= 0, let value = single(index, view) else { return nil }
    let style = style(value, index)
    let format = value.isNumber ? NumberFormat.point : style.number
    switch withBytes(of: value, view, { format.parse($0) }) {
    case .value(let amount):
      guard let divisor = style.divisor, divisor > 1 else { return amount }
      return divide(amount, by: divisor)
    case .notANumber:
      let how = format == .auto ? "" : " with a decimal \(format.rawValue)"
      throw fault("number", index, value, view, "is not a number\(how)")
    case .ambiguous:
      throw fault(
        "number", index, value, view, "could be thousands or decimals; say number: point or number: comma")
    case .tooLarge: throw fault("number", index, value, view, "is too large a number")
    }
  }

  func amount(_ field: OwnField, _ view: RecordView) throws(MapFault) -> Amount? {
    try amount(plan.own[field.rawValue], view)
  }

  func decimal(_ field: OwnField, _ view: RecordView) throws(MapFault) -> Double? {
    try amount(field, view)?.double
  }

  /// Exact for powers of ten, else rounded half away from zero at the ninth decimal.
  private func divide(_ amount: Amount, by divisor: Int64) -> Amount {
    var (rest, zeros) = (divisor, 0)
    while rest % 10 == 0 {
      rest /= 10
      zeros += 1
    }
    if rest == 1, Int(amount.scale) + zeros <= 9 {
      return Amount(mantissa: amount.mantissa, scale: amount.scale + UInt8(zeros))
    }
    var numerator = Int128(amount.mantissa)
    for _ in 0..<(9 - Int(amount.scale)) { numerator *= 10 }
    let half = Int128(divisor / 2)
    let quotient = (numerator + (numerator < 0 ? -half : half)) / Int128(divisor)
    var (mantissa, scale) = (quotient, 9)
    while scale > 0, mantissa % 10 == 0 || Int64(exactly: mantissa) == nil {
      mantissa /= 10
      scale -= 1
    }
    return Amount(mantissa: Int64(clamping: mantissa), scale: UInt8(scale))
  }

  /// A number from -1 to 1, or for `satisfaction` one of the words that support desks use.
  func valence(_ field: OwnField, _ view: RecordView) throws(MapFault) -> Double? {
    let index = plan.own[field.rawValue]
    guard index >= 0, let value = single(index, view) else { return nil }
    if field == .satisfaction {
      switch string(value, view).lowercased() {
      case "good": return 1
      case "neutral": return 0
      case "bad": return -1
      case "offered", "unoffered": return nil
      default: break
      }
    }
    guard let number = try amount(index, view)?.double else { return nil }
    guard number >= -1, number <= 1 else {
      throw fault("range", index, value, view, "is outside of -1 to 1")
    }
    return number
  }

  func nps(_ view: RecordView) throws(MapFault) -> Int? {
    let index = plan.own[OwnField.nps.rawValue]
    guard index >= 0, let value = single(index, view), let amount = try amount(index, view) else { return nil }
    let number = amount.double
    guard number >= 0, number <= 10, number == number.rounded() else {
      throw fault("range", index, value, view, "is not a whole number from 0 to 10")
    }
    return Int(number)
  }

  /// How many there were.
  func count(_ field: OwnField, _ view: RecordView) throws(MapFault) -> Int? {
    let index = plan.own[field.rawValue]
    guard index >= 0, let value = single(index, view), let amount = try amount(index, view) else { return nil }
    guard let count = Int(exactly: amount.double), count >= 0 else {
      throw fault("range", index, value, view, "is not a whole number from 0 on")
    }
    return count
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type, _ index: Int, _ view: RecordView
  ) throws(MapFault) -> Choice? where Choice.RawValue == String {
    guard index >= 0, let value = single(index, view) else { return nil }
    let word = string(value, view)
    if let choice = Choice(rawValue: word) ?? Choice(rawValue: word.lowercased()) { return choice }
    throw fault(
      "choice", index, value, view, "is none of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
  }
}
