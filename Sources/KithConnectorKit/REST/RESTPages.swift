import KithCore
import KithHTTP

/// One list: a stream's, or that of one parent.
struct RESTList: Sendable {
  /// "" for the one list of a stream without parents.
  var key = ""
  var values: RESTValues
  var parent: [(name: String, value: String)] = []
}

/// The pages of one list, one after the other. The next one is on its way while this one is being used.
struct RESTPages {
  private typealias Arrival = Result<RESTAnswer, KithError>

  private let manifest: RESTManifest
  private let access: RESTAccess
  private let stream: RESTStream
  private let list: RESTList
  private var values: RESTValues
  private var pager: Pager
  private var turn: PageTurn?
  private var pending: Task<Arrival, Never>?
  /// Why there is no next page, although this one says so.
  private var failure: KithError?
  private let looksAhead: Bool
  private(set) var count = 0
  /// Records that have come.
  private var records = 0
  private let order: OrderCheck?
  /// What the last request was, without its secrets.
  private(set) var place: String

  /// `start`: where the list begins when it is not the stream's own request.
  init(
    _ source: RESTSource, _ stream: RESTStream, _ list: RESTList, _ values: RESTValues, start: HTTPAddress? = nil,
    looksAhead: Bool = true
  ) throws(KithError) {
    self.looksAhead = looksAhead
    manifest = source.manifest
    access = source.access
    self.stream = stream
    self.list = list
    self.values = values
    order = OrderCheck(stream.incremental)
    let request = try stream.request.made(base: access.baseURL, headers: manifest.headers, values)
    place = "\(request.method.rawValue) \(request.address.path)"
    pager = try Pager(stream.paging, for: request)
    if let start { turn = try pager.first(at: start) } else { turn = pager.first }
  }

  /// Whether there is no page after the last one.
  var isAtEnd: Bool { turn == nil && failure == nil }

  /// Stops what is on its way.
  func cancel() { pending?.cancel() }

  mutating func next() async throws(KithError) -> RESTPage? {
    if let failure { throw failure }
    guard let turn else { return nil }
    if Task.isCancelled {
      throw KithError(
        .transient, "the run was stopped before its end", place: place, fix: "The next run goes on from there.")
    }
    let page = try await page(turn)
    count += 1
    do throws(KithError) {
      self.turn = try pager.next(after: facts(of: page))
    } catch {
      // This page is good all the same.
      failure = error
      self.turn = nil
    }
    records += page.items.count
    // A list that will be begun anew is not asked for more.
    let goesOn = looksAhead && stream.restartAfter.map { records < $0 } ?? true
    if goesOn, !Task.isCancelled, let next = self.turn { pending = start(try request(next)) }
    order?.place = "\(place) page \(count)"
    page.order = order
    page.attach(list.parent)
    return page
  }

  /// Half a document, of which nobody said that it is not the whole, is asked for again as one that did not come. What is
  /// no document at all (a proxy's page, a login) would be the same at once.
  private mutating func page(_ turn: PageTurn) async throws(KithError) -> RESTPage {
    var attempt = 1
    while true {
      let answer = try await arrival(turn).get()
      let response = answer.response
      let isEmpty = manifest.errors.isEmpty(response) || !response.isSuccess
      do throws(KithError) {
        return try RESTPage(answer, stream, isEmpty: isEmpty, place: place)
      } catch {
        let isHalf = [0x7B, 0x5B].contains(response.body.first { $0 > 0x20 } ?? 0)
        guard isHalf, attempt < manifest.limits.attempts, !Task.isCancelled else { throw error }
        try await access.time.sleep(until: access.time.now().adding(seconds: Double(1 << (attempt - 1))))
        attempt += 1
      }
    }
  }

  private mutating func arrival(_ turn: PageTurn) async throws(KithError) -> Arrival {
    let task: Task<Arrival, Never>
    if let pending { task = pending } else { task = start(try request(turn)) }
    pending = nil
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  private func start(_ request: HTTPRequest) -> Task<Arrival, Never> {
    let client = access.client
    var accepted: Set<Int> = []
    for end in stream.paging.ends {
      // Of the first page that status is an error still.
      if case .status(let status) = end, pager.isEnd(status: status) { accepted.insert(status) }
    }
    if let job = stream.job {
      let run = RESTJobRun(
        job: job, access: access, headers: manifest.headers, attempts: manifest.limits.attempts,
        limit: manifest.limits.exportBytes, values: values)
      return Task {
        var run = run
        do throws(KithError) { return .success(try await run.run(request)) } catch { return .failure(error) }
      }
    }
    return Task { [accepted] in
      do throws(KithError) {
        return .success(RESTAnswer(response: try await client.send(request, accepting: accepted)))
      } catch { return .failure(error) }
    }
  }

  private mutating func request(_ turn: PageTurn) throws(KithError) -> HTTPRequest {
    if case .parameter(let parameter) = turn {
      // A place in the list says all; from when it was read has done its work.
      if case .token? = stream.incremental?.cursor { values["since"] = nil }
      values[parameter.name] = parameter.name == "cursor" ? .text(parameter.value) : .number(parameter.value)
    }
    var request = try stream.request.made(base: access.baseURL, headers: manifest.headers, values)
    if case .address = turn { request = turn.applied(to: request) }
    return request
  }

  private func facts(of page: RESTPage) -> PageFacts {
    var facts = PageFacts(
      page.response, records: stream.comesOneByOne ? (page.response.body.isEmpty ? 0 : 1) : page.items.count,
      values: page.values(stream.paging.paths))
    facts.fingerprint = page.fingerprint
    if case .keyset(_, let path) = stream.paging.method, let steps = SourcePath.steps(path), let last = page.items.last
    {
      facts.lastValue = page.document.text(at: steps, from: last)
    }
    return facts
  }
}
