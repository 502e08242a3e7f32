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

  /// The group that a record belongs to, and what it adds to its sums; nil where there are none.
  func sums(of values: [SumValue], source: String) -> (names: [String], parts: [Int64])? {
    switch self {
    case .touchpoints: touchpointSums(values, source)
    case .orders: orderSums(values, source)
    case .responses: responseSums(values, source)
    case .orderLines: lineSums(values, source)
    case .profiles, .products, .tickets: nil
    }
  }

  private func touchpointSums(_ values: [SumValue], _ source: String) -> ([String], [Int64]) {
    let valence = values[3].number
    return (
      [values[0].day, source, values[1].text, values[2].text],
      [1, valence == nil ? 0 : 1, SumScale.millionths.parts(valence ?? 0)]
    )
  }

  private func orderSums(_ values: [SumValue], _ source: String) -> ([String], [Int64]) {
    let amounts = values[5...7].map { SumScale.tenThousandths.parts($0.number ?? 0) }
    return (
      [values[0].day, source, values[1].text, values[2].text, values[3].text],
      [1, Int64(values[4].number ?? 0)] + amounts
    )
  }

  private func responseSums(_ values: [SumValue], _ source: String) -> ([String], [Int64]) {
    let nps = values[2].number
    let isPromoter = nps.map { $0 >= 9 } ?? false
    let isDetractor = nps.map { $0 <= 6 } ?? false
    let (csat, ces) = (share(values[3], of: values[4]), share(values[5], of: values[6]))
    let counts: [Int64] = [1, nps == nil ? 0 : 1, isPromoter ? 1 : 0, isDetractor ? 1 : 0, Int64(nps ?? 0)]
    return (
      [values[0].day, source, values[1].text],
      counts + [csat == nil ? 0 : 1, SumScale.millionths.parts(csat ?? 0)]
        + [ces == nil ? 0 : 1, SumScale.millionths.parts(ces ?? 0)]
    )
  }

  private func share(_ value: SumValue, of best: SumValue) -> Double? {
    guard let value = value.number, let best = best.number, best != 0 else { return nil }
    return value / best
  }

  private func lineSums(_ values: [SumValue], _ source: String) -> ([String], [Int64]) {
    let quantity = SumScale.tenThousandths.parts(values[4].number ?? 0)
    let isReturn = values[5].number == 1
    return (
      [values[0].text.prefix(7) + "-01", source, values[1].text, values[2].text, values[3].text],
      [1, isReturn ? 0 : quantity, isReturn ? -quantity : 0]
    )
  }
}
