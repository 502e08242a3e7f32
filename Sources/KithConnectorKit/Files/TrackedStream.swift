import KithCore

/// Lets bytes through and remembers enough of them to know the file again, behind compression and under another name.
final class TrackedStream: ByteStream {
  private static let block = 65_536
  private static let kept = 524_288

  private let stream: any ByteStream
  private(set) var head: [UInt8] = []
  /// The last half MiB and more: readers look ahead, and fingerprints end where records end.
  private var recent: [UInt8] = []
  /// Bytes of the decompressed file that have passed, from its beginning.
  private(set) var position: Int64 = 0
  /// Hash states at the ends of the last blocks, so that a hash does not depend on how the bytes came.
  private var states: [(end: Int64, hash: ContentHash)] = [(0, ContentHash())]

  /// The stream must stand at the file's beginning.
  init(_ stream: any ByteStream) { self.stream = stream }

  /// For a file too large to be hashed whole: a stream that stands at `position`, after `recent`.
  init(_ stream: any ByteStream, position: Int64, head: [UInt8], recent: [UInt8]) {
    self.stream = stream
    self.position = position
    self.head = head
    self.recent = recent
    states = []
  }

  var bytesRead: Int64 { stream.bytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    let count = try stream.read(into: buffer)
    note(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
    return count
  }

  private func note(_ bytes: UnsafeRawBufferPointer) {
    if head.count < Fingerprint.headBytes, position == Int64(head.count) {
      head.append(contentsOf: bytes.prefix(Fingerprint.headBytes - head.count))
    }
    // Block by block, as the history must reach back to the last block's end.
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(TrackedStream.block)
      recent.append(contentsOf: part)
      position += Int64(part.count)
      hashBlocks()
      rest = rest.dropFirst(part.count)
    }
    if recent.count > 2 * TrackedStream.kept { recent.removeFirst(recent.count - TrackedStream.kept) }
  }

  private func hashBlocks() {
    guard let last = states.last, last.end <= Fingerprint.wholeBytes else { return }
    var (end, hash) = last
    while end + Int64(TrackedStream.block) <= position {
      let start = recent.count - Int(position - end)
      recent.withUnsafeBytes { bytes in
        hash.combine(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + TrackedStream.block)]))
      }
      end += Int64(TrackedStream.block)
      states.append((end, hash))
    }
    if states.count > 16 { states.removeFirst(states.count - 8) }
  }

  /// What the first `length` bytes look like; without what was not kept, when they ended too long ago.
  func fingerprint(length: Int64) -> Fingerprint {
    let headPart = head.prefix(Int(min(length, Int64(Fingerprint.headBytes))))
    let tailLength = Int(min(length, Int64(Fingerprint.tailBytes)))
    let tail = history(from: length - Int64(tailLength), to: length).map { Fingerprint.hash($0) }
    return Fingerprint(length: length, head: Fingerprint.hash(headPart), tail: tail, whole: whole(length))
  }

  private func whole(_ length: Int64) -> Int64? {
    guard length <= Fingerprint.wholeBytes, let state = states.last(where: { $0.end <= length }),
      length - state.end < Int64(TrackedStream.block), let rest = history(from: state.end, to: length)
    else { return nil }
    var hash = state.hash
    rest.withUnsafeBytes { hash.combine($0) }
    return hash.value
  }

  private func history(from start: Int64, to end: Int64) -> ArraySlice<UInt8>? {
    let first = recent.count - Int(position - start)
    guard first >= 0, start <= end, end <= position else { return nil }
    return recent[first..<(first + Int(end - start))]
  }

  /// Lets the bytes up to `length` pass; false when the file ends before.
  func skim(to length: Int64) throws(KithError) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 16)
    defer { buffer.deallocate() }
    while position < length {
      let wanted = Int(min(Int64(buffer.count), length - position))
      if try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<wanted])) == 0 { return false }
    }
    return true
  }
}

/// What the beginning of a file looks like.
struct Fingerprint: Sendable, Codable, Equatable {
  static let headBytes = 4_096
  static let tailBytes = 1_024
  /// Up to here every byte counts; of larger ones (logs, mostly) reading all anew at each run would cost too much.
  static let wholeBytes: Int64 = 268_435_456

  /// Decompressed bytes that it covers.
  var length: Int64
  /// Hash of the first `headBytes` of them (fewer when there are fewer).
  var head: Int64
  /// Hash of the last `tailBytes` of them; nil when they were not kept.
  var tail: Int64?
  /// Hash of all of them; nil above `wholeBytes`.
  var whole: Int64?

  enum CodingKeys: String, CodingKey {
    case length = "n"
    case head = "h"
    case tail = "t"
    case whole = "w"
  }

  var headLength: Int { Int(min(length, Int64(Fingerprint.headBytes))) }

  static func hash(_ bytes: some Collection<UInt8>) -> Int64 {
    var hash = ContentHash()
    Array(bytes).withUnsafeBytes { hash.combine($0) }
    return hash.value
  }

  /// The file, opened and standing behind what the fingerprint was taken of; nil when its decompressed bytes do not
  /// begin with that, or cannot be read: reading it from the beginning will say why.
  func find(in file: SourceFile) -> TrackedStream? {
    guard let opened = try? file.open() else { return nil }
    if whole != nil {
      let stream = TrackedStream(opened)
      guard (try? stream.skim(to: Int64(headLength))) == true, Fingerprint.hash(stream.head.prefix(headLength)) == head,
        (try? stream.skim(to: length)) == true, stream.fingerprint(length: length).whole == whole
      else { return nil }
      return stream
    }
    let tailLength = Int(min(length, Int64(Fingerprint.tailBytes)))
    guard let start = try? readAll(opened, limit: headLength), start.count == headLength,
      Fingerprint.hash(start) == head,
      let rest = try? file.open(offset: length - Int64(tailLength)),
      let last = try? readAll(rest, limit: tailLength), last.count == tailLength,
      tail == nil || Fingerprint.hash(last) == tail
    else { return nil }
    return TrackedStream(rest, position: length, head: start, recent: last)
  }
}
