/// Which field of a W3C extended log line goes to which column.
struct W3CLayout {
  private let targets: [Int]
  private let date: Int?
  private let time: Int?
  private let count: Int

  init(_ log: LogDialect) {
    let columns = log.columns
    count = log.fields.count
    date = log.fields.firstIndex { $0.lowercased() == "date" }
    time = log.fields.firstIndex { $0.lowercased() == "time" }
    targets = log.fields.map { columns.firstIndex(of: LogDialect.column($0)) ?? -1 }
  }

  /// nil when all is well.
  func read(_ line: UnsafeBufferPointer<UInt8>, into values: inout LogValues) -> ReadStep? {
    // CloudFront separates with tabs, IIS with blanks.
    let separator: UInt8 = line.contains(0x09) ? 0x09 : 0x20
    let fields = line.split(separator: separator, omittingEmptySubsequences: separator == 0x20)
    guard fields.count == count else {
      return .reject(
        code: "field_count",
        reason: "Too \(fields.count < count ? "few" : "many") fields: \(fields.count); #Fields names \(count)")
    }
    for (index, field) in fields.enumerated() where index != date && index != time && targets[index] >= 0 {
      switch targets[index] {
      case LogValues.Column.agent, LogValues.Column.referrer: values.set(targets[index], decoded(field, separator))
      default: values.set(targets[index], field)
      }
    }
    if let time {
      // W3C times are UTC.
      var moment: [UInt8] = []
      if let date { moment += Array(fields[date]) + [0x54] }
      moment += fields[time]
      if date != nil { moment.append(0x5A) }
      values.set(LogValues.Column.time, moment)
    } else if let date {
      values.set(LogValues.Column.time, fields[date])
    }
    return nil
  }

  /// IIS writes blanks as `+`, CloudFront escapes as in URLs.
  private func decoded(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ separator: UInt8) -> [UInt8] {
    if separator == 0x20 { return text.map { $0 == 0x2B ? 0x20 : $0 } }
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == 0x25, index + 2 < text.endIndex, let high = hexDigit(text[index + 1]),
        let low = hexDigit(text[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(text[index])
        index += 1
      }
    }
    let isValid = result.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { UTF8Check.firstInvalid($0, bytes.count) == nil } ?? true
    }
    return isValid ? result : Array(text)
  }
}
