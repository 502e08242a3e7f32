import FoundationEssentials
import Glibc

/// One run of one contender through all stages of a workload, in a folder of its own that is gone afterwards.
struct Trial {
  let contender: any Contender
  let workload: Workload
  let share: Share
  let data: DataFiles
  let shell: SQLiteShell
  let folder: URL

  /// The samples by stage; an error says what failed or which rows are missing.
  func run() throws -> [Stage: Sample] {
    let first = Load(workload: workload, stage: .first, share: share)
    let server = workload.pages == nil ? nil : try PageServer(data.file(first))
    defer { server?.stop() }
    try start(server?.port)
    defer { try? FileManager.default.removeItem(at: folder) }
    var samples: [Stage: Sample] = [:]
    for stage in workload.stages {
      samples[stage] = try run(Load(workload: workload, stage: stage, share: share))
    }
    return samples
  }

  private func start(_ port: UInt16?) throws {
    _ = try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("input"), withIntermediateDirectories: true)
    try (contender as? any EquippingContender)?.equip(folder, for: workload, port: port)
  }

  private func run(_ load: Load) throws -> Sample {
    let file = try source(load)
    try place(file)
    try Stillness.prepare(file)
    let program = Program(folder: folder)
    var sample = try program.run(contender.command(for: workload, in: folder))
    if workload == .identity {
      sample.clusters = try score(load, program)
    } else {
      try check(load, output: program.output)
    }
    return sample
  }

  private func source(_ load: Load) throws -> URL {
    let file = try data.file(load)
    return try (contender as? any TranslatingContender)?.translated(file) ?? file
  }

  /// A new file takes the place of the old one at once, as tools that export do it. A link is enough: nobody writes in it.
  private func place(_ file: URL) throws {
    let name = folder.appendingPathComponent("input/\(workload.exportName)")
    let fresh = folder.appendingPathComponent(".fresh")
    try FileManager.default.linkItem(at: file, to: fresh)
    guard rename(fresh.path, name.path) == 0 else { throw BenchError.unwritable(name.path, errno) }
  }

  /// Here the work was done when every record is in exactly one cluster; how good they are is told in the table.
  private func score(_ load: Load, _ program: Program) throws -> ClusterScore {
    do {
      let clusters = folder.appendingPathComponent(KithProgram.clusters)
      return try ClusterScore.of(clusters, truth: data.truth(load), scratch: program)
    } catch {
      throw BenchError.unscored(contender.name, error)
    }
  }

  /// A time counts only when the work was done.
  private func check(_ load: Load, output: URL) throws {
    let expected = data.expected(load)
    let reporting = contender as? any SelfReportingContender
    try reporting?.verify(output, for: load, expected)
    let database = folder.appendingPathComponent(KithProgram.database)
    for check in reporting?.checks(for: load, expected) ?? Check.peer(load, expected) {
      let found = try shell.count(check.sql, in: database)
      guard found == check.expected else {
        throw BenchError.wrongCount(
          "\(contender.name), \(check.sql)", found: found.map(String.init) ?? "nothing", expected: "\(check.expected)")
      }
    }
  }
}
