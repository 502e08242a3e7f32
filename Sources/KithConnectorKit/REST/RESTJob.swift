import KithCore
import KithHTTP

/// A list that the tool writes to a file first: the stream's request starts that, and the file is the answer.
struct RESTJob: Sendable {
  /// In the answer to the start; `${job.id}` from then on.
  var id: [PathStep]
  var poll: RESTRequest
  var done: RESTCondition
  var failed: RESTCondition?
  /// What it says of how far it is, for errors.
  var progress: [PathStep]?
  /// In the poll's last answer; `${job.file}` from then on.
  var file: [PathStep]?
  var download: RESTRequest
  /// Seconds between two looks.
  var every: Double
  /// Seconds from the start to the end.
  var within: Double
}

/// What a list's request has brought.
struct RESTAnswer: Sendable {
  var response: HTTPResponse
  /// Of a job: the file that came of it. The response's body is empty then.
  var export: RESTExport?
}

/// One job from its start to its file.
struct RESTJobRun: Sendable {
  let job: RESTJob
  let access: RESTAccess
  let headers: [RESTField]
  let attempts: Int
  /// Bytes of the file, unpacked.
  let limit: Int64
  var values: RESTValues

  /// The file as if it were the answer to the request that started it all.
  mutating func run(_ start: HTTPRequest) async throws(KithError) -> RESTAnswer {
    let begin = access.time.now()
    let started = try answer(try await access.client.send(start), to: start)
    guard let id = started.text(at: job.id) else {
      throw KithError(
        .transient, "the tool does not say which export it has begun", place: start.shown,
        fix: "If it stays like this, the path of the job's id is another one.")
    }
    values["job.id"] = .text(id)
    try await wait(since: begin)
    return try await download()
  }

  private mutating func wait(since begin: Timestamp) async throws(KithError) {
    let request = try job.poll.made(base: access.baseURL, headers: headers, values)
    let place = request.shown
    while true {
      let response = try await access.client.send(request)
      let state = try answer(response, to: request)
      if job.failed?.holds(in: state, from: state.root) == true {
        // Most of these are the tool's own troubles; the next run begins another one.
        throw KithError(.transient, "the tool could not make the export", place: place, seen: progress(state))
      }
      if job.done.holds(in: state, from: state.root) {
        if let path = job.file {
          guard let file = state.text(at: path) else {
            throw KithError(.transient, "the tool does not say where the export is", place: place)
          }
          values["job.file"] = .text(file)
        }
        return
      }
      let now = access.time.now()
      let hint = RateHint(headers: response.headers, names: .standard, now: now)
      let pause = max(job.every, hint.retryAfter ?? 0)
      guard now.seconds(since: begin) + pause <= job.within else {
        throw KithError(
          .transient, "the export was not ready in time", place: place, seen: progress(state),
          allowed: "\(Int(job.within)) s", fix: "Ask for less at once, with start_date, or allow more time.")
      }
      try await access.time.sleep(until: now.adding(seconds: pause))
    }
  }

  private func progress(_ state: RawRecord) -> String? { job.progress.flatMap { state.text(at: $0) } }

  /// What was cut off on its way, without anybody saying so, is fetched again.
  private func download() async throws(KithError) -> RESTAnswer {
    var request = try job.download.made(base: access.baseURL, headers: headers, values)
    let export = try RESTExport(limit: limit, expansion: access.limits.expansion, place: request.shown)
    request.file = export.target
    var attempt = 1
    while true {
      var response = try await access.client.send(request)
      do throws(KithError) {
        try export.take(response)
        response.body = []
        return RESTAnswer(response: response, export: export)
      } catch {
        guard error.isTruncatedFile, attempt < attempts, !Task.isCancelled else { throw error }
        try await access.time.sleep(until: access.time.now().adding(seconds: Double(1 << (attempt - 1))))
        attempt += 1
      }
    }
  }

  private func answer(_ response: HTTPResponse, to request: HTTPRequest) throws(KithError) -> RawRecord {
    let document = RawRecord()
    if let broken = document.fill(json: response.body) {
      throw KithError(
        .transient, "the answer is not JSON: \(broken)", place: request.shown,
        seen: String(decoding: response.body.prefix(120), as: UTF8.self),
        fix: "If it stays like this, check the base URL.")
    }
    return document
  }
}
