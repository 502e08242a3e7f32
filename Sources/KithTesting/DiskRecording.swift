import Foundation

/// Every change that a recorded run made to its files, in order, and what it said on stderr in between.
///
///     let run = try program.run("sync", faults: .count(recording: file))
///     let recording = try DiskRecording(file)
///     var disk = Disk()                                   // or Disk(DiskImage(of: folder)), taken before the run
///     for event in recording.events { disk.apply(event) }
///     let image = disk.image(after: .some, using: &generator)
public struct DiskRecording: Sendable {
  public enum Kind: UInt32, Sendable {
    case write = 1
    case truncate = 2
    case sync = 4
    case rename = 8
    case unlink = 16
    case create = 32
    case say = 256

    /// The same kind of call in a plan; nil for what is no call on a file.
    public var call: FaultPlan.Calls? { self == .say ? nil : FaultPlan.Calls(rawValue: rawValue) }
  }

  public struct Event: Sendable {
    public let kind: Kind
    /// Below the program's folder; `.` is the folder itself.
    public let path: String
    /// The new path of a rename.
    public let second: String
    /// Where a write begins; the new size of a truncated file.
    public let offset: Int
    public let bytes: [UInt8]
    /// Whether the call was made to fail: nothing happened.
    public let hasFailed: Bool
  }

  public let events: [Event]

  /// Reads what a plan's `recording` holds.
  public init(_ file: URL) throws {
    let data = [UInt8](try Data(contentsOf: file))
    var events: [Event] = []
    var place = 0
    // The layout of cfaults_entry.
    while place + 32 <= data.count {
      let header = data[place..<place + 32].withUnsafeBytes { bytes in
        (
          kind: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self),
          error: bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self),
          offset: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
          path: Int(bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)),
          second: Int(bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self)),
          count: Int(bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
      }
      let path = place + 32
      let second = path + header.path
      let bytes = second + header.second
      let end = bytes + header.count
      guard let kind = Kind(rawValue: header.kind), end <= data.count else {
        throw ProgramError("\(file.path) is no recording: damaged at byte \(place)")
      }
      events.append(
        Event(
          kind: kind, path: String(decoding: data[path..<second], as: UTF8.self),
          second: String(decoding: data[second..<bytes], as: UTF8.self), offset: Int(header.offset),
          bytes: Array(data[bytes..<end]), hasFailed: header.error != 0))
      place = end
    }
    self.events = events
  }
}
