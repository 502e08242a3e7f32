import Foundation
import KithCore
import KithHTTP

/// A `path` option that names files on a server: `sftp://files.example.com/exports/*.csv`.
struct RemotePath: Sendable, Equatable {
  var scheme: FileServer.Scheme
  var host: String
  var port: Int?
  /// Begins with `/`; what stands in it means itself, but for `*`, `?` and `[…]`.
  var pattern: String

  /// Nil: the path does not name a server.
  init?(_ text: String) throws(KithError) {
    guard let end = text.range(of: "://") else { return nil }
    func refuse(_ what: String, fix: String? = nil) -> KithError {
      KithError(
        .configuration, what, seen: text, allowed: "a path, or sftp://HOST[:PORT]/PATH, and so ftps:// and ftpes://",
        fix: fix)
    }
    let word = text[..<end.lowerBound].lowercased()
    guard let scheme = FileServer.Scheme(rawValue: word) else {
      throw refuse(
        "files are not read from such an address", fix: word == "ftp" ? "FTP without TLS shows the password." : nil)
    }
    let rest = text[end.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    if authority.contains("@") {
      throw KithError(
        .configuration, "a path holds no user or password", allowed: "user, password and key_file under options")
    }
    var (host, port) = (String(authority), String?.none)
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      host = String(authority[authority.index(after: authority.startIndex)..<close])
      let tail = authority[authority.index(after: close)...]
      if tail.hasPrefix(":") {
        port = String(tail.dropFirst())
      } else if !tail.isEmpty {
        throw refuse("this is no host")
      }
    } else if let colon = authority.lastIndex(of: ":") {
      (host, port) = (String(authority[..<colon]), String(authority[authority.index(after: colon)...]))
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !"/?#%\\".utf8.contains($0) }) else {
      throw refuse("this path names no host")
    }
    if let port {
      guard let number = Int(port), (1...65_535).contains(number) else { throw refuse("this is no port") }
      self.port = number
    }
    self.scheme = scheme
    self.host = host.lowercased()
    let path = String(rest.dropFirst(authority.count))
    pattern = path.isEmpty ? "/" : path
    if pattern.utf8.contains(where: { $0 < 0x20 }) { throw refuse("a path holds no control characters") }
  }
}

/// Finds and fetches the files that a `path` on a server means.
struct RemoteListing: FileOrigin {
  let files: RemoteFiles
  let pattern: String
  let maximumBytes: Int64

  /// Files of one stream.
  private static let maximumFiles = 20_000

  var bytesAtOnce: Int64? { maximumBytes }
  var host: String? { files.server.host }

  func files() async throws(KithError) -> [SourceFile] {
    var found: [SourceFile] = []
    for path in try await paths() {
      guard found.count < Self.maximumFiles else {
        throw KithError(
          .configuration, "too many files", place: files.server.origin + pattern,
          seen: "more than \(Self.maximumFiles)",
          allowed: "\(Self.maximumFiles)", fix: "Name fewer by a pattern, or move those away that are done with.")
      }
      if let status = try await files.status(of: path) { found.append(sourceFile(path, status)) }
    }
    return found.sorted(by: SourceFile.isEarlier)
  }

  private func sourceFile(_ path: String, _ status: RemoteFiles.Status) -> SourceFile {
    SourceFile(
      path: path, entry: nil, name: files.server.origin + path, size: status.size,
      modified: status.modified.multipliedReportingOverflow(by: 1_000_000_000).partialValue, inode: 0, isRemote: true)
  }

  /// The paths that the pattern means: of a folder what lies in it, and else what fits.
  private func paths() async throws(KithError) -> [String] {
    let parts = pattern.split(separator: "/").map(String.init)
    if !parts.contains(where: RemoteListing.isPattern) {
      guard let entries = try await folder(pattern) else { return pattern.hasSuffix("/") ? [] : [pattern] }
      let base = pattern.hasSuffix("/") ? pattern : pattern + "/"
      return entries.filter { !$0.isFolder && FileListing.isFinished($0.name) }.map { base + $0.name }
    }
    var folders = [""]
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      if !RemoteListing.isPattern(part) {
        folders = folders.map { $0 + "/" + part }
        continue
      }
      var next: [String] = []
      for base in folders {
        let entries = try await files.entries(of: base + "/") ?? []
        let fitting = entries.filter {
          $0.isFolder != isLast && FileListing.isFinished($0.name) && fnmatch(part, $0.name, FNM_PERIOD) == 0
        }
        next += fitting.map { base + "/" + $0.name }
      }
      folders = next
    }
    return folders
  }

  /// What lies in a folder; nil when the path is none. A server may say "failure" of a file that is asked as a folder.
  private func folder(_ path: String) async throws(KithError) -> [RemoteFiles.Entry]? {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last, !path.hasSuffix("/") else { return try await files.entries(of: path) }
    let above = "/" + parts.dropLast().map { $0 + "/" }.joined()
    if let entry = try? await files.entries(of: above)?.first(where: { $0.name == name }), !entry.isFolder {
      return nil
    }
    return try await files.entries(of: path)
  }

  private static func isPattern(_ part: String) -> Bool { part.contains { "*?[".contains($0) } }

  /// The file's copy. One that was changed since it was listed, or while it was copied, may still be growing.
  func fetched(_ file: SourceFile) async throws(KithError) -> SourceFile? {
    guard file.size <= maximumBytes else {
      throw KithError(
        .configuration, "the file is larger than what may be copied here", place: file.name, seen: "\(file.size) bytes",
        allowed: "\(maximumBytes) bytes", fix: "Raise max_download_mb, or have smaller files written.")
    }
    let copy = try RemoteCopy()
    guard let status = try await files.download(file.path, to: copy.descriptor, limit: maximumBytes) else { return nil }
    var here = file
    here.path = copy.path
    here.copy = copy
    here.isGrowing = sourceFile(file.path, status) != file
    return here
  }

  func nothingFound(place: String) async -> KithError {
    let parts = pattern.split(separator: "/").map(String.init)
    let above = "/" + parts.dropLast().map { $0 + "/" }.joined()
    let entries = try? await files.entries(of: above)
    let names = (entries ?? []).map(\.name).filter { FileListing.isFinished($0) }.sorted()
    var fix = entries == nil ? "There is no folder \(above) on the server." : "The folder \(above) is empty."
    if !names.isEmpty {
      let nearest = nearestWord(to: parts.last ?? "", among: names)
      fix =
        nearest.map { "Did you mean \($0)?" }
        ?? "The folder has \(names.prefix(10).joined(separator: ", "))\(names.count > 10 ? " …" : "")."
    }
    return KithError(
      .configuration, "the path fits no file", place: place, seen: files.server.origin + pattern, fix: fix)
  }
}
