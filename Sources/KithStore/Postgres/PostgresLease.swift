import Foundation
import KithCore

/// The right to run a source, kept in the table `leases` by the database's clock and renewed while it is held. A worker
/// that stands still for longer than it lasts loses it; what that worker then writes is refused, because whoever takes
/// the lease marks its run as ended.
// @unchecked: the compiler cannot see that the connection is only used on `queue`.
final class PostgresLease: @unchecked Sendable {
  /// How long a lease lasts without being renewed, in seconds.
  private static let duration = 60
  private static let renewal = 15

  private let source: String
  private let url: PostgresURL
  private let holder = UUID().uuidString
  private let queue = DispatchQueue(label: "kith.lease")
  private var connection: PostgresConnection?
  private var timer: (any DispatchSourceTimer)?

  private init(_ source: String, _ url: PostgresURL) throws(KithError) {
    self.source = source
    self.url = url
    connection = try PostgresConnection(url)
  }

  static func take(_ source: String, _ url: PostgresURL) throws(KithError) -> SourceLease? {
    let lease = try PostgresLease(source, url)
    guard try lease.acquire() else { return nil }
    lease.keep()
    return SourceLease(source: source) { lease.release() }
  }

  private static let session = """
    pg_backend_pid(), (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())
    """
  private static let expiry = "clock_timestamp() + interval '\(duration) s'"

  private var name: String { PostgresDDL.literal(source) }

  /// False when another worker has it: one whose lease has not run out, and whose connection is there.
  private func acquire() throws(KithError) -> Bool {
    let rows = try connection?.query(
      """
      INSERT INTO leases AS l (source, holder, pid, session_start, expires_at)
      VALUES (\(name), '\(holder)', \(PostgresLease.session), \(PostgresLease.expiry))
      ON CONFLICT (source) DO UPDATE SET holder = excluded.holder, pid = excluded.pid,
        session_start = excluded.session_start, expires_at = excluded.expires_at
      WHERE l.expires_at < clock_timestamp() OR NOT EXISTS (
        SELECT 1 FROM pg_stat_activity a WHERE a.pid = l.pid AND a.backend_start = l.session_start)
      RETURNING 1
      """)
    return rows?.isEmpty == false
  }

  private func keep() {
    let timer = DispatchSource.makeTimerSource(queue: queue)
    let seconds = DispatchTimeInterval.seconds(PostgresLease.renewal)
    timer.schedule(deadline: .now() + seconds, repeating: seconds)
    timer.setEventHandler { [weak self] in self?.renew() }
    queue.sync { self.timer = timer }
    timer.resume()
  }

  /// A renewal that fails is tried again; a lease that is lost stays lost, and the run's next write tells.
  private func renew() {
    if connection?.isSound != true { connection = try? PostgresConnection(url) }
    try? connection?.run(
      """
      UPDATE leases SET expires_at = \(PostgresLease.expiry), (pid, session_start) = ROW(\(PostgresLease.session))
      WHERE source = \(name) AND holder = '\(holder)'
      """)
  }

  private func release() {
    queue.sync {
      timer?.cancel()
      timer = nil
      // What cannot be given back ends with its connection.
      try? connection?.run("DELETE FROM leases WHERE source = \(name) AND holder = '\(holder)'")
      connection = nil
    }
  }
}
