import KithConnectorKit
import KithCore
import KithIdentity
import KithNormalise

/// A file of people, read into a table for matching.
public struct PeopleFile {
  public let columns: [RecognisedColumn]
  /// By row: the key as it stands in the file; the record's number, counted from 1, where it has none.
  public private(set) var keys: [String] = []
  public let table = ProfileTable()
  /// Lines that could not be read, with the reason of the first ones.
  public private(set) var rejected: [(line: Int, reason: String)] = []
  public private(set) var rejectedCount = 0

  /// - Parameters:
  ///   - key: the column that names the records; nil: the first, or the record's number where the file is no table.
  ///   - overrides: roles by column name.
  ///   - country: ISO 3166 alpha-2, for telephone numbers without a country.
  public init(
    path: String, key: String?, overrides: [String: ColumnRole], country: String, today: CalendarDate
  ) throws(KithError) {
    let sample = try PeopleSample(path)
    let names = sample.columns.names
    guard !names.isEmpty else {
      throw KithError(
        .configuration, "the file has no records", place: path, allowed: "CSV or TSV with a header, JSON, XML or vCards"
      )
    }
    let keyColumn =
      try key.map { name throws(KithError) in try PeopleFile.column(name, in: names, path) }
      ?? (sample.isTable ? 0 : nil)
    var columns = RoleRecognition(
      columns: names.indices.map { (names[$0], sample.values(of: $0)) }
    ).roles(key: keyColumn)
    for (name, role) in overrides.sorted(by: { $0.key < $1.key }) {
      let index = try PeopleFile.column(name, in: names, path)
      columns[index].role = role
      columns[index].origin = .option
    }
    if let keyColumn {
      columns[keyColumn].role = .key
      columns[keyColumn].origin = key == nil ? .position : .option
    }
    self.columns = columns
    guard columns.contains(where: \.role.isEvidence) else {
      throw KithError(
        .configuration, "no column tells who somebody is", place: path, seen: names.prefix(20).joined(separator: ", "),
        fix: "Say it with --columns, for example --columns \"\(names[names.count - 1])=full_name\".")
    }
    let birth = columns.firstIndex { $0.role == .attribute(.birthDate) }
    let births = BirthReader(birth.map(sample.values) ?? [], thisYear: today.year)
    try read(path, sample.columns, births, NormaliseSettings(country: country, currency: "EUR", today: today))
  }

  /// Where to find a column by name, letters in any case.
  private static func column(_ name: String, in names: [String], _ path: String) throws(KithError) -> Int {
    if let index = names.firstIndex(of: name) { return index }
    if let index = names.firstIndex(where: { $0.lowercased() == name.lowercased() }) { return index }
    let near = nearestWord(to: name, among: names)
    throw KithError(
      .configuration, "the file has no such column", place: path, seen: name,
      allowed: names.joined(separator: ", "), fix: near.map { "Did you mean \"\($0)\"?" })
  }

  /// Reads the file while what was read before is normalised and added, in the order of the file.
  private mutating func read(
    _ path: String, _ places: RecordColumns, _ births: BirthReader, _ settings: NormaliseSettings
  ) throws(KithError) {
    let reader = try RecordReaders.makeReader(path: path, options: ReadingOptions())
    let cleaning = PeopleCleaning(columns: columns, places: places, births: births, Normaliser(settings))
    let taken = TakenPeople(table)
    let pipeline = PeoplePipeline(normalise: cleaning.clean, take: taken.take)
    defer {
      pipeline.finish()
      keys = taken.keys
    }
    var isAtEnd = false
    while !isAtEnd {
      let batch = pipeline.empty()
      isAtEnd = try fill(batch, reader)
      pipeline.start(batch)
    }
  }

  /// Fills a batch from the file; true when the file is at its end.
  private mutating func fill(_ batch: PeopleBatch, _ reader: any RecordReader) throws(KithError) -> Bool {
    while batch.count < PeopleBatch.size {
      switch try reader.next(into: batch.next) {
      case .record: batch.count += 1
      case .reject(_, let reason):
        rejectedCount += 1
        if rejected.count < 5 { rejected.append((reader.position, reason)) }
      case .end, .incomplete: return true
      }
    }
    return false
  }
}

/// Turns records into profiles.
private final class PeopleCleaning {
  private let columns: [RecognisedColumn]
  private let places: RecordColumns
  private let births: BirthReader
  private var normaliser: Normaliser

  init(columns: [RecognisedColumn], places: RecordColumns, births: BirthReader, _ normaliser: Normaliser) {
    self.columns = columns
    self.places = places
    self.births = births
    self.normaliser = normaliser
  }

  func clean(_ batch: PeopleBatch) {
    for index in 0..<batch.count {
      var profile = Profile(key: "-")
      profile.attributes.reserveCapacity(columns.count)
      var birth: Int32 = 0
      let keyStart = batch.keys.count
      places.forEachText(batch.records[index]) { column, text in
        switch columns[column].role {
        case .key: batch.keys.replaceSubrange(keyStart..., with: text.utf8)
        case .attribute(.birthDate): birth = births.read(text)
        case .attribute(let attribute): profile.attributes.append(AttributeValue(attribute, text))
        case .identifier(let kind):
          profile.identifiers.append(
            Identifier(kind, text, namespace: kind.isGlobal ? nil : columns[column].name))
        case .ignored: break
        }
      }
      batch.keyEnds.append(batch.keys.count)
      batch.rows.begin()
      if let clean = normaliser.profile(profile, source: "file") { batch.rows.add(clean.attributes, clean.identifiers) }
      batch.rows.setBirth(birth)
    }
  }
}

/// The people that came through the pipeline so far.
private final class TakenPeople {
  private(set) var keys: [String] = []
  private let table: ProfileTable

  init(_ table: ProfileTable) { self.table = table }

  func take(_ batch: PeopleBatch) {
    var start = 0
    for end in batch.keyEnds {
      keys.append(start == end ? String(keys.count + 1) : String(decoding: batch.keys[start..<end], as: UTF8.self))
      start = end
    }
    table.append(batch.rows)
  }
}

/// The first records of a file, to find out what its columns say.
private struct PeopleSample {
  let columns: RecordColumns
  let isTable: Bool
  private var rows: [[String]] = []

  static let size = 1_000

  init(_ path: String) throws(KithError) {
    let reader = try RecordReaders.makeReader(path: path, options: ReadingOptions())
    var records: [RawRecord] = []
    while records.count < PeopleSample.size {
      let record = RawRecord()
      let step = try reader.next(into: record)
      if step == .end || step == .incomplete { break }
      if step == .record { records.append(record) }
    }
    isTable = reader.columns != nil
    columns = RecordColumns(header: reader.columns, sample: records)
    for record in records {
      var row = [String](repeating: "", count: columns.names.count)
      columns.forEachText(record) { if row[$0].isEmpty { row[$0] = $1 } }
      rows.append(row)
    }
  }

  func values(of column: Int) -> [String] { rows.map { $0[column] } }
}
