import FoundationEssentials

/// The whole comparison: every workload, every run of it one contender after the other (A B A B), so that what else the
/// machine does in the meantime hits all alike.
struct Bench {
  let settings: Settings
  private let data: DataFiles
  private let shell: SQLiteShell
  private let roster: Roster

  init(_ settings: Settings) throws {
    self.settings = settings
    data = try DataFiles(in: settings.work, scale: settings.scale)
    let scratch = Program(folder: settings.work)
    shell = try SQLiteShell(scripts: settings.scripts, scratch: scratch)
    let kith = try KithProgram(settings.kith, scratch: scratch)
    roster = Roster(settings, kith: kith, shell: shell, scratch: scratch)
  }

  func run() throws -> Report {
    var entries: [Entry] = []
    for workload in settings.workloads { entries += try compare(workload) }
    let floor = try Program(folder: settings.work).run(Command(program: Command.find("true", package: "coreutils")))
    return Report(
      scale: settings.scale, runs: settings.runs, cores: ProcessInfo.processInfo.activeProcessorCount,
      peakFloorBytes: floor.peakBytes, programs: roster.programs, entries: entries)
  }

  private func compare(_ workload: Workload) throws -> [Entry] {
    var series = roster.present.compactMap { contender in
      contender.share(of: workload).map { Series(contender, workload, $0) }
    }
    for run in 1...settings.runs {
      for index in series.indices where series[index].failure == nil {
        try measure(&series[index], run)
      }
    }
    return workload.stages.flatMap { stage in series.map { $0.entry(stage, data) } }
  }

  /// A peer that fails says so in the table; without Kith there is nothing to compare with.
  private func measure(_ series: inout Series, _ run: Int) throws {
    let folder = settings.work.appendingPathComponent("run")
    let trial = Trial(
      contender: series.contender, workload: series.workload, share: series.share, data: data, shell: shell,
      folder: folder)
    do {
      let samples = try trial.run()
      series.add(samples)
      let times = series.workload.stages.compactMap { samples[$0].map { Format.seconds($0.seconds) + " s" } }
      Log.note("\(series.workload.rawValue), run \(run), \(series.contender.name): \(times.joined(separator: ", "))")
    } catch {
      guard settings.purpose == .compare, !(series.contender is KithProgram) else { throw error }
      series.failure = "\(error)"
      Log.note("\(series.workload.rawValue), run \(run): \(error)")
    }
  }
}

/// All runs of one contender at one workload.
private struct Series {
  let contender: any Contender
  let workload: Workload
  let share: Share
  var failure: String?
  private var samples: [Stage: [Sample]] = [:]

  init(_ contender: any Contender, _ workload: Workload, _ share: Share) {
    self.contender = contender
    self.workload = workload
    self.share = share
  }

  mutating func add(_ new: [Stage: Sample]) {
    for (stage, sample) in new { samples[stage, default: []].append(sample) }
  }

  func entry(_ stage: Stage, _ data: DataFiles) -> Entry {
    let rows = data.rows(Load(workload: workload, stage: stage, share: share))
    return Entry(
      workload: workload, stage: stage, program: contender.name, share: share, rows: rows,
      bytes: workload.pages == nil ? nil : data.size(Load(workload: workload, stage: stage, share: share)),
      samples: samples[stage] ?? [], failure: failure)
  }
}
