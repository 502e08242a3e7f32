import KithCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that a stream reads: one on disk, one inside a .zip archive, or one of a server.
struct SourceFile: Sendable, Hashable {
  /// On disk; on the server as long as there is no copy of it here.
  var path: String
  /// Inside the archive.
  var entry: String?
  /// As errors and checkpoints name it: relative to connectors.yml where it lies below it.
  var name: String
  var size: Int64
  /// Nanoseconds since 1970.
  var modified: Int64
  var inode: UInt64
  var isRemote = false
  /// Kept for as long as the file is in use.
  var copy: RemoteCopy?
  /// It was changed while it was copied.
  var isGrowing = false

  /// Oldest first, so that what was written last wins; files of one moment by name, numbers in it as numbers.
  static func isEarlier(_ left: SourceFile, _ right: SourceFile) -> Bool {
    if left.modified != right.modified { return left.modified < right.modified }
    return NaturalOrder.isBefore(left.name, right.name)
  }
}

/// Finds the files that a `path` option means.
struct FileListing: FileOrigin {
  let baseDirectory: String
  /// As written in connectors.yml.
  let pattern: String

  private static let unfinished = [".part", ".tmp", ".crdownload", ".filepart"]

  var absolute: String { pattern.hasPrefix("/") ? pattern : baseDirectory + "/" + pattern }
  var isGlob: Bool { pattern.contains { "*?[".contains($0) } }

  var bytesAtOnce: Int64? { nil }
  var host: String? { nil }

  func fetched(_ file: SourceFile) -> SourceFile? { file }

  func files() throws(KithError) -> [SourceFile] {
    if isGlob { return globbed().compactMap { file($0) }.sorted(by: SourceFile.isEarlier) }
    var status = stat()
    guard stat(absolute, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw FileOpening.failure(errno, "Cannot look at the path", pattern)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return file(absolute).map { [$0] } ?? [] }
    return try names(in: absolute).filter { FileListing.isFinished($0) }
      .compactMap { file(absolute + (absolute.hasSuffix("/") ? "" : "/") + $0) }.sorted(by: SourceFile.isEarlier)
  }

  private func globbed() -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(absolute, 0, nil, &result) == 0, let paths = result.gl_pathv else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { index in paths[index].map { String(cString: $0) } }
      .filter { FileListing.isFinished(String($0.split(separator: "/").last ?? "")) }
  }

  static func isFinished(_ name: String) -> Bool {
    !name.hasPrefix(".") && !unfinished.contains { name.lowercased().hasSuffix($0) }
  }

  private func names(in folder: String) throws(KithError) -> [String] {
    guard let directory = opendir(folder) else { throw FileOpening.failure(errno, "Cannot list the folder", pattern) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private func file(_ path: String) -> SourceFile? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let time = status.st_mtim
    let prefix = baseDirectory.hasSuffix("/") ? baseDirectory : baseDirectory + "/"
    return SourceFile(
      path: path, entry: nil, name: path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path,
      size: Int64(status.st_size), modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
      inode: UInt64(status.st_ino))
  }

  /// What to say when nothing is there: the names in the folder that come closest.
  func nothingFound(place: String) -> KithError {
    let folder = absolute.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let wanted = absolute.split(separator: "/").last.map(String.init) ?? ""
    let present = ((try? names(in: folder)) ?? []).filter { FileListing.isFinished($0) }.sorted()
    let isFolderThere = access(folder, F_OK) == 0
    var fix = isFolderThere ? "The folder is empty." : "The folder is not there either."
    if !present.isEmpty {
      let nearest = nearestWord(to: wanted, among: present)
      fix =
        nearest.map { "Did you mean \($0)?" }
        ?? "The folder has \(present.prefix(10).joined(separator: ", "))\(present.count > 10 ? " …" : "")."
    }
    return KithError(.configuration, "the path fits no file", place: place, seen: pattern, fix: fix)
  }
}

/// Compares names as people do: `export-9` before `export-10`.
enum NaturalOrder {
  static func isBefore(_ left: String, _ right: String) -> Bool {
    var (a, b) = (Array(left.utf8)[...], Array(right.utf8)[...])
    while let first = a.first, let second = b.first {
      if isDigit(first), isDigit(second) {
        let (x, y) = (number(&a), number(&b))
        if x.count != y.count { return x.count < y.count }
        if x != y { return x.lexicographicallyPrecedes(y) }
      } else {
        if first != second { return first < second }
        a.removeFirst()
        b.removeFirst()
      }
    }
    return a.count != b.count ? a.count < b.count : left < right
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> [UInt8] {
    var digits: [UInt8] = []
    while let byte = bytes.first, isDigit(byte) {
      if !(digits.isEmpty && byte == 0x30) { digits.append(byte) }
      bytes.removeFirst()
    }
    return digits
  }
}
