import KithCore

/// Lists that a tool writes to a file first.
extension RESTManifestParser {
  mutating func job(_ node: MappingNode?, more: Set<String>) -> RESTJob? {
    guard let node, let keys = notes.entries(node, allowed: RESTSchema.job.names, of: "a job") else { return nil }
    let known = more.union(["job.id"])
    for key in ["id", "done"] where keys[key] == nil { notes.report("a job lacks a part", node, seen: key) }
    let file = keys["file"].flatMap { path($0, "file") }
    guard let id = keys["id"].flatMap({ path($0, "id") }), let done = condition(keys["done"]),
      let poll = request(keys["poll"], more: known, in: node),
      let download = request(keys["download"], more: file == nil ? known : known.union(["job.file"]), in: node)
    else { return nil }
    let every = decimal(keys["every_seconds"]) ?? 5
    let within = decimal(keys["within_seconds"]) ?? 3_600
    if every <= 0 || within < every || within > 86_400 {
      notes.report(
        "a job is looked at within its time", node, seen: "\(every) of \(within)",
        allowed: "0 < every_seconds <= within_seconds <= 86400")
    }
    return RESTJob(
      id: id, poll: poll, done: done, failed: condition(keys["failed"]),
      progress: keys["progress"].flatMap { path($0, "progress") }, file: file, download: download, every: every,
      within: within)
  }
}
