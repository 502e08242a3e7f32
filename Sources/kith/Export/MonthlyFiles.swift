import Foundation
import KithCore
import KithEngine
import KithStore

/// A folder with a file for each month, named as Hive, Spark, DuckDB and others expect it:
/// `month=2026-03/touchpoints.parquet`. Rows must come in the order of their time.
struct MonthlyFiles {
  private let folder: String
  private let fileName: String
  private let make: (OutputFile) throws(KithError) -> any TableWriter
  private var writer: (any TableWriter)?
  private var month: String?
  /// Months that got rows.
  private(set) var written: Set<String> = []

  /// Rows without a time.
  private static let unknown = "__HIVE_DEFAULT_PARTITION__"
  private static let prefix = "month="

  init(
    folder: String, fileName: String, make: @escaping (OutputFile) throws(KithError) -> any TableWriter
  ) {
    self.folder = folder
    self.fileName = fileName
    self.make = make
  }

  /// - Parameter time: the place of the time among the columns.
  mutating func row(_ row: TableRow, time: Int) throws(KithError) {
    let isSame = month.map { month in row.withText(time) { $0.prefix(7).elementsEqual(month.utf8) } } ?? false
    if !isSame {
      try finish()
      let own =
        row.isNull(time) ? MonthlyFiles.unknown : row.withText(time) { String(decoding: $0.prefix(7), as: UTF8.self) }
      writer = try make(try OutputFile(try path(of: own)))
      month = own
      written.insert(own)
    }
    try writer?.row(row)
  }

  mutating func finish() throws(KithError) {
    try writer?.finish()
    writer = nil
    month = nil
  }

  /// Removes the files of an earlier export for months that have no rows any more.
  func removeOthers() throws(KithError) {
    do {
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        guard name.hasPrefix(MonthlyFiles.prefix), !written.contains(String(name.dropFirst(MonthlyFiles.prefix.count)))
        else { continue }
        let file = folder + "/" + name + "/" + fileName
        if FileManager.default.fileExists(atPath: file) { try FileManager.default.removeItem(atPath: file) }
      }
    } catch {
      throw KithError(
        .transient, "a file of an earlier export cannot be removed", place: folder, seen: error.localizedDescription)
    }
  }

  private func path(of month: String) throws(KithError) -> String {
    let folder = self.folder + "/" + MonthlyFiles.prefix + month
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw KithError(.configuration, "the folder cannot be made", seen: folder, allowed: error.localizedDescription)
    }
    return folder + "/" + fileName
  }
}
