import KithCore

/// Carries requests over the network. One of them serves many requests at the same time, keeps connections open and
/// uses them again; it ends its thread when nobody holds it any more.
///
/// Any answer with a status is a response; what is thrown is everything else: the network (`transient`), a certificate, an
/// address that may not be asked or a limit (`configuration`). A task that is cancelled gets a `transient` error at once.
public final class Transfer: Sendable {
  public let settings: TransferSettings
  private let loop: TransferLoop

  public init(_ settings: TransferSettings = TransferSettings()) throws(KithError) {
    self.settings = settings
    loop = try TransferLoop()
  }

  deinit { loop.stop() }

  /// Sends a request and follows redirects (RFC 9110, section 15.4). Credentials stay with the host they are for.
  public func perform(_ request: HTTPRequest) async throws(KithError) -> HTTPResponse {
    let start = ContinuousClock.now
    let report = HTTPReport(request)
    var current = request
    for redirects in 0...settings.limits.redirects {
      let answer = try await exchange(current, report)
      do throws(KithError) {
        guard let next = try Redirect.next(after: answer, to: current) else {
          return HTTPResponse(
            status: answer.status, headers: answer.headers, body: answer.body, fileBytes: answer.fileBytes,
            address: try current.address.adding(current.query), redirects: redirects,
            seconds: (ContinuousClock.now - start) / .seconds(1))
        }
        current = next
      } catch { throw report.redacted(error) }
    }
    throw report.error(
      .configuration, "the server redirects without end", seen: "\(settings.limits.redirects) redirects",
      fix: "Check the base URL; a login page in between does this.")
  }

  private func exchange(_ request: HTTPRequest, _ report: HTTPReport) async throws(KithError) -> Answer {
    let plan: ExchangePlan
    do throws(KithError) {
      plan = try ExchangePlan(request, settings)
    } catch { throw report.redacted(error) }
    let cancellation = Cancellation()
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.start(
          { Exchange(plan, cancellation, share: $0) { continuation.resume(returning: $0) } },
          fail: { continuation.resume(returning: .failed($0)) })
      }
    } onCancel: {
      loop.cancel(cancellation)
    }
    switch outcome {
    case .answered(var answer):
      // Here and not on the thread of the loop: so many bodies are unpacked at the same time.
      do throws(TransferFailure) {
        answer.body = try BodyDecoding.decoded(answer, plan.limits)
      } catch { throw error.error(report, timeouts: plan.timeouts) }
      return answer
    case .failed(let failure): throw failure.error(report, timeouts: plan.timeouts)
    }
  }
}

/// An answer to one exchange, before redirects.
struct Answer: Sendable {
  var status: Int
  var headers: HTTPHeaders
  var body: [UInt8]
  /// Of a body that went to the request's file.
  var fileBytes: Int64 = 0
}

/// How an exchange ended.
enum ExchangeOutcome: Sendable {
  case answered(Answer)
  case failed(TransferFailure)
}
