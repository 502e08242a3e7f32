import KithCore

/// Bytes of one file, in order, decompressed when the file is compressed. Readers pull from it, so nothing is read
/// that nobody asked for and memory stays bounded by the caller's buffer.
public protocol ByteStream: AnyObject {
  /// Reads up to `buffer.count` bytes (at least one unless the stream has ended); 0 means the end.
  ///
  /// Throws `configuration` when the file cannot be opened or is of a kind that Kith does not read, `transient` when it
  /// ends before it should (a compressed file that is still being written) or the disk fails, `record` when it is
  /// corrupt.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int

  /// Bytes of the file on disk read so far (compressed ones, when it is compressed), for progress bars.
  var bytesRead: Int64 { get }
}

/// Bytes that are already in memory.
public final class MemoryStream: ByteStream {
  private let bytes: [UInt8]
  private var next = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var bytesRead: Int64 { Int64(next) }

  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    let count = min(buffer.count, bytes.count - next)
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes { source in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[next..<(next + count)]))
    }
    next += count
    return count
  }
}

/// A stream whose first bytes have been looked at: gives them again, then the rest.
final class PeekedStream: ByteStream {
  private let stream: any ByteStream
  private(set) var head: [UInt8]
  private var next = 0

  /// Reads up to `count` bytes ahead.
  init(_ stream: any ByteStream, count: Int) throws(KithError) {
    self.stream = stream
    head = try readAll(stream, limit: count)
  }

  var bytesRead: Int64 { stream.bytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    guard next < head.count else {
      head = []
      next = 0
      return try stream.read(into: buffer)
    }
    let count = min(buffer.count, head.count - next)
    head.withUnsafeBytes { source in
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[next..<(next + count)]))
    }
    next += count
    return count
  }
}

/// Reads until `limit` bytes are there or the stream ends.
func readAll(_ stream: any ByteStream, limit: Int) throws(KithError) -> [UInt8] {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(limit, 1), alignment: 16)
  defer { buffer.deallocate() }
  var count = 0
  while count < limit {
    let got = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count..<limit]))
    if got == 0 { break }
    count += got
  }
  return [UInt8](buffer[0..<count])
}
