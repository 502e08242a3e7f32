import KithCore
import KithStore

/// Writes the rows of a table to a file in one format.
protocol TableWriter {
  mutating func row(_ row: TableRow) throws(KithError)
  /// Ends and closes the file.
  mutating func finish() throws(KithError)
}

enum ExportFormat: String, CaseIterable, Sendable {
  case csv, jsonl, parquet

  /// - Parameter isGuarded: whether spreadsheets are kept from running texts of a CSV.
  func writer(
    _ columns: [ColumnSpecification], isGuarded: Bool, to file: OutputFile
  ) throws(KithError) -> any TableWriter {
    switch self {
    case .csv: DelimitedWriter(columns, isJSON: false, isGuarded: isGuarded, to: file)
    case .jsonl: DelimitedWriter(columns, isJSON: true, isGuarded: false, to: file)
    case .parquet: try ParquetTableWriter(columns, to: file)
    }
  }
}
