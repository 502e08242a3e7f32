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

  /// Reads the file while what was read before is normalised on another core; rows are added in the order of the file.
  private mutating func read(
    _ path: String, _ places: RecordColumns, _ births: BirthReader, _ settings: NormaliseSettings
  ) throws(KithError) {
    let reader = try RecordReaders.makeReader(path: path, options: ReadingOptions())
    let cleaning = PeopleCleaning(settings)
    var waiting: PeopleBatch?
    var isAtEnd = false
    while !isAtEnd {
      let batch = PeopleBatch()
      isAtEnd = try fill(batch, reader, places, births)
      cleaning.start(batch)
      if let waiting { add(waiting) }
      waiting = batch
    }
    if let waiting { add(waiting) }
  }

  /// Fills a batch from the file; true when the file is at its end.
  private mutating func fill(
    _ batch: PeopleBatch, _ reader: any RecordReader, _ places: RecordColumns, _ births: BirthReader
  ) throws(KithError) -> Bool {
    let record = RawRecord()
    while batch.people.count < PeopleBatch.size {
      switch try reader.next(into: record) {
      case .record: batch.people.append(person(record, places, births))
      case .reject(_, let reason):
        rejectedCount += 1
        if rejected.count < 5 { rejected.append((reader.position, reason)) }
      case .end, .incomplete: return true
      }
    }
    return false
  }

  private func person(_ record: RawRecord, _ places: RecordColumns, _ births: BirthReader) -> PeopleBatch.Person {
    var person = PeopleBatch.Person()
    person.profile.attributes.reserveCapacity(columns.count)
    places.forEachText(record) { index, text in
      switch columns[index].role {
      case .key: person.key = text
      case .attribute(.birthDate): person.birth = births.read(text)
      case .attribute(let attribute): person.profile.attributes.append(AttributeValue(attribute, text))
      case .identifier(let kind):
        person.profile.identifiers.append(
          Identifier(kind, text, namespace: kind.isGlobal ? nil : columns[index].name))
      case .ignored: break
      }
    }
    return person
  }

  private mutating func add(_ batch: PeopleBatch) {
    batch.waitUntilClean()
    // By place: a copy of each would be retained and released.
    for place in batch.people.indices {
      keys.append(batch.people[place].key.isEmpty ? String(keys.count + 1) : batch.people[place].key)
      table.append(
        attributes: batch.clean[place]?.attributes ?? [], identifiers: batch.clean[place]?.identifiers ?? [],
        birth: batch.people[place].birth)
    }
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
