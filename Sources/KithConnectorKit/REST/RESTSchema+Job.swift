extension RESTSchema {
  static let job = Section(
    name: "a job",
    summary:
      "For tools that write an export first. The stream's request starts it; what is downloaded in the end is read as the answer would be. A .zip is opened, and its first file read.",
    keys: [
      Key("id", "path", "In the answer to the start: which job it is; `${job.id}` from then on. Needed."),
      Key("poll", "request", "Asks how far it is. Needed."),
      Key("done", "condition", "Of the poll's answer. Needed."),
      Key("failed", "condition", "Of the poll's answer: nothing will come. The next run begins another job."),
      Key("progress", "path", "In the poll's answer: what errors say of how far it was."),
      Key("file", "path", "In the poll's last answer: which file; `${job.file}` from then on."),
      Key("download", "request", "Fetches it. Needed."),
      Key("every_seconds", "number", "Between two polls, or what Retry-After says when that is longer. Default 5."),
      Key("within_seconds", "number", "From the start until it is done. Default 3600."),
    ])
}
