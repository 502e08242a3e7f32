extension RecordTable {
  /// The columns that sums are made of, and their places in the content.
  var usedColumns: [String] { Self.used[rawValue].names }
  var usedPlaces: [UInt16] { Self.used[rawValue].places }

  private static let used = allCases.map { table -> (names: [String], places: [UInt16]) in
    let names = SumSpecification.of(table)?.used ?? []
    return (names, names.map { name in UInt16(table.content.firstIndex(of: name) ?? Int(UInt16.max)) })
  }

  /// The used columns of a row that was asked for, from a column on.
  func usedValues(_ row: FastStatement, from first: CInt) -> [SumValue] {
    usedColumns.indices.map { index in
      let column = first + CInt(index)
      if row.isNull(column) { return .none }
      return switch Self.types[rawValue][index] {
      case .text, .dateTime: .text(row.optionalText(column) ?? "")
      case .boolean: .number(Double(row.int64(column)))
      default: .number(row.double(column))
      }
    }
  }

  private static let types = allCases.map { table in
    let columns = Schema.table(table.name)?.columns ?? []
    return table.usedColumns.map { name in columns.first { $0.name == name }?.type ?? .text }
  }

  /// How many of the used columns name the group, beside the source; the first is the time. Numbers follow.
  var usedTexts: Int { self == .responses ? 2 : self == .touchpoints ? 3 : 4 }

  /// The sums of a group in which nothing is.
  var noParts: [Int64] { Self.none[rawValue] }

  private static let none = allCases.map { [Int64](repeating: 0, count: SumSpecification.of($0)?.sums.count ?? 0) }

  /// How much of the time names the group: the day, or the month.
  var timeCharacters: Int { self == .orderLines ? 7 : 10 }

  /// The names of the group, in the order of its columns.
  func groupNames(_ texts: some Collection<String>, source: String) -> [String] {
    let time = (texts.first ?? "").prefix(timeCharacters) + (self == .orderLines ? "-01" : "")
    return [String(time), source] + texts.dropFirst()
  }

  /// Adds what a record says to the sums of its group, or takes it away.
  func add(_ numbers: UnsafeMutableBufferPointer<Double?>, _ sign: Int64, to sums: UnsafeMutableBufferPointer<Int64>) {
    sums[0] += sign
    switch self {
    case .touchpoints:
      guard let valence = numbers[0] else { return }
      sums[1] += sign
      sums[2] += sign * SumScale.millionths.parts(valence)
    case .orders:
      sums[1] += sign * Int64(numbers[0] ?? 0)
      for place in 1...3 { sums[place + 1] += sign * SumScale.tenThousandths.parts(numbers[place] ?? 0) }
    case .responses: addResponse(numbers, sign, to: sums)
    case .orderLines:
      let quantity = SumScale.tenThousandths.parts(numbers[0] ?? 0)
      if numbers[1] == 1 { sums[2] -= sign * quantity } else { sums[1] += sign * quantity }
    case .profiles, .products, .tickets, .traffic: break
    }
  }

  private func addResponse(
    _ numbers: UnsafeMutableBufferPointer<Double?>, _ sign: Int64, to sums: UnsafeMutableBufferPointer<Int64>
  ) {
    if let nps = numbers[0] {
      sums[1] += sign
      if nps >= 9 { sums[2] += sign }
      if nps <= 6 { sums[3] += sign }
      sums[4] += sign * Int64(nps)
    }
    for (place, value) in [(5, share(numbers[1], of: numbers[2])), (7, share(numbers[3], of: numbers[4]))] {
      guard let value else { continue }
      sums[place] += sign
      sums[place + 1] += sign * SumScale.millionths.parts(value)
    }
  }

  private func share(_ value: Double?, of best: Double?) -> Double? {
    guard let value, let best, best != 0 else { return nil }
    return value / best
  }
}
