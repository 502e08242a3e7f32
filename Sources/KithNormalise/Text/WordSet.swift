/// A small set of words looked up by their bytes, ASCII case ignored, without making a text: words of one length and
/// first letter lie side by side and are compared in place.
struct WordSet: Sendable {
  private static let longest = 32
  /// By length and the low five bits of the first byte: where the words begin in `letters`, and how many there are.
  private let buckets: [Bucket]
  private let letters: [UInt8]

  private struct Bucket: Sendable {
    var start: UInt16 = 0
    var count: UInt16 = 0
  }

  /// `list` in lower case, words of 1 to 32 bytes, 64 KB in all.
  init(_ list: [String]) {
    var groups = [[[UInt8]]](repeating: [], count: (WordSet.longest + 1) * 32)
    for word in list {
      let bytes = Array(word.utf8)
      guard let first = bytes.first, bytes.count <= WordSet.longest else { continue }
      groups[bytes.count * 32 + Int(first & 31)].append(bytes)
    }
    var letters: [UInt8] = []
    buckets = groups.map { words in
      let bucket = Bucket(start: UInt16(truncatingIfNeeded: letters.count), count: UInt16(words.count))
      for word in words { letters += word }
      return bucket
    }
    self.letters = letters
  }

  func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= WordSet.longest, let first = bytes.first else { return false }
    let bucket = buckets[bytes.count &* 32 &+ Int(first & 31)]
    if bucket.count == 0 { return false }
    var start = Int(bucket.start)
    for _ in 0..<bucket.count {
      var index = 0
      while index < bytes.count, letters[start &+ index] == asciiLowered(bytes[index]) { index &+= 1 }
      if index == bytes.count { return true }
      start &+= bytes.count
    }
    return false
  }

  func contains(_ text: String) -> Bool { withBytes(of: text) { contains($0) } }
}

@inline(__always)
func asciiLowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
