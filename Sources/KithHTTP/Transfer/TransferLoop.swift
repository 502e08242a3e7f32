import CCurl
import CProcess
import Foundation
import KithCore
import Synchronization

/// Says that nobody waits for an exchange any more.
final class Cancellation: Sendable {
  private let flag = Atomic(false)

  var isCancelled: Bool { flag.load(ordering: .acquiring) }

  func cancel() { flag.store(true, ordering: .releasing) }
}

/// A transfer on its way, as the loop sees it. The loop's thread makes it, uses it and ends it.
protocol RunningTransfer: AnyObject {
  var handle: UnsafeMutableRawPointer { get }
  /// When it will have stood still for too long.
  var standstillDeadline: ContinuousClock.Instant { get }
  /// The longest time between two looks at it.
  var longestPause: Duration { get }
  /// Why it must end now; nil: it may go on.
  func overdue(at now: ContinuousClock.Instant) -> TransferFailure?
  func fail(_ failure: TransferFailure)
  func finish(_ code: CURLcode)
}

/// One thread that carries all exchanges: libcurl's multi interface, which keeps the open connections.
final class TransferLoop: Sendable {
  private struct Start: Sendable {
    /// Makes the transfer on the loop's thread; nil when there is no memory for it.
    var make: @Sendable (_ share: UnsafeMutableRawPointer?) -> (any RunningTransfer)?
    var fail: @Sendable (TransferFailure) -> Void
  }

  private struct State {
    var starts: [Start] = []
    var isStopping = false
  }

  private let state = Mutex(State())
  // Safe: the thread alone uses it, but for `curl_multi_wakeup`, which libcurl allows from anywhere; it is freed after
  // `stop`, which is the last call.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

  /// libcurl wants this once, before all else.
  private static let isReady = {
    // The program has done so already; others that transfer have not.
    kith_keep_cryptography()
    return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
  }()
  /// Open connections that are kept for later.
  private static let keptConnections = 32

  init() throws(KithError) {
    guard Self.isReady, let multi = curl_multi_init() else { throw KithError(.bug, "libcurl cannot be started") }
    kith_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.keptConnections)
    self.multi = multi
    let thread = Thread { [self] in run() }
    thread.name = "kith-http"
    thread.start()
  }

  func start(
    _ make: @escaping @Sendable (_ share: UnsafeMutableRawPointer?) -> (any RunningTransfer)?,
    fail: @escaping @Sendable (TransferFailure) -> Void
  ) {
    state.withLock { $0.starts.append(Start(make: make, fail: fail)) }
    curl_multi_wakeup(multi)
  }

  /// Ends an exchange, also one whose `start` comes later.
  func cancel(_ cancellation: Cancellation) {
    cancellation.cancel()
    curl_multi_wakeup(multi)
  }

  /// Ends the thread. There are no exchanges any more: each of them holds the transfer.
  func stop() {
    state.withLock {
      $0.isStopping = true
      // Under the lock: the thread frees what this uses as soon as it sees the flag.
      curl_multi_wakeup(multi)
    }
  }

  // MARK: on the thread

  private func run() {
    Self.blockBrokenPipes()
    let share = curl_share_init()
    kith_curl_share_sessions(share)
    var active: [UnsafeMutableRawPointer: any RunningTransfer] = [:]
    while true {
      let (starts, isStopping) = state.withLock { state in
        defer { state.starts = [] }
        return (state.starts, state.isStopping)
      }
      if isStopping { break }
      for start in starts { begin(start, share: share, &active) }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      finishEnded(&active)
      let pause = endOverdue(&active)
      curl_multi_poll(multi, nil, 0, pause, nil)
    }
    curl_multi_cleanup(multi)
    curl_share_cleanup(share)
  }

  /// Writing to a connection that the other side has closed must not end the program.
  private static func blockBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private func begin(
    _ start: Start, share: UnsafeMutableRawPointer?, _ active: inout [UnsafeMutableRawPointer: any RunningTransfer]
  ) {
    guard let exchange = start.make(share), curl_multi_add_handle(multi, exchange.handle) == CURLM_OK else {
      return start.fail(.library("libcurl has no memory for a transfer"))
    }
    active[exchange.handle] = exchange
  }

  private func finishEnded(_ active: inout [UnsafeMutableRawPointer: any RunningTransfer]) {
    var code = CURLE_OK
    while let handle = kith_curl_next_ended(multi, &code) {
      curl_multi_remove_handle(multi, handle)
      active.removeValue(forKey: handle)?.finish(code)
    }
  }

  /// Ends what was cancelled or stood still for too long; returns for how many milliseconds there is nothing to look
  /// after but the network.
  private func endOverdue(_ active: inout [UnsafeMutableRawPointer: any RunningTransfer]) -> Int32 {
    let now = ContinuousClock.now
    var pause = Duration.seconds(60)
    for exchange in active.values { pause = min(pause, exchange.longestPause) }
    for (handle, exchange) in active {
      if let failure = exchange.overdue(at: now) {
        exchange.fail(failure)
        curl_multi_remove_handle(multi, handle)
        active[handle] = nil
      } else {
        pause = min(pause, exchange.standstillDeadline - now)
      }
    }
    return Int32(max(pause / .milliseconds(1), 0).rounded(.up))
  }
}
