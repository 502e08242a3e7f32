import KithConnectorKit
import KithCore

/// Who each record truly is, to measure clusters by: `record_id,entity_id`.
public enum TruthFile {
  /// The true person of each key, as any number per person. Errors tell of columns that are missing and of keys without
  /// a person.
  public static func persons(of keys: [String], path: String) throws(KithError) -> [Int32] {
    let reader = try RecordReaders.makeReader(path: path, options: ReadingOptions())
    let names = reader.columns ?? []
    guard let keyColumn = names.firstIndex(of: "record_id"), let personColumn = names.firstIndex(of: "entity_id") else {
      throw KithError(
        .configuration, "the truth has other columns", place: path, seen: names.joined(separator: ","),
        allowed: "record_id and entity_id")
    }
    let record = RawRecord()
    var persons: [String: Int32] = [:]
    var numbers: [String: Int32] = [:]
    while true {
      let step = try reader.next(into: record)
      if step == .end || step == .incomplete { break }
      guard step == .record, let key = text(record, keyColumn), let person = text(record, personColumn) else {
        continue
      }
      let number = numbers[person] ?? Int32(numbers.count)
      numbers[person] = number
      persons[key] = number
    }
    var result: [Int32] = []
    result.reserveCapacity(keys.count)
    for key in keys {
      guard let person = persons[key] else {
        throw KithError(
          .configuration, "the truth does not know a record", place: path, seen: key,
          fix: "It needs a line for each record of the file.")
      }
      result.append(person)
    }
    return result
  }

  private static func text(_ record: RawRecord, _ column: Int) -> String? {
    record.child(of: record.root, at: column).flatMap { record.text(of: $0) }
  }
}
