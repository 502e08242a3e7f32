import CBrotli
import CZlib
import CZstd

/// Unpacks bodies (RFC 9110, section 8.4) and holds them to the limits while they grow. A body that ends before its
/// compressed form does is an error, not a shorter body.
struct BodyDecoding {
  /// Every server that knows another one knows gzip as well.
  static let accepted = "gzip, br, zstd"

  /// Bodies up to this size may be any multiple of their compressed form.
  private static let expansionFrom = 1 << 20
  private static let pieceSize = 64 << 10

  private let limits: TransferLimits
  private let packed: Int
  private var body: [UInt8] = []
  private var piece = [UInt8](repeating: 0, count: pieceSize)

  static func decoded(_ answer: Answer, _ limits: TransferLimits) throws(TransferFailure) -> [UInt8] {
    let coding = answer.headers.all("Content-Encoding").joined(separator: ", ").lowercased()
    if answer.body.isEmpty { return [] }
    var decoding = BodyDecoding(limits: limits, packed: answer.body.count)
    switch coding {
    case "", "identity": return answer.body
    case "gzip", "x-gzip": try decoding.unpackGzip(answer.body)
    case "br": try decoding.unpackBrotli(answer.body)
    case "zstd": try decoding.unpackZstd(answer.body)
    default: throw .compressionUnknown(coding)
    }
    return decoding.body
  }

  private init(limits: TransferLimits, packed: Int) {
    self.limits = limits
    self.packed = packed
    body.reserveCapacity(min(packed * 4, limits.body))
  }

  private mutating func take(_ count: Int) throws(TransferFailure) {
    let size = body.count + count
    if size > limits.body { throw .bodyTooLarge(limits.body) }
    if size > Self.expansionFrom, size / limits.expansion > packed { throw .expansion(limits.expansion) }
    piece.withUnsafeBytes { body.append(contentsOf: $0.prefix(count)) }
  }

  /// One or more members (RFC 1952), and nothing after them.
  private mutating func unpackGzip(_ bytes: [UInt8]) throws(TransferFailure) {
    var stream = z_stream()
    // 16 stands for gzip, 15 for its largest window.
    guard inflateInit2_(&stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .library("zlib cannot be started")
    }
    defer { inflateEnd(&stream) }
    var used = 0
    while true {
      let (code, read, written) = step(&stream, bytes, from: used)
      used += read
      try take(written)
      switch code {
      case Z_STREAM_END:
        if used == bytes.count { return }
        inflateReset(&stream)
      case Z_OK: if read == 0, written == 0 { throw .compressionBroken }
      default: throw .compressionBroken
      }
    }
  }

  private mutating func step(
    _ stream: inout z_stream, _ bytes: [UInt8], from used: Int
  ) -> (code: Int32, read: Int, written: Int) {
    let size = min(bytes.count - used, Int(UInt32.max))
    return bytes.withUnsafeBufferPointer { source in
      piece.withUnsafeMutableBufferPointer { target in
        // zlib does not write to what it reads from.
        stream.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + used) }
        stream.avail_in = UInt32(size)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        let code = inflate(&stream, Z_NO_FLUSH)
        return (code, size - Int(stream.avail_in), target.count - Int(stream.avail_out))
      }
    }
  }

  /// One stream (RFC 7932), and nothing after it.
  private mutating func unpackBrotli(_ bytes: [UInt8]) throws(TransferFailure) {
    guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw .library("brotli cannot be started") }
    defer { BrotliDecoderDestroyInstance(state) }
    var used = 0
    while true {
      let (result, read, written) = step(brotli: state, bytes, from: used)
      used += read
      try take(written)
      switch result {
      case BROTLI_DECODER_RESULT_SUCCESS:
        if used == bytes.count { return }
        throw .compressionBroken
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue
      default: throw .compressionBroken
      }
    }
  }

  private mutating func step(
    brotli state: OpaquePointer, _ bytes: [UInt8], from used: Int
  ) -> (result: BrotliDecoderResult, read: Int, written: Int) {
    bytes.withUnsafeBufferPointer { source in
      piece.withUnsafeMutableBufferPointer { target in
        var (input, left) = (source.baseAddress.map { $0 + used }, source.count - used)
        var (output, room) = (target.baseAddress, target.count)
        let result = BrotliDecoderDecompressStream(state, &left, &input, &room, &output, nil)
        return (result, source.count - used - left, target.count - room)
      }
    }
  }

  /// One or more frames (RFC 8878), and nothing after them.
  private mutating func unpackZstd(_ bytes: [UInt8]) throws(TransferFailure) {
    guard let stream = ZSTD_createDStream() else { throw .library("zstd cannot be started") }
    defer { ZSTD_freeDStream(stream) }
    var used = 0
    while true {
      let (left, read, written) = step(stream, bytes, from: used)
      used += read
      if ZSTD_isError(left) != 0 { throw .compressionBroken }
      try take(written)
      if used == bytes.count, left == 0 { return }
      if read == 0, written == 0 { throw .compressionBroken }
    }
  }

  private mutating func step(
    _ stream: OpaquePointer, _ bytes: [UInt8], from used: Int
  ) -> (left: Int, read: Int, written: Int) {
    bytes.withUnsafeBytes { source in
      piece.withUnsafeMutableBytes { target in
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: used)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let left = ZSTD_decompressStream(stream, &output, &input)
        return (left, input.pos - used, output.pos)
      }
    }
  }
}
