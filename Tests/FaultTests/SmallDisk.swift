import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A real disk of a few hundred kilobytes, in memory.
struct SmallDisk {
  let folder: URL

  /// MS_REMOUNT and MNT_DETACH of Linux.
  private static let remount: UInt = 32
  private static let detach: Int32 = 2

  /// Whether this account may mount one here.
  static let isPossible: Bool = {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("kith-mount-\(UUID().uuidString)")
    guard let disk = try? SmallDisk(at: place, kibibytes: 64) else { return false }
    disk.remove()
    return true
  }()

  init(at folder: URL, kibibytes: Int) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    do {
      try mount("size=\(kibibytes)k", flags: 0)
    } catch {
      try FileManager.default.removeItem(at: folder)
      throw error
    }
  }

  func resize(kibibytes: Int) throws { try mount("size=\(kibibytes)k", flags: Self.remount) }

  private func mount(_ options: String, flags: UInt) throws {
    #if os(Linux)
      if Glibc.mount("tmpfs", folder.path, "tmpfs", flags, options) == 0 { return }
      throw Failure("tmpfs cannot be mounted: \(String(cString: strerror(errno)))")
    #else
      throw Failure("there is no tmpfs here")
    #endif
  }

  /// Takes the disk away, and its folder with it.
  func remove() {
    #if os(Linux)
      _ = umount2(folder.path, Self.detach)
    #endif
    try? FileManager.default.removeItem(at: folder)
  }
}
