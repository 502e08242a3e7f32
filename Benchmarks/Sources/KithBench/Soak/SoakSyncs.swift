import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// Syncs the customers again and again, a tenth of them changed each time, until it is stopped.
final class SoakSyncs: Sendable {
  private struct State {
    var isStopping = false
    var runs = 0
    var failures = 0
    var error: (any Error)?
  }

  private let state = Mutex(State())
  private let done = DispatchSemaphore(value: 0)
  nonisolated(unsafe) private let hub: SoakHub
  private let port: UInt16
  private let token: String

  private struct Run: Decodable {
    var run_id: Int
    var status: String
  }

  /// `hub` is used for its files alone meanwhile.
  init(_ hub: SoakHub, port: UInt16, token: String) {
    (self.hub, self.port, self.token) = (hub, port, token)
  }

  func start() {
    DispatchQueue.global().async { [self] in
      var connection = SoakConnection(port: port)
      defer {
        connection.close()
        done.signal()
      }
      do {
        var edition = CustomerFile.Edition.again
        while !state.withLock(\.isStopping) {
          try hub.export(edition)
          edition = edition == .again ? .first : .again
          try sync(&connection)
        }
      } catch {
        state.withLock { $0.error = error }
      }
    }
  }

  private func sync(_ connection: inout SoakConnection) throws {
    func ask(_ request: String) throws -> Run? {
      let (status, body) = try connection.ask(request)
      // The run before is being put away yet.
      if status == 409 { return nil }
      return try JSONDecoder().decode(Run.self, from: Data(body.utf8))
    }
    let begun = try ask(SoakMix.post("/api/v1/runs", token, "{\"source\":\"crm\"}"))
    guard var run = begun else {
      usleep(50_000)
      return
    }
    while run.status == "running" {
      usleep(200_000)
      run = try ask(SoakMix.get("/api/v1/runs/\(run.run_id)", token)) ?? run
    }
    state.withLock { state in
      state.runs += 1
      if run.status != "succeeded" { state.failures += 1 }
    }
  }

  /// Waits for the end of the run in hand; how many there were, and how many of them failed.
  func stop() throws -> (runs: Int, failures: Int) {
    state.withLock { $0.isStopping = true }
    done.wait()
    return try state.withLock { state in
      if let error = state.error { throw error }
      return (state.runs, state.failures)
    }
  }
}
