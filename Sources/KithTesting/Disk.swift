/// A disk while a recorded run writes to it: what has reached it for sure, and what a power loss may still take away.
///
/// The model is that of POSIX with a journal for names, as ext4 and XFS have it: a file's bytes are safe up to its last
/// fsync; of each later write all, nothing or any of its sectors may be there, whatever came after it; names survive in
/// their order, to any length, and for sure when their folder, or the new file itself, was synced. What was not on the
/// disk when an fsync failed is not brought there by a later one either.
public struct Disk: Sendable {
  /// How much of what was not synced survives.
  public enum Survival: Sendable, CaseIterable {
    case everything
    case nothing
    /// Each write by itself: all of it, nothing, or some of its sectors.
    case some
  }

  private struct Change: Sendable {
    var offset: Int
    /// nil: the file was cut, or extended, to `offset`.
    var bytes: [UInt8]?
    var isSafe = false
    /// An fsync has failed since: no later one helps.
    var isDoomed = false
  }

  private struct File: Sendable {
    var content: [UInt8] = []
    var changes: [Change] = []

    mutating func sync() {
      for index in changes.indices where !changes[index].isDoomed { changes[index].isSafe = true }
      // What follows a change in doubt stays in order behind it.
      let sure = changes.prefix { $0.isSafe }
      for change in sure { Disk.apply(change, to: &content) }
      changes.removeFirst(sure.count)
    }
  }

  private enum Naming: Sendable {
    case create(String, file: Int)
    case remove(String)
    case move(String, to: String)
  }

  private static let sector = 512

  private var files: [File] = []
  /// Names as the program sees them, and as they are on the disk for sure.
  private var names: [String: Int] = [:]
  private var safeNames: [String: Int] = [:]
  private var namings: [(change: Naming, isSafe: Bool)] = []

  /// `start` is on the disk for sure.
  public init(_ start: DiskImage = DiskImage()) {
    for (path, bytes) in start.files where Disk.isKept(path) {
      names[path] = files.count
      files.append(File(content: bytes))
    }
    safeNames = names
  }

  /// SQLite maps the -shm file into memory and builds it anew when it is not there.
  private static func isKept(_ path: String) -> Bool { !path.hasSuffix("-shm") }

  public mutating func apply(_ event: DiskRecording.Event) {
    guard Disk.isKept(event.path) else { return }
    switch event.kind {
    case .say: break
    case .sync: sync(event)
    case _ where event.hasFailed: break
    case .write: change(event, Change(offset: event.offset, bytes: event.bytes))
    case .truncate: change(event, Change(offset: event.offset))
    case .create:
      names[event.path] = files.count
      namings.append((.create(event.path, file: files.count), false))
      files.append(File())
    case .unlink:
      names[event.path] = nil
      namings.append((.remove(event.path), false))
    case .rename:
      names[event.second] = names.removeValue(forKey: event.path)
      namings.append((.move(event.path, to: event.second), false))
    }
  }

  private mutating func change(_ event: DiskRecording.Event, _ change: Change) {
    // A file without a name any more is nobody's.
    if let file = names[event.path] { files[file].changes.append(change) }
  }

  private mutating func sync(_ event: DiskRecording.Event) {
    guard let file = names[event.path] else {
      // A folder, or a file without a name any more.
      let isFolder = event.path == "." || names.keys.contains { $0.hasPrefix(event.path + "/") }
      guard isFolder, !event.hasFailed else { return }
      for naming in namings { Disk.apply(naming.change, to: &safeNames) }
      namings = []
      return
    }
    if event.hasFailed {
      for index in files[file].changes.indices where !files[file].changes[index].isSafe {
        files[file].changes[index].isDoomed = true
      }
      return
    }
    files[file].sync()
    for index in namings.indices {
      if case .create(_, file: let created) = namings[index].change, created == file { namings[index].isSafe = true }
    }
  }

  /// What the disk may hold when the power fails now.
  public func image(after survival: Survival, using random: inout some RandomNumberGenerator) -> DiskImage {
    var names = safeNames
    let kept =
      switch survival {
      case .everything: namings.count
      case .nothing: 0
      case .some: Int.random(in: 0...namings.count, using: &random)
      }
    for (index, naming) in namings.enumerated() where index < kept || naming.isSafe {
      Disk.apply(naming.change, to: &names)
    }
    var image = DiskImage()
    for (path, file) in names.sorted(by: { $0.key < $1.key }) {
      image.files[path] = content(files[file], survival, &random)
    }
    return image
  }

  private func content(_ file: File, _ survival: Survival, _ random: inout some RandomNumberGenerator) -> [UInt8] {
    var content = file.content
    for change in file.changes {
      if change.isSafe {
        Disk.apply(change, to: &content)
        continue
      }
      switch survival {
      case .everything: Disk.apply(change, to: &content)
      case .nothing: break
      case .some:
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1: Disk.applySectors(of: change, to: &content, &random)
        default: Disk.apply(change, to: &content)
        }
      }
    }
    return content
  }

  private static func apply(_ change: Change, to content: inout [UInt8]) {
    let end = change.offset + (change.bytes?.count ?? 0)
    if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
    guard let bytes = change.bytes else {
      content.removeLast(content.count - end)
      return
    }
    content.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { target[change.offset..<end].copyBytes(from: $0) }
    }
  }

  /// Any of the sectors that a write touches; a part of a sector goes with it.
  private static func applySectors(
    of change: Change, to content: inout [UInt8], _ random: inout some RandomNumberGenerator
  ) {
    guard let bytes = change.bytes else { return }
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, ((change.offset + start) / sector + 1) * sector - change.offset)
      if Bool.random(using: &random) {
        apply(Change(offset: change.offset + start, bytes: Array(bytes[start..<end])), to: &content)
      }
      start = end
    }
  }

  private static func apply(_ naming: Naming, to names: inout [String: Int]) {
    switch naming {
    case .create(let path, let file): names[path] = file
    case .remove(let path): names[path] = nil
    case .move(let old, let new): if let file = names.removeValue(forKey: old) { names[new] = file }
    }
  }
}
