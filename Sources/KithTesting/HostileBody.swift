import CZlib
import Foundation

/// Bodies that no tool should send.
public enum HostileBody {
  /// Eight megabytes of blanks, packed a thousand times smaller.
  public static let bomb = gzip([UInt8](repeating: 0x20, count: 8 << 20))

  /// Packs bytes as gzip (RFC 1952); none when zlib cannot.
  public static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // 16 stands for gzip, 15 for its largest window, 8 for as much memory as usual.
    let began = deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard began == Z_OK else { return [] }
    defer { deflateEnd(&stream) }
    var source = bytes
    var target = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let size = source.withUnsafeMutableBufferPointer { input in
      target.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return deflate(&stream, Z_FINISH) == Z_STREAM_END ? output.count - Int(stream.avail_out) : 0
      }
    }
    return Array(target.prefix(size))
  }

  /// With a byte that is no UTF-8 in the first text that is a value.
  static func withoutUTF8(_ bytes: [UInt8]) -> [UInt8] {
    for mark in ["\": \"", "\":\""] {
      if let place = bytes.firstRange(of: Array(mark.utf8)) {
        return bytes[..<place.upperBound] + [0xFF] + bytes[place.upperBound...]
      }
    }
    return bytes + [0xFF]
  }

  /// A refusal that tells all of the request back, as tools do that show what they did not understand.
  static func echo(of request: LoopbackServer.Request) -> LoopbackReply {
    let heads = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
    let said = "not understood: \(request.method) \(request.target) \(heads) \(request.text)"
    let body: [String: Any] = [
      "message": said, "error": said, "detail": said, "description": said, "title": said,
      "errors": [["message": said, "detail": said]], "error_description": said,
    ]
    let data = (try? JSONSerialization.data(withJSONObject: body)) ?? Data()
    return .response(400, [("Content-Type", "application/json")], body: [UInt8](data))
  }
}
