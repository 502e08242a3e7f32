import KithCore
import KithEngine
import KithStore

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
