import Foundation
import KithCore
import Testing

@testable import KithSamples

@Suite struct SamplesTests {
  static let company = SampleCompany(people: 120, seed: 11)
  static let files = company.makeFiles().files

  static func text(_ path: String) throws -> String {
    let file = try #require(files.first { $0.path == path }, "no \(path)")
    return String(decoding: file.bytes, as: UTF8.self)
  }

  /// The rows of a table below its header, by column.
  static func rows(_ path: String, separator: Character = ",", headerRows: Int = 1) throws -> [[String: String]] {
    let records = split(try text(path), separator)
    let header = try #require(records.first)
    return records.dropFirst(headerRows).compactMap { fields in
      fields.count == header.count ? Dictionary(uniqueKeysWithValues: zip(header, fields)) : nil
    }
  }

  private static func split(_ text: String, _ separator: Character) -> [[String]] {
    var records: [[String]] = [[""]]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case separator where !isQuoted: records[records.count - 1].append("")
      case "\n" where !isQuoted: records.append([""])
      default: records[records.count - 1][records[records.count - 1].count - 1].append(character)
      }
    }
    return records.filter { $0 != [""] }
  }

  static func truth() throws -> [[String: String]] { try rows("truth.csv") }

  @Test func sameSeedGivesTheSameBytes() {
    let again = SampleCompany(people: 120, seed: 11).makeFiles().files
    #expect(Self.files == again)
    #expect(Self.files != SampleCompany(people: 120, seed: 12).makeFiles().files)
  }

  @Test func writesWhatItSays() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("samples-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let summary = try SampleCompany(people: 60, seed: 1).write(to: directory)
    for file in summary.files {
      let data = try #require(FileManager.default.contents(atPath: directory + "/" + file.path))
      #expect(data.count == file.bytes)
      #expect(file.rows > 0, "\(file.path)")
    }
    #expect(FileManager.default.fileExists(atPath: summary.truthPath))
    #expect(summary.people >= 50)
    #expect(summary.peopleBySource.map(\.source).contains("shop"))
  }

  @Test func aFolderThatCannotBeWrittenIsToldSo() throws {
    let blocked = FileManager.default.temporaryDirectory.appendingPathComponent("samples-\(UUID().uuidString)").path
    try Data("a file".utf8).write(to: URL(fileURLWithPath: blocked))
    defer { try? FileManager.default.removeItem(atPath: blocked) }
    let error = #expect(throws: KithError.self) { _ = try SampleCompany(people: 20, seed: 1).write(to: blocked) }
    #expect(error?.recovery == .configuration)
    #expect(error?.place?.hasPrefix(blocked) == true)
  }

  @Test func everyAddressIsFictional() throws {
    for file in Self.files where !file.path.hasSuffix(".gz") {
      let isWide = file.path.hasSuffix(".tsv")
      let text = String(decoding: isWide ? file.bytes.filter { $0 != 0 } : file.bytes, as: UTF8.self)
      for match in text.matches(of: /@[A-Za-z0-9.\-]*[A-Za-z]/) {
        let domain = match.output.lowercased()
        let isExample = ["example.com", "example.org", "example.net"].contains { domain.hasSuffix($0) }
        // XML and CSV know no other at signs.
        #expect(isExample, "\(file.path): \(domain)")
      }
    }
  }

  @Test func compressedLogIsValid() throws {
    let file = try #require(Self.files.first { $0.path == "web/access.log.gz" })
    #expect(Array(file.bytes.prefix(3)) == [0x1F, 0x8B, 8])
    #expect(gzipped(Array("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".utf8)).count < 32)
    // The check sum and length of a known text: CRC-32 of "123456789" is CBF43926.
    #expect(Array(gzipped(Array("123456789".utf8)).suffix(8)) == [0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0])
  }

  @Test func phoneStylesKeepTheNumber() {
    let styles: [(PhoneStyle, String)] = [
      (.e164, "+41790123456"), (.spaced, "+41 79 012 34 56"), (.doubleZero, "0041790123456"),
      (.national, "079 012 34 56"), (.slashed, "079/012 34 56"), (.bracketed, "+41 (0)79 012 34 56"),
    ]
    for (style, expected) in styles { #expect(style.written("+41790123456") == expected) }
    // Abroad nobody writes the national form: it would be read as a Swiss number.
    #expect(PhoneStyle.national.written("+33639981234") == "+33 6 39 98 12 34")
    #expect(PhoneStyle.national.written("+493023125774").hasPrefix("+49 30 "))
  }

  @Test func noNumberIsGivenOutTwice() {
    var phones = PhoneBook()
    var random = SampleRandom(seed: 3)
    var numbers: [String] = []
    for _ in 0..<1_500 {
      for country in ["CH", "DE", "FR"] {
        if let mobile = phones.mobile(country, &random) { numbers.append(mobile) }
        if let landline = phones.landline(country, .german, &random) { numbers.append(landline) }
      }
    }
    #expect(Set(numbers).count == numbers.count)
    // Germany keeps two hundred mobile numbers for fiction; then nobody gets one any more.
    #expect(numbers.count { $0.hasPrefix("+491") } == 200)
    #expect(!numbers.contains("+41790000000"))
  }

  @Test func wallClockKnowsSummerTime() throws {
    let lastWinter = try #require(Timestamp(sqlText: "2026-03-29 00:59:59"))
    #expect(lastWinter.zurich.plain == "2026-03-29 01:59:59")
    #expect(Timestamp(seconds: lastWinter.seconds + 1).zurich.plain == "2026-03-29 03:00:00")
    let lastSummer = try #require(Timestamp(sqlText: "2026-10-25 00:59:59"))
    #expect(lastSummer.zurich.plain == "2026-10-25 02:59:59")
    #expect(Timestamp(seconds: lastSummer.seconds + 1).zurich.zone == "+0100")
  }
}
