import CArchive
import KithCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A .gz, .zst, .xz or .bz2 file, or one file of a .zip archive, decompressed by libarchive.
final class ArchiveStream: ByteStream {
  private let archive: OpaquePointer
  private let descriptor: Int32
  private let path: String
  private var hasEnded = false

  /// Takes the descriptor over and closes it.
  init(descriptor: Int32, path: String, isZip: Bool, entry: String?) throws(KithError) {
    self.descriptor = descriptor
    self.path = path
    guard let archive = archive_read_new() else {
      close(descriptor)
      throw KithError(.transient, "Out of memory while opening a compressed file", place: path)
    }
    self.archive = archive
    try Self.open(archive, descriptor: descriptor, path: path, isZip: isZip)
    if isZip {
      try select(entry)
    } else {
      var header: OpaquePointer?
      let status = archive_read_next_header(archive, &header)
      if status == ARCHIVE_EOF { hasEnded = true } else if status != ARCHIVE_OK { throw failure() }
    }
  }

  deinit {
    archive_read_free(archive)
    close(descriptor)
  }

  private init(descriptor: Int32, path: String, archive: OpaquePointer) {
    self.descriptor = descriptor
    self.path = path
    self.archive = archive
  }

  static func entries(descriptor: Int32, path: String) throws(KithError) -> [String] {
    guard let archive = archive_read_new() else {
      close(descriptor)
      throw KithError(.transient, "Out of memory while opening a compressed file", place: path)
    }
    let stream = ArchiveStream(descriptor: descriptor, path: path, archive: archive)
    try open(archive, descriptor: descriptor, path: path, isZip: true)
    var names: [String] = []
    while let header = try stream.nextFile() {
      names.append(name(of: header))
      // A central directory may claim any number of files.
      guard names.count < 10_000 else {
        throw KithError(
          .configuration, "Too many files in one archive", place: path, seen: "more than 10,000", allowed: "10,000")
      }
    }
    return names
  }

  private static func open(
    _ archive: OpaquePointer, descriptor: Int32, path: String, isZip: Bool
  ) throws(KithError) {
    if isZip {
      archive_read_support_format_zip(archive)
    } else {
      archive_read_support_filter_gzip(archive)
      archive_read_support_filter_bzip2(archive)
      archive_read_support_filter_xz(archive)
      archive_read_support_filter_zstd(archive)
      archive_read_support_format_raw(archive)
      archive_read_support_format_empty(archive)
    }
    guard archive_read_open_fd(archive, descriptor, 131_072) == ARCHIVE_OK else {
      throw failure(archive, path: path)
    }
  }

  var bytesRead: Int64 { archive_filter_bytes(archive, -1) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(KithError) -> Int {
    guard !hasEnded else { return 0 }
    while true {
      let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
      if count > 0 { return count }
      if count == 0 {
        hasEnded = true
        return 0
      }
      if count != Int(ARCHIVE_RETRY) { throw failure() }
    }
  }

  /// Reads on to `offset` in decompressed bytes.
  func skip(_ offset: Int64) throws(KithError) {
    guard offset > 0 else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 131_072, alignment: 16)
    defer { buffer.deallocate() }
    var left = offset
    while left > 0 {
      let wanted = Int(min(left, Int64(buffer.count)))
      let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[0..<wanted]))
      if count == 0 { return }
      left -= Int64(count)
    }
  }

  // MARK: .zip

  private func nextFile() throws(KithError) -> OpaquePointer? {
    while true {
      var header: OpaquePointer?
      let status = archive_read_next_header(archive, &header)
      if status == ARCHIVE_EOF { return nil }
      guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let header else { throw failure() }
      if archive_entry_filetype(header) == S_IFREG { return header }
    }
  }

  private func select(_ wanted: String?) throws(KithError) {
    var seen: [String] = []
    while let header = try nextFile() {
      let name = Self.name(of: header)
      if name == "[Content_Types].xml" {
        throw KithError(
          .configuration, "This is an office document, which Kith does not read", place: path, seen: name,
          allowed: "CSV, JSON, XML, vCard or log files, also in .zip", fix: "Export it as CSV.")
      }
      if wanted == nil || name == wanted {
        guard archive_entry_is_encrypted(header) == 0 else {
          throw KithError(
            .configuration, "The archive is encrypted", place: path, seen: name, allowed: "archives without password",
            fix: "Unpack it, or have it written without a password.")
        }
        return
      }
      if seen.count < 20 { seen.append(name) }
    }
    throw KithError(
      .configuration, wanted == nil ? "There is no file in the archive" : "The archive has no such file", place: path,
      seen: wanted, allowed: seen.isEmpty ? nil : seen.joined(separator: ", "))
  }

  private static func name(of header: OpaquePointer) -> String {
    if let name = archive_entry_pathname_utf8(header) ?? archive_entry_pathname(header) {
      return String(cString: name)
    }
    return ""
  }

  private func failure() -> KithError { Self.failure(archive, path: path) }

  private static func failure(_ archive: OpaquePointer, path: String) -> KithError {
    // Libarchive has no word for a gzip file without its last bytes; "No progress is possible" is xz's for an early
    // end.
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "truncated"
    if reason.lowercased().contains("truncated") || reason.contains("No progress is possible") {
      return .truncated(path, reason)
    }
    if reason.lowercased().contains("passphrase") || reason.lowercased().contains("encrypt") {
      return KithError(
        .configuration, "The archive is encrypted", place: path, seen: reason, allowed: "archives without password",
        fix: "Unpack it, or have it written without a password.")
    }
    return KithError(
      .record, "The compressed file is corrupt", place: path, seen: reason, fix: "Copy or export the file again.")
  }
}

extension KithError {
  static let truncatedSentence = "The compressed file ends before it should: is it still being written?"

  static func truncated(_ path: String, _ reason: String) -> KithError {
    KithError(
      .transient, truncatedSentence, place: path, seen: reason,
      fix: "Kith reads it again at the next run; if it stays like this, copy or export the file again.")
  }

  /// Whether a compressed file was cut off: most likely somebody is still writing it.
  public var isTruncatedFile: Bool { recovery == .transient && what == Self.truncatedSentence }
}
