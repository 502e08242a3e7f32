import KithCore

/// What connectors ask tools with: a transfer with credentials, limits and retries around it.
public final class HTTPClient: Sendable {
  private let transfer: Transfer
  private let authoriser: Authoriser
  private let budget: RateBudget
  private let retries: RetryPolicy
  private let time: any WaitingTime
  private let judge: Judge
  private let observer: Observer?
  /// A number from 0 to 1, for the jitter of retries.
  private let chance: @Sendable () -> Double

  /// The error that an answer stands for; nil for a success. Tools that answer an error with success need one of their
  /// own.
  public typealias Judge = @Sendable (_ response: HTTPResponse, _ request: HTTPRequest, _ now: Timestamp) -> KithError?

  /// Sees every answer, with the request as it was before credentials came to it.
  public typealias Observer = @Sendable (_ request: HTTPRequest, _ response: HTTPResponse) -> Void

  /// The same client with somebody who watches.
  public func observed(by observer: @escaping Observer) -> HTTPClient {
    HTTPClient(
      transfer: transfer, authoriser: authoriser, budget: budget, retries: retries, time: time, judge: judge,
      observer: observer, chance: chance)
  }

  public init(
    transfer: Transfer, authoriser: Authoriser, budget: RateBudget, retries: RetryPolicy = RetryPolicy(),
    time: any WaitingTime, judge: Judge? = nil, observer: Observer? = nil,
    chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    self.transfer = transfer
    self.authoriser = authoriser
    self.budget = budget
    self.retries = retries
    self.time = time
    self.observer = observer
    self.judge = judge ?? { [names = budget.names] in $0.error(to: $1, names: names, at: $2) }
    self.chance = chance
  }

  /// Sends a request until it succeeds or its error stands. An answer with one of the `accepted` statuses is a success as
  /// well: a tool may say 404 for a page past the end.
  public func send(_ request: HTTPRequest, accepting accepted: Set<Int> = []) async throws(KithError) -> HTTPResponse {
    let start = time.now()
    var attempt = 1
    while true {
      do throws(KithError) {
        return try await sendOnce(request, accepted)
      } catch {
        let wait = retries.wait(
          after: error, attempt: attempt, elapsed: time.now().seconds(since: start), mayRepeat: request.mayRepeat,
          chance: chance())
        guard let wait, !Task.isCancelled else { throw error }
        try await time.sleep(until: time.now().adding(seconds: wait))
        attempt += 1
      }
    }
  }

  /// With a new token if the first one is refused: what was refused was not done, so it may be sent again.
  private func sendOnce(_ request: HTTPRequest, _ accepted: Set<Int>) async throws(KithError) -> HTTPResponse {
    let first = try await authoriser.authorise(request)
    let response = try await exchange(first.request)
    observer?(request, response)
    // Some tools refuse a session with success.
    let error = error(of: response, to: first.request, accepted)
    let isRefused = response.status == 401 || (response.isSuccess && error?.recovery == .authorisation)
    if isRefused, await authoriser.renews(after: first.generation) {
      let second = try await authoriser.authorise(request)
      let response = try await exchange(second.request)
      observer?(request, response)
      if let error = self.error(of: response, to: second.request, accepted) { throw error }
      return response
    }
    if let error { throw error }
    return response
  }

  private func exchange(_ request: HTTPRequest) async throws(KithError) -> HTTPResponse {
    try await budget.run { () async throws(KithError) in try await transfer.perform(request) }
  }

  private func error(of response: HTTPResponse, to request: HTTPRequest, _ accepted: Set<Int>) -> KithError? {
    accepted.contains(response.status) ? nil : judge(response, request, time.now())
  }
}
