import Foundation
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

/// One job from its start to its file.
struct RESTJobRun: Sendable {
  let job: RESTJob
  let access: RESTAccess
  let headers: [RESTField]
  let attempts: Int
  let limit: Int
  let place: String
  var values: RESTValues

  /// The file as if it were the answer to the request that started it all.
  mutating func run(_ start: HTTPRequest) async throws(KithError) -> HTTPResponse {
    let begin = access.time.now()
    let started = try await answer(try await access.client.send(start))
    guard let id = started.text(at: job.id) else {
      throw KithError(
        .transient, "the tool does not say which export it has begun", place: place,
        fix: "If it stays like this, the path of the job's id is another one.")
    }
    values["job.id"] = .text(id)
    try await wait(since: begin)
    return try await download()
  }

  private mutating func wait(since begin: Timestamp) async throws(KithError) {
    let request = try job.poll.made(base: access.baseURL, headers: headers, values)
    while true {
      let response = try await access.client.send(request)
      let state = try await answer(response)
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
  private func download() async throws(KithError) -> HTTPResponse {
    let request = try job.download.made(base: access.baseURL, headers: headers, values)
    var attempt = 1
    while true {
      var response = try await access.client.send(request)
      do throws(KithError) {
        response.body = try Self.unpacked(response.body, limit: limit, place: place)
        return response
      } catch {
        guard error.isTruncatedFile, attempt < attempts, !Task.isCancelled else { throw error }
        try await access.time.sleep(until: access.time.now().adding(seconds: Double(1 << (attempt - 1))))
        attempt += 1
      }
    }
  }

  private func answer(_ response: HTTPResponse) async throws(KithError) -> RawRecord {
    let document = RawRecord()
    if let broken = document.fill(json: response.body) {
      throw KithError(
        .transient, "the answer is not JSON: \(broken)", place: place,
        seen: String(decoding: response.body.prefix(120), as: UTF8.self),
        fix: "If it stays like this, check the base URL.")
    }
    return document
  }

  /// The file in an archive, or the bytes as they are when they are none.
  static func unpacked(_ bytes: [UInt8], limit: Int, place: String) throws(KithError) -> [UInt8] {
    let copy = try RemoteCopy()
    guard bytes.withUnsafeBytes({ write(copy.descriptor, $0.baseAddress, $0.count) }) == bytes.count else {
      throw KithError(
        .transient, "a file that was fetched cannot be unpacked", place: place, seen: String(cString: strerror(errno)),
        fix: "Make room in TMPDIR.")
    }
    guard FileOpening.container(of: copy.descriptor) != .plain else { return bytes }
    let unpacked = try readAll(try FileOpening.open(path: copy.path, name: place), limit: limit + 1)
    guard unpacked.count <= limit else {
      throw KithError(
        .configuration, "the export is larger than what may be held", place: place, allowed: "\(limit) bytes",
        fix: "Ask for less at once with start_date, or raise hub.memory_mb.")
    }
    return unpacked
  }
}
