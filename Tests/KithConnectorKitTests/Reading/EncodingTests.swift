import Foundation
import KithCore
import Testing

@testable import KithConnectorKit

@Suite struct EncodingTests {
  private let text = "id,name\n1,Zoë\n2,\"Ł€😀\nx\"\nbad\n3,naïve\n"

  private func bytes(_ encoding: TextEncoding, mark: Bool) -> [UInt8] {
    let text =
      encoding == .utf8 || encoding == .utf16le || encoding == .utf16be ? text : text.replacing("Ł€😀", with: "§")
    let foundation: String.Encoding =
      switch encoding {
      case .utf8: .utf8
      case .utf16le: .utf16LittleEndian
      case .utf16be: .utf16BigEndian
      case .latin1: .isoLatin1
      case .windows1252: .windowsCP1252
      }
    let marks: [TextEncoding: [UInt8]] = [.utf8: [0xEF, 0xBB, 0xBF], .utf16le: [0xFF, 0xFE], .utf16be: [0xFE, 0xFF]]
    return (mark ? marks[encoding] ?? [] : []) + Array(text.data(using: foundation)!)
  }

  @Test(arguments: TextEncoding.allCases, [true, false])
  func readsInAllChunksAndResumes(_ encoding: TextEncoding, mark: Bool) throws {
    let bytes = bytes(encoding, mark: mark)
    var options = ReadingOptions(format: .csv)
    // Latin-1 cannot be told from Windows-1252.
    options.encoding = encoding == .latin1 ? .latin1 : nil
    let reader = try RecordReaders.makeReader(stream: MemoryStream(bytes), options: options)
    #expect(reader.dialect.encoding == encoding)
    let result = outcomes(reader)
    #expect(
      result.map(\.text) == ["1|Zoë", encoding.rawValue.hasPrefix("utf") ? "2|Ł€😀\nx" : "2|§\nx", nil, "3|naïve"])
    #expect(reader.offset == Int64(bytes.count))
    try expectSameInChunks(bytes, options, sizes: [1, 2, 3, 5])
    try expectSameResumed(bytes, options)
  }

  @Test func windows1252HasItsOwnCharacters() {
    #expect(Transcoder.decode([0x80, 0x93, 0xE4, 0x81, 0x41], from: .windows1252) == Array("€“ä\u{81}A".utf8))
    #expect(Transcoder.decode([0x80, 0xE4], from: .latin1) == Array("\u{80}ä".utf8))
  }

  @Test func halfPairsAndOddBytesBecomeReplacements() {
    #expect(
      Transcoder.decode([0x3D, 0xD8, 0x41, 0x00, 0x00, 0xDC, 0x42], from: .utf16le)
        == Array("\u{FFFD}A\u{FFFD}\u{FFFD}".utf8))
  }

  @Test func fewBrokenCharactersDoNotMakeItWindows1252() {
    let good = Array(String(repeating: "Zürich ", count: 9).utf8)
    #expect(TextEncoding.detect(good + [0xFC]) == .utf8)
    #expect(TextEncoding.detect(Array("Zürich ".utf8) + [0xFC, 0x20, 0xE9, 0x20]) == .windows1252)
    #expect(TextEncoding.detect([0x5A, 0xFC, 0x72, 0x69]) == .windows1252)
    #expect(TextEncoding.detect(Array("plain".utf8)) == .utf8)
    #expect(TextEncoding.detect([]) == .utf8)
    // A character that the sample cuts off proves nothing.
    #expect(TextEncoding.detect(Array("abc".utf8) + [0xE2, 0x82]) == .utf8)
  }

  @Test(
    arguments: [
      [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0x80], [0xFF], [0xE2, 0x82], [0xC3, 0x28],
    ] as [[UInt8]])
  func refusesWhatIsNotUTF8(_ bytes: [UInt8]) {
    let all = Array("0123456789".utf8) + bytes
    #expect(all.withUnsafeBufferPointer { UTF8Check.firstInvalid($0.baseAddress!, $0.count) } == 10)
  }

  @Test func acceptsAllUTF8() {
    let all = Array("aé€😀\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\u{D7FF}\u{E000}zzzzzzzzzzzz".utf8)
    #expect(all.withUnsafeBufferPointer { UTF8Check.firstInvalid($0.baseAddress!, $0.count) } == nil)
  }

  @Test func namesOfEncodings() {
    #expect(TextEncoding(name: "ISO-8859-1") == .latin1)
    #expect(TextEncoding(name: "cp1252") == .windows1252)
    #expect(TextEncoding(name: "UTF_8") == .utf8)
    #expect(TextEncoding(name: "ebcdic") == nil)
  }
}
