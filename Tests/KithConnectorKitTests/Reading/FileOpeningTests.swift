import Foundation
import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct FileOpeningTests {
  private let plain = "id,name\n1,Ada\n2,Grace\n"
  private static let compressed: [String: String] = [
    "gz": "H4sIAAAAAAAAA8tM0clLzE3lMtRxTEnkMtJxL0pMTuUCAJ/Znt4WAAAA",
    "zst": "KLUv/SQWsQAAaWQsbmFtZQoxLEFkYQoyLEdyYWNlCuOr27Y=",
    "xz":
      "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAVaWQsbmFtZQoxLEFkYQoyLEdyYWNlCgAAAGQHY0A3KLgrAAEuFlYJVd8ftvN9"
      + "AQAAAAAEWVo=",
    "bz2": "QlpoOTFBWSZTWf9bE9oAAAldgAAQAAQwACCALiMQACAAIiaNqHqH6oQAAHqaTUZi4b9wGmfF3JFOFCQ/1sT2gA==",
    "zip":
      "UEsDBBQAAAAIAJcIdl0AAAAAAgAAAAAAAAAHAAAAZm9sZGVyLwMAUEsDBBQAAAAIAJcIdl2f2Z7eGAAAABYAAAAFAAAAYS5j"
      + "c3bLTNHJS8xN5TLUcUxJ5DLScS9KTE7lAgBQSwMEFAAAAAgAlwh2XbpPBgMRAAAADwAAAAwAAABmb2xkZXIvYi5jc3bLTNHJ"
      + "S8xN5TLWccxJzOMCAFBLAQIUAxQAAAAIAJcIdl0AAAAAAgAAAAAAAAAHAAAAAAAAAAAAEAD9QQAAAABmb2xkZXIvUEsBAhQD"
      + "FAAAAAgAlwh2XZ/Znt4YAAAAFgAAAAUAAAAAAAAAAAAAAIABJwAAAGEuY3N2UEsBAhQDFAAAAAgAlwh2XbpPBgMRAAAADwAA"
      + "AAwAAAAAAAAAAAAAAIABYgAAAGZvbGRlci9iLmNzdlBLBQYAAAAAAwADAKIAAACdAAAAAAA=",
  ]
  private static let office =
    "UEsDBBQAAAAAAJcIdl0rhCYSBAAAAAQAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbDx4Lz5QSwECFAMUAAAAAACXCHZdK4Qm"
    + "EgQAAAAEAAAAEwAAAAAAAAAAAAAAgAEAAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLBQYAAAAAAQABAEEAAAA1AAAAAAA="
  private static let encrypted =
    "UEsDBAoACQAAAJcIdl2f2Z7eIgAAABYAAAAFABwAYS5jc3ZVVAkAA64/AmuuPwJrdXgLAAEEAAAAAAQAAAAAJK46Ssgs1DsB"
    + "sXd+jNfAmuRXgjTag5QvZ9o3wE+GJ9NODVBLBwif2Z7eIgAAABYAAABQSwECHgMKAAkAAACXCHZdn9me3iIAAAAWAAAABQAY"
    + "AAAAAAABAAAApIEAAAAAYS5jc3ZVVAUAA64/Amt1eAsAAQQAAAAABAAAAABQSwUGAAAAAAEAAQBLAAAAcQAAAAAA"

  private func text(_ stream: any ByteStream) throws -> String {
    String(decoding: try readAll(stream, limit: 1_000_000), as: UTF8.self)
  }

  private func error(_ body: () throws -> Void) -> KithError? {
    do { try body() } catch { return error as? KithError }
    return nil
  }

  @Test func readsPlainFilesFromAnOffset() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.csv", Array(plain.utf8))
    #expect(try text(FileOpening.open(path: path)) == plain)
    #expect(try text(FileOpening.open(path: path, offset: 8)) == "1,Ada\n2,Grace\n")
    #expect(try text(FileOpening.open(path: path, offset: 800)) == "")
    #expect(try FileOpening.entries(path: path) == nil)
  }

  @Test(arguments: compressed.keys.sorted()) func readsCompressedFilesByContent(_ kind: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("no-ending", base64: #require(Self.compressed[kind]))
    #expect(try text(FileOpening.open(path: path)) == plain)
    #expect(try text(FileOpening.open(path: path, offset: 14)) == "2,Grace\n")
    #expect(try FileOpening.isCompressed(path: path))
    let reader = try RecordReaders.makeReader(path: path, options: ReadingOptions())
    #expect(outcomes(reader).map(\.text) == ["1|Ada", "2|Grace"])
    #expect(reader.offset == 22)
    let resume = RecordReaders.Resume(offset: 14, position: 3, dialect: reader.dialect)
    let rest = try RecordReaders.makeReader(path: path, options: ReadingOptions(), resume: resume)
    #expect(outcomes(rest) == [.record(position: 3, "2|Grace")])
  }

  @Test(arguments: ["gz", "zst", "xz", "bz2"]) func aCutOffFileIsTransient(_ kind: String) throws {
    let folder = try TemporaryFolder()
    let whole = Array(Data(base64Encoded: try #require(Self.compressed[kind]))!)
    for length in [whole.count / 2, whole.count - 9, whole.count - 5] {
      let path = try folder.file("cut-\(length)", Array(whole[..<length]))
      let error = try #require(error { _ = try text(FileOpening.open(path: path)) }, "\(kind) cut to \(length)")
      #expect(error.recovery == .transient && error.isTruncatedFile, "\(kind) cut to \(length): \(error)")
      #expect(error.place == path)
    }
  }

  @Test func aCorruptFileIsNot() throws {
    let folder = try TemporaryFolder()
    var bytes = Array(Data(base64Encoded: try #require(Self.compressed["gz"]))!)
    bytes[10] = 0x07  // a block type that does not exist
    let path = try folder.file("a.gz", bytes)
    let error = try #require(error { _ = try text(FileOpening.open(path: path)) })
    #expect(error.recovery == .record && !error.isTruncatedFile && error.place == path)
  }

  @Test func listsAndOpensFilesOfAnArchive() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.zip", base64: #require(Self.compressed["zip"]))
    #expect(try FileOpening.entries(path: path) == ["a.csv", "folder/b.csv"])
    #expect(try text(FileOpening.open(path: path, entry: "folder/b.csv")) == "id,name\n3,Alan\n")
    let missing = try #require(error { _ = try FileOpening.open(path: path, entry: "c.csv") })
    #expect(missing.recovery == .configuration && missing.allowed == "a.csv, folder/b.csv")
  }

  @Test func refusesWhatItCannotRead() throws {
    let folder = try TemporaryFolder()
    let office = try folder.file("a.xlsx", base64: Self.office)
    let workbook = try #require(error { _ = try FileOpening.open(path: office) })
    #expect(workbook.recovery == .configuration && workbook.what.contains("office"))
    let encrypted = try folder.file("a.zip", base64: Self.encrypted)
    let locked = try #require(error { _ = try text(FileOpening.open(path: encrypted)) })
    #expect(locked.recovery == .configuration && locked.what.contains("encrypted"))
    let missing = try #require(error { _ = try FileOpening.open(path: folder.url.path + "/none.csv") })
    #expect(missing.recovery == .configuration)
    #expect(error { _ = try FileOpening.open(path: folder.url.path) }?.recovery == .configuration)
  }

  @Test func anEmptyFileIsNoError() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("empty.csv", [])
    #expect(try outcomes(RecordReaders.makeReader(path: path, options: ReadingOptions())).isEmpty)
  }
}

@Suite struct FormatDetectionTests {
  @Test(arguments: [
    ("a,b\n1,2\n", "x", FileFormat.csv), ("a\tb\n1\t2\n", "x.tsv", .tsv), ("a\tb\n1\t2\n", "x.txt", .csv),
    ("{\"a\":1}\n{\"a\":2}\n", "x", .ndjson), ("[{\"a\":1}]", "x", .json), ("{\n  \"a\": 1\n}\n", "x", .json),
    ("<a/>", "x", .xml), ("  <?xml version='1.0'?><a/>", "x", .xml), ("begin:vcard\n", "x", .vcard),
    ("", "x.jsonl.gz", .ndjson),
    ("", "X.JSON", .json), ("{x},b\n", "x.csv", .csv), ("[a],b\n", "x.csv", .csv),
    ("192.0.2.8 - - [01/Jan/2024:00:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n", "access.log", .accessLog),
    ("#Fields: date time c-ip\n", "x.log", .accessLog),
  ])
  func tellsTheFormat(_ text: String, _ name: String, _ expected: FileFormat) {
    #expect(FormatDetection.format(of: Array(text.utf8), name: name) == expected)
  }
}
