/// A .zip archive of files that are stored as they are.
public enum ZipArchive {
  public static func of(_ files: [(name: String, text: String)]) -> [UInt8] {
    var (result, directory): ([UInt8], [UInt8]) = ([], [])
    for file in files {
      let (name, bytes) = (Array(file.name.utf8), Array(file.text.utf8))
      let offset = UInt32(result.count)
      let sizes = little(checksum(bytes), 4) + little(UInt32(bytes.count), 4) + little(UInt32(bytes.count), 4)
      let head = little(20, 2) + [UInt8](repeating: 0, count: 8) + sizes + little(UInt32(name.count), 2) + [0, 0]
      result += [0x50, 0x4B, 3, 4] + head + name + bytes
      directory += [0x50, 0x4B, 1, 2, 20, 0] + head + [UInt8](repeating: 0, count: 10) + little(offset, 4) + name
    }
    let count = little(UInt32(files.count), 2)
    let end = count + count + little(UInt32(directory.count), 4) + little(UInt32(result.count), 4) + [0, 0]
    return result + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + end
  }

  /// The lowest bytes of a number, the lowest first.
  public static func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8((value >> (8 * UInt32($0))) & 0xFF) }
  }

  /// CRC-32 (RFC 1952).
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
