import Glibc

/// Asks at a steady rate over a few connections, on one thread.
struct SoakLoad {
  struct Outcome {
    /// Seconds from when a request was due to the end of its answer, by question.
    var latencies: [String: [Double]] = [:]
    /// By status; 0 where there was no answer.
    var statuses: [Int: Int] = [:]
    /// Second for second, in bytes.
    var memory: [Int] = []
    var seconds: Double = 0
  }

  private struct Asked {
    var name: String
    var due: ContinuousClock.Instant
  }

  private let rate: Int
  private let seconds: Int
  private let mix: SoakMix
  private var connections: [SoakConnection]
  private var asked: [Asked?]
  private var waiting: [(question: SoakMix.Question, due: ContinuousClock.Instant)] = []
  private var outcome = Outcome()

  private static let connections = 256
  /// What has not been answered so long after the end is given up.
  private static let patience = Duration.seconds(30)

  init(port: UInt16, rate: Int, seconds: Int, mix: SoakMix) {
    (self.rate, self.seconds, self.mix) = (rate, seconds, mix)
    connections = (0..<Self.connections).map { _ in SoakConnection(port: port) }
    asked = Array(repeating: nil, count: Self.connections)
  }

  mutating func run(memory: () -> Int) throws -> Outcome {
    let clock = ContinuousClock()
    let (begin, total) = (clock.now, rate * seconds)
    let gap = Duration.seconds(1) / rate
    var next = 0
    while next < total || !waiting.isEmpty || asked.contains(where: { $0 != nil }) {
      let now = clock.now
      if now - begin > .seconds(seconds) + Self.patience { break }
      while next < total, begin + gap * next <= now {
        waiting.append((mix.question(next), begin + gap * next))
        next += 1
      }
      while outcome.memory.count <= Int((now - begin) / .seconds(1)), outcome.memory.count < seconds {
        outcome.memory.append(memory())
      }
      ask(clock)
      wait(until: next < total ? begin + gap * next : now + .milliseconds(10), clock)
    }
    outcome.statuses[0, default: 0] += waiting.count + asked.count { $0 != nil }
    outcome.seconds = (clock.now - begin) / .seconds(1)
    for index in connections.indices { connections[index].close() }
    return outcome
  }

  private mutating func ask(_ clock: ContinuousClock) {
    for index in connections.indices where asked[index] == nil && !waiting.isEmpty {
      let (question, due) = waiting.removeFirst()
      asked[index] = Asked(name: question.name, due: due)
      if !connections[index].send(question.text) { ended(index, status: 0, clock) }
    }
  }

  private mutating func ended(_ index: Int, status: Int, _ clock: ContinuousClock) {
    guard let done = asked[index] else { return }
    asked[index] = nil
    outcome.statuses[status, default: 0] += 1
    if status == 0 { connections[index].close() }
    outcome.latencies[done.name, default: []].append((clock.now - done.due) / .seconds(1))
  }

  private mutating func wait(until moment: ContinuousClock.Instant, _ clock: ContinuousClock) {
    let busy = connections.indices.filter { asked[$0] != nil }
    var polled = busy.map { pollfd(fd: connections[$0].descriptor, events: Int16(POLLIN), revents: 0) }
    let microseconds = max((moment - clock.now) / .microseconds(1), 0)
    if polled.isEmpty {
      usleep(UInt32(microseconds))
      return
    }
    // In whole milliseconds, but for the last one, which is slept for what is left of it.
    if poll(&polled, nfds_t(polled.count), Int32(microseconds / 1_000)) <= 0 {
      if microseconds < 1_000 { usleep(UInt32(microseconds)) }
      return
    }
    for (place, index) in busy.enumerated() where polled[place].revents != 0 {
      switch connections[index].receive() {
      case .more: break
      case .whole(let status, _): ended(index, status: status, clock)
      case .broken: ended(index, status: 0, clock)
      }
    }
  }
}
