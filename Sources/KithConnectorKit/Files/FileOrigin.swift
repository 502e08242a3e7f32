import KithCore

/// Where the files of a stream come from: a disk or a server.
protocol FileOrigin: Sendable {
  /// All files there are now, oldest first. Files being transferred (`.part`, `.tmp` …) and hidden ones are not yet
  /// there.
  func files() async throws(KithError) -> [SourceFile]
  /// The file as it can be opened here; nil when it has gone since it was listed.
  func fetched(_ file: SourceFile) async throws(KithError) -> SourceFile?
  /// What to say when nothing is there.
  func nothingFound(place: String) async -> KithError
  /// The most bytes that may lie here at the same time; nil: they lie here anyway.
  var bytesAtOnce: Int64? { get }
  /// The server that they lie on; nil: they lie here.
  var host: String? { get }
}

extension FileOrigin {
  /// A file that must be there.
  func present(_ file: SourceFile) async throws(KithError) -> SourceFile {
    if let file = try await fetched(file) { return file }
    throw KithError(.transient, "the file has gone while it was looked at", place: file.name)
  }
}

extension SourceFile {
  /// As errors name it.
  private var label: String { isRemote ? name : path }

  /// Opens it at `offset`, counted in decompressed bytes.
  func open(offset: Int64 = 0) throws(KithError) -> any ByteStream {
    try FileOpening.open(path: path, name: label, offset: offset, entry: entry)
  }

  /// The names of the files in it when it is a .zip archive; nil for any other file.
  func entries() throws(KithError) -> [String]? { try FileOpening.entries(path: path, name: label) }

  /// A reader from its beginning.
  func makeReader(options: ReadingOptions) throws(KithError) -> any RecordReader {
    do throws(KithError) {
      return try RecordReaders.makeReader(stream: try open(), name: entry ?? label, options: options)
    } catch {
      throw error.at(label)
    }
  }

  var formatName: String { entry ?? label }
}
