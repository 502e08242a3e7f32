import FoundationEssentials
import Glibc

/// Writes a file row by row through one buffer: half a gigabyte takes seconds, and the memory of this program stays far
/// below that of the programs it measures (a child's peak is never reported below its parent's, see `Program`).
final class RowWriter {
  private static let limit = 1 << 20

  private let target: URL
  private let partial: URL
  private let file: Int32
  private var buffer: [UInt8] = []
  private var flushed = 0

  /// How much was written so far.
  var bytes: Int { flushed + buffer.count }

  /// The file has its name only when it is whole, so what an interrupted run left is never taken for it.
  init(_ target: URL) throws {
    self.target = target
    partial = target.appendingPathExtension("part")
    file = open(partial.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    if file < 0 { throw BenchError.unwritable(partial.path, errno) }
    buffer.reserveCapacity(Self.limit + 65_536)
  }

  func text(_ text: String) { buffer.append(contentsOf: text.utf8) }

  func byte(_ byte: UInt8) { buffer.append(byte) }

  func comma() { byte(UInt8(ascii: ",")) }

  /// A comma and the field behind it.
  func cell(_ text: String) {
    comma()
    self.text(text)
  }

  /// Decimal digits, with zeros in front up to `width`.
  func number(_ value: Int, width: Int = 1) {
    var rest = value
    let start = buffer.count
    while rest > 0 || buffer.count - start < width {
      buffer.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    buffer[start...].reverse()
  }

  /// Sixteen hexadecimal digits.
  func hex(_ value: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: (value >> UInt64(shift)) & 15)
      buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Ends a row; the buffer goes to the disk when it is full.
  func endRow() throws {
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.limit { try flush() }
  }

  func finish() throws {
    try flush()
    guard close(file) == 0, rename(partial.path, target.path) == 0 else {
      throw BenchError.unwritable(target.path, errno)
    }
  }

  private func flush() throws {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: start), $0.count - start) }
      if written < 0 { throw BenchError.unwritable(partial.path, errno) }
      start += written
    }
    flushed += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }
}
