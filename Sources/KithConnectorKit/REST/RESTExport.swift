import KithCore
import KithHTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file that a job has written, on this machine for as long as somebody reads it: however large it is, memory holds
/// one record and one batch of it.
final class RESTExport: Sendable {
  private let copy: RemoteCopy
  /// The most bytes, unpacked.
  private let limit: Int64
  /// How many times larger than what came it may be, once it is larger than a mebibyte.
  private let expansion: Int
  /// What it was asked for with, for errors.
  let place: String

  /// An empty one, in the folder that TMPDIR names.
  init(limit: Int64, expansion: Int, place: String) throws(KithError) {
    copy = try RemoteCopy()
    self.limit = limit
    self.expansion = expansion
    self.place = place
  }

  /// What a request for it is sent with.
  var target: BodyFile { BodyFile(descriptor: copy.descriptor, limit: limit) }

  /// Bytes as they came.
  var bytes: Int64 {
    var status = stat()
    return fstat(copy.descriptor, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// Takes what a request for it has brought. A file that was cut off on its way, without anybody saying so, is an error
  /// before anything of it is used (`isTruncatedFile`).
  func take(_ response: HTTPResponse) throws(KithError) {
    if response.fileBytes == 0 { try write(response.body) }
    if FileOpening.container(of: copy.descriptor) == .plain { return try checkEnd() }
    let stream = try open()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 131_072, alignment: 16)
    defer { buffer.deallocate() }
    while try stream.read(into: buffer) > 0 {}
  }

  /// The file in an archive, or the bytes as they are when they are none.
  func open() throws(KithError) -> any ByteStream {
    CappedStream(
      try FileOpening.open(path: copy.path, name: place), limit: limit, packed: bytes, expansion: expansion,
      place: place)
  }

  private func write(_ body: [UInt8]) throws(KithError) {
    let isWritten =
      ftruncate(copy.descriptor, 0) == 0
      && body.withUnsafeBytes { pwrite(copy.descriptor, $0.baseAddress, $0.count, 0) } == body.count
    if isWritten { return }
    throw KithError(
      .transient, "an export cannot be written down", place: place, seen: String(cString: strerror(errno)),
      fix: "Make room in TMPDIR, or set it to another folder.")
  }

  /// JSON that begins and does not end was cut off.
  private func checkEnd() throws(KithError) {
    var ends = [UInt8](repeating: 0x20, count: 512)
    let first = pread(copy.descriptor, &ends, 256, 0)
    let last = ends.withUnsafeMutableBytes {
      pread(copy.descriptor, $0.baseAddress.map { $0 + 256 }, 256, off_t(max(bytes - 256, 0)))
    }
    guard first > 0, last > 0, let start = ends[..<first].first(where: { $0 > 0x20 }), start == 0x7B || start == 0x5B,
      let end = ends[256..<(256 + last)].last(where: { $0 > 0x20 }), end != 0x7D, end != 0x5D
    else { return }
    throw KithError.truncated(place, "JSON that ends in the middle")
  }
}

/// Holds what is unpacked to the limits while it is read.
private final class CappedStream: ByteStream {
  private let stream: any ByteStream
  private let limit: Int64
  private let packed: Int64
  private let expansion: Int
  private let place: String
  private var count: Int64 = 0

  private static let expansionFrom = 1 << 20

  init(_ stream: any ByteStream, limit: Int64, packed: Int64, expansion: Int, place: String) {
    self.stream = stream
    self.limit = limit
    self.packed = packed
    self.expansion = expansion
    self.place = place
  }

  var bytesRead: Int64 { stream.bytesRead }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    let read = try stream.read(into: buffer)
    count += Int64(read)
    if count > limit {
      throw KithError(
        .configuration, "the export is larger than it may be", place: place, allowed: "\(limit) bytes",
        fix: "Ask for less at once with start_date, or raise limits.export_bytes in the manifest.")
    }
    if count > Self.expansionFrom, count / Int64(expansion) > packed {
      throw KithError(
        .configuration, "the export is more than \(expansion) times larger than its compressed form", place: place,
        fix: "This is how an attack looks. If the data is right, have it written without compression.")
    }
    return read
  }
}
