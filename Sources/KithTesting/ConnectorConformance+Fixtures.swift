import Foundation
import KithConnectorKit
import KithCore

extension ConnectorConformance {
  /// The fixture is known as its own layout, and by no other equally well.
  public func detectionFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      guard let stream = connector.manifest.stream(fixture.stream) else { return ["there is no such stream"] }
      let source = try open(stream: fixture.stream, layout: "auto", path: input)
      guard let source = source as? any DiscoverableSource else { return ["the source cannot discover"] }
      let found = try await source.discover(stream: fixture.stream)
      var failures: [String] = []
      let words = found.summary.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      let known = words.firstIndex(of: "layout").map { words[($0 + 1)...].first }
      if known != Substring(fixture.layout) {
        failures.append("is not known as its own layout, but as: \(found.summary)")
      }
      let ties = Self.ties(stream, fixture.layout, names: Self.namesAndPrefixes(found.fields.map(\.name)))
      if !ties.isEmpty { failures.append("fits as well: \(ties.joined(separator: ", "))") }
      return failures
    }
  }

  /// The other layouts that say as much about the file. One that reads files in another way sees other names there.
  private static func ties(_ stream: ConnectorManifest.Stream, _ own: String, names: [String]) -> [String] {
    let read = stream.layouts.first { $0.name == own }?.read
    return stream.ties(columns: names).filter { name in
      name != own && stream.layouts.contains { $0.name == name && $0.read == read }
    }
  }

  /// `a.b.c` stands for a, a.b and a.b.c, as layouts may name the beginning of a path.
  private static func namesAndPrefixes(_ names: [String]) -> [String] {
    var result: [String] = []
    var seen: Set<String> = []
    for name in names {
      var path = ""
      for part in name.split(separator: ".", omittingEmptySubsequences: false) {
        path += path.isEmpty ? String(part) : "." + part
        if seen.insert(path).inserted { result.append(path) }
      }
      if seen.insert(name).inserted { result.append(name) }
    }
    return result
  }

  /// The fixture becomes the records and rejects of `expected.txt`, and reading it again gives the same.
  public func goldenFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      let source = try open(stream: fixture.stream, layout: fixture.layout, path: input)
      let sink = try await read(source, stream: fixture.stream)
      let text = Self.golden(sink)
      let path = "\(fixture.folder)/expected.txt"
      if ProcessInfo.processInfo.environment["KITH_UPDATE_GOLDEN"] == "1" {
        return FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) ? [] : ["cannot write \(path)"]
      }
      guard let expected = FileManager.default.contents(atPath: path) else {
        return ["has no expected.txt; run the tests with KITH_UPDATE_GOLDEN=1 and read what it wrote"]
      }
      let second = Self.golden(try await read(source, stream: fixture.stream))
      return (Self.difference(expected: String(decoding: expected, as: UTF8.self), found: text).map { [$0] } ?? [])
        + (second == text ? [] : ["gives other records when it is read a second time"])
    }
  }

  static func golden(_ sink: CollectingSink) -> String {
    let blocks = sink.records.map(RecordText.text(of:)) + sink.rejects.map(RecordText.text(of:))
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// The first line that differs, nil when none does.
  static func difference(expected: String, found: String) -> String? {
    if expected == found { return nil }
    let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let right = found.split(separator: "\n", omittingEmptySubsequences: false)
    for index in 0..<max(left.count, right.count) {
      let (old, new) = (index < left.count ? left[index] : "(end)", index < right.count ? right[index] : "(end)")
      if old != new { return "differs from expected.txt in line \(index + 1): expected \(old), found \(new)" }
    }
    return "differs from expected.txt in its line ends"
  }

  /// The check finds nothing wrong with the fixture, and tells when there is no file.
  public func checkFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      var failures: [String] = []
      let good = try open(stream: fixture.stream, layout: fixture.layout, path: input) as? any CheckableSource
      guard let good else { return ["cannot be checked"] }
      for problem in await good.check(stream: fixture.stream) {
        failures.append("is good, but its check finds: \(problem)")
      }
      let gone = try open(stream: fixture.stream, layout: fixture.layout, path: "\(input)-gone") as? any CheckableSource
      let problem = await gone?.check(stream: fixture.stream).first
      if problem?.recovery != .configuration {
        failures.append("is told, when it is not there, as: \(problem.map { "\($0)" } ?? "nothing")")
      }
      return failures
    }
  }

  /// Every record has its key, a person is somebody, no two things that happened share a key, and all are of one kind.
  public func recordFailures(_ fixture: Fixture) async -> [String] {
    await failures(fixture) { input throws(KithError) in
      let source = try open(stream: fixture.stream, layout: fixture.layout, path: input)
      let sink = try await read(source, stream: fixture.stream)
      if sink.records.isEmpty { return ["yields no record"] }
      return Self.wrong(sink.records)
    }
  }

  /// What is wrong with the records of a stream: one without its key, two with the same, a person of whom nothing is
  /// known, more kinds than one. `repeats`: the tool gives some twice.
  static func wrong(_ records: [Record], repeats: Bool = false) -> [String] {
    var failures: [String] = []
    let kinds = Set(records.map(\.kind.rawValue)).sorted()
    if kinds.count > 1 { failures.append("has records of more than one kind: \(kinds.joined(separator: ", "))") }
    var keys: Set<String> = []
    for record in records {
      let (key, person) = keyAndPerson(record)
      if key.isEmpty { failures.append("has a record without key: \(RecordText.text(of: record))") }
      if !keys.insert(key).inserted, !repeats { failures.append("has two records with the key \(key)") }
      if let person, isNobody(person) {
        failures.append("has a person of whom nothing is known: \(RecordText.text(of: record))")
      }
    }
    return failures
  }

  static func isNobody(_ person: Profile) -> Bool {
    person.key.isEmpty && person.identifiers.isEmpty && person.attributes.isEmpty && person.traits.isEmpty
  }

  static func keyAndPerson(_ record: Record) -> (key: String, person: Profile?) {
    switch record {
    case .profile(let profile): (profile.key, profile)
    case .touchpoint(let touchpoint): (touchpoint.key, touchpoint.person)
    case .order(let order): (order.key, order.person)
    case .orderLine(let row):
      // The lines of an order share its key.
      (
        row.order.key.isEmpty || row.line?.key.isEmpty == true ? "" : "\(row.order.key) \(row.line?.key ?? "")",
        row.order.person
      )
    case .product(let product): (product.key, nil)
    case .response(let response): (response.key, response.person)
    case .ticket(let ticket): (ticket.key, ticket.person)
    case .traffic(let traffic): (traffic.key, nil)
    case .deletion(let deletion): (deletion.key, nil)
    }
  }

  /// Runs a check; what it throws is a failure, and each failure names the fixture.
  func failures(
    _ fixture: Fixture, _ check: (String) async throws(KithError) -> [String]
  ) async -> [String] {
    guard let input = fixture.input else { return ["\(fixture) has no input"] }
    do throws(KithError) {
      return try await check(input).map { "\(fixture) \($0)" }
    } catch {
      return ["\(fixture) fails: \(error)"]
    }
  }
}
