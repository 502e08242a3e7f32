import Foundation
import Synchronization

/// What the threads of a server on loopback share: its sockets, the test's word that stalled replies may go on, and the
/// server's end.
final class LoopbackGate: Sendable {
  private let listener: Int32
  private let read: Int32
  private let write: Int32
  /// Nil after the end. A connection leaves it before it is closed: its number may then belong to another server.
  private let connections = Mutex<Set<Int32>?>([])

  init(listener: Int32) throws(ProgramError) {
    self.listener = listener
    var ends: [Int32] = [0, 0]
    if pipe(&ends) != 0 { throw ProgramError("no pipe: \(String(cString: strerror(errno)))") }
    (read, write) = (ends[0], ends[1])
    for descriptor in ends + [listener] { LoopbackGate.closeOnExec(descriptor) }
  }

  /// When no thread uses them any more: the next server may get the same numbers.
  deinit {
    close(listener)
    close(read)
  }

  func release() {
    connections.withLock { if $0 != nil { _ = Foundation.write(write, "x", 1) } }
  }

  /// Breaks every connection off and lets no more in.
  func end() {
    connections.withLock { open in
      guard let ending = open else { return }
      // From here on connections are refused.
      shutdown(listener, Int32(SHUT_RDWR))
      for connection in ending { shutdown(connection, Int32(SHUT_RDWR)) }
      open = nil
      close(write)
    }
  }

  /// The next connection; nil after the end.
  func accept() -> Int32? {
    guard waitsForConnection() else { return nil }
    let connection = Foundation.accept(listener, nil, nil)
    if connection < 0 { return nil }
    LoopbackGate.closeOnExec(connection)
    if connections.withLock({ $0?.insert(connection) != nil }) { return connection }
    close(connection)
    return nil
  }

  /// A program that a test starts must not hold a connection open that has ended here.
  static func closeOnExec(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

  func dismiss(_ connection: Int32) {
    connections.withLock { _ = $0?.remove(connection) }
    close(connection)
  }

  private func waitsForConnection() -> Bool {
    // No events asked for: of the gate, only its end.
    var events = [pollfd(fd: read, events: 0, revents: 0), pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    while poll(&events, 2, -1) < 0, errno == EINTR {}
    return events[0].revents == 0
  }

  /// Waits until stalled replies may go on; false when the other side of the connection goes first.
  func waits(besides connection: Int32) -> Bool {
    var events = [
      pollfd(fd: read, events: Int16(POLLIN), revents: 0), pollfd(fd: connection, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&events, 2, -1) < 0, errno == EINTR {}
    return events[1].revents == 0
  }
}
