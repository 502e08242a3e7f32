import Foundation

/// What is to go wrong in a program's file system while it runs, at which of its calls.
///
/// `FaultPlan.kill(before: 137)` ends the program at its 137th change of a file below its folder; the same plan does the
/// same to the same run, so a failing case can be repeated. The faults come from the library `kith-faults`
/// (Sources/CFaults), which is preloaded into the program and is there on Linux only.
public struct FaultPlan: Sendable, Equatable {
  /// Kinds of calls, of files below the program's folder.
  public struct Calls: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let writes = Calls(rawValue: 1)
    public static let truncations = Calls(rawValue: 2)
    public static let syncs = Calls(rawValue: 4)
    public static let renames = Calls(rawValue: 8)
    public static let unlinks = Calls(rawValue: 16)
    /// Opening a file that is not there yet.
    public static let creations = Calls(rawValue: 32)
    public static let reads = Calls(rawValue: 64)
    /// Pauses of the program itself (usleep, nanosleep): it waits for somebody else.
    public static let waits = Calls(rawValue: 128)

    /// Everything that leaves something else on the disk, and `syncs`.
    public static let changes: Calls = [.writes, .truncations, .syncs, .renames, .unlinks, .creations]

    static let each: [Calls] = (0..<8).map { Calls(rawValue: 1 << $0) }
  }

  public enum Action: Sendable, Equatable {
    case nothing
    /// SIGKILL before the call.
    case kill
    /// SIGKILL after half of the bytes of a write, and right after any other call.
    case tear
    /// SIGSTOP before the call; `RunningProgram.resume` lets it go on.
    case stop
    /// The call fails with this errno.
    case fail(Int32)
  }

  public var action: Action
  /// The calls that are counted.
  public var calls: Calls
  /// The first call at which the action happens, counted from 1.
  public var first: Int
  /// The last one; nil: all that follow.
  public var last: Int?
  /// Only calls on this file are counted, by its path below the program's folder; nil: on all of them.
  public var file: String?
  /// Writes down every change, for `DiskRecording`; a file outside of the program's folder.
  public var recording: URL?

  public init(
    _ action: Action, _ calls: Calls, first: Int = 1, last: Int? = nil, file: String? = nil, recording: URL? = nil
  ) {
    self.action = action
    self.calls = calls
    self.first = first
    self.last = last
    self.file = file
    self.recording = recording
  }

  /// Nothing happens, the calls are counted.
  public static func count(_ calls: Calls = .changes, recording: URL? = nil) -> FaultPlan {
    FaultPlan(.nothing, calls, recording: recording)
  }

  public static func kill(before call: Int, of calls: Calls = .changes) -> FaultPlan {
    FaultPlan(.kill, calls, first: call, last: call)
  }

  public static func tear(_ call: Int, of calls: Calls = .changes) -> FaultPlan {
    FaultPlan(.tear, calls, first: call, last: call)
  }

  public static func stop(before call: Int, of calls: Calls, file: String? = nil) -> FaultPlan {
    FaultPlan(.stop, calls, first: call, last: call, file: file)
  }

  /// No room for writes from the n-th on; until the m-th, when there is room again.
  public static func diskFull(from first: Int, until last: Int? = nil) -> FaultPlan {
    FaultPlan(.fail(ENOSPC), [.writes, .creations], first: first, last: last)
  }

  /// The n-th fsync fails; later ones do not.
  public static func failSync(_ call: Int, recording: URL? = nil) -> FaultPlan {
    FaultPlan(.fail(EIO), .syncs, first: call, last: call, recording: recording)
  }

  func environment(folder: URL, report: URL, library: URL) -> [String: String] {
    var result = [
      "LD_PRELOAD": library.path, "KITH_FAULTS_FOLDER": folder.path, "KITH_FAULTS_REPORT": report.path,
      "KITH_FAULTS_KINDS": String(calls.rawValue), "KITH_FAULTS_FROM": String(first), "KITH_FAULTS_ACTION": word,
    ]
    if let last { result["KITH_FAULTS_UNTIL"] = String(last) }
    if let file { result["KITH_FAULTS_FILE"] = file }
    if let recording { result["KITH_FAULTS_RECORD"] = recording.path }
    return result
  }

  private var word: String {
    switch action {
    case .nothing: ""
    case .kill: "kill"
    case .tear: "tear"
    case .stop: "stop"
    case .fail(let number): String(number)
    }
  }
}

/// What a fault plan has done to a run.
public struct FaultReport: Sendable, Equatable {
  /// Calls by kind.
  public let calls: [FaultPlan.Calls: Int]
  /// Calls of the kinds that the plan counts.
  public let counted: Int
  /// How often the plan's action happened.
  public let fired: Int
  /// The call at which it happened first: `write kith.sqlite-wal`.
  public let firedAt: String

  static let size = 4_096
  private static let textSize = 512

  /// Reads a `cfaults_report`.
  init(_ bytes: Data) {
    func number(_ index: Int) -> Int {
      bytes.withUnsafeBytes { Int(truncatingIfNeeded: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
    }
    let kinds = FaultPlan.Calls.each
    calls = Dictionary(uniqueKeysWithValues: kinds.indices.map { (kinds[$0], number($0)) })
    counted = number(kinds.count)
    fired = number(kinds.count + 1)
    let text = bytes.dropFirst((kinds.count + 2) * 8).prefix(FaultReport.textSize).prefix { $0 != 0 }
    firedAt = String(decoding: text, as: UTF8.self)
  }
}
