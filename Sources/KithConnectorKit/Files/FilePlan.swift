import KithCore

/// A file that a run has to look into.
struct PlannedFile {
  var file: SourceFile
  /// What is known of it from before; nil: it is read from its beginning.
  var known: FileLedger.Entry?
  /// The name under which it was known.
  var oldName: String?
}

/// Decides which files are new, grown, renamed or changed.
struct FilePlan {
  private(set) var files: [PlannedFile] = []
  private var released: [String: FileLedger.Entry] = [:]
  private let stream: FileStream

  /// `present` are the names of all files there are; those to look into now may be a part of them.
  init(_ files: [SourceFile], present: Set<String>, ledger: FileLedger, stream: FileStream) {
    self.stream = stream
    var unknown: [SourceFile] = []
    for file in files { look(at: file, ledger: ledger, unknown: &unknown) }
    for (name, entry) in ledger.entries where !isPresent(name, present) { released[name] = entry }
    for file in unknown { self.files.append(recognise(file)) }
    self.files.sort { SourceFile.isEarlier($0.file, $1.file) }
  }

  /// What lies in an archive that another round looks into is there as well.
  private func isPresent(_ name: String, _ present: Set<String>) -> Bool {
    if present.contains(name) { return true }
    guard stream.origin.bytesAtOnce != nil, let end = name.firstIndex(of: "!") else { return false }
    return present.contains(String(name[..<end]))
  }

  private mutating func look(at file: SourceFile, ledger: FileLedger, unknown: inout [SourceFile]) {
    guard let entry = ledger[file.name] else { return unknown.append(file) }
    let isSame = entry.size == file.size && entry.modified == file.modified && entry.inode == file.inode
    guard stream.configuration(layout: entry.layout) == entry.configuration else {
      files.append(PlannedFile(file: file))
      return
    }
    if isSame {
      if !entry.isDone { files.append(PlannedFile(file: file, known: entry, oldName: file.name)) }
      return
    }
    if entry.fingerprint.find(in: file) != nil {
      files.append(PlannedFile(file: file, known: entry, oldName: file.name))
    } else {
      // Other content under this name: the old one may be found under another.
      released[file.name] = entry
      unknown.append(file)
    }
  }

  /// A new name for a content that is known and no longer under its old name.
  private mutating func recognise(_ file: SourceFile) -> PlannedFile {
    guard !released.isEmpty, let head = FilePlan.head(of: file) else { return PlannedFile(file: file) }
    var hashes: [Int: Int64] = [:]
    let candidates = released.filter { _, entry in
      let length = entry.fingerprint.headLength
      guard length > 0, length <= head.count else { return false }
      let hash = hashes[length] ?? Fingerprint.hash(head[..<length])
      hashes[length] = hash
      return hash == entry.fingerprint.head
    }.sorted { ($0.value.fingerprint.length, $1.key) > ($1.value.fingerprint.length, $0.key) }
    for (name, entry) in candidates where entry.fingerprint.find(in: file) != nil {
      released[name] = nil
      let isCurrent = stream.configuration(layout: entry.layout) == entry.configuration
      return PlannedFile(file: file, known: isCurrent ? entry : nil, oldName: name)
    }
    return PlannedFile(file: file)
  }

  private static func head(of file: SourceFile) -> [UInt8]? {
    guard let opened = try? file.open() else { return nil }
    return try? readAll(opened, limit: Fingerprint.headBytes)
  }
}
