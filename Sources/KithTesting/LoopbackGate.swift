import Foundation

/// What the threads of a server on loopback wait for besides the network: the test's word that stalled replies may go on,
/// and the server's end.
final class LoopbackGate: Sendable {
  private let read: Int32
  private let write: Int32

  init() throws(ProgramError) {
    var ends: [Int32] = [0, 0]
    if pipe(&ends) != 0 { throw ProgramError("no pipe: \(String(cString: strerror(errno)))") }
    (read, write) = (ends[0], ends[1])
  }

  deinit { close(read) }

  func release() { _ = Foundation.write(write, "x", 1) }

  /// Called once; nothing may be called on the writing side afterwards.
  func end() { close(write) }

  /// Waits until a connection comes; false when the server ends first.
  func waits(for listener: Int32) -> Bool {
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
