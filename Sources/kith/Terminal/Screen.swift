import Dispatch
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A terminal's other screen, for as long as somebody watches: keys are not shown, and everything is as it was afterwards.
final class Screen {
  enum Event { case timePassed, resized, ended }

  private let former: termios
  /// Signals wake a wait through it.
  private let wake: (read: Int32, write: Int32)
  private var signals: [any DispatchSourceSignal] = []
  private var isClosed = false

  /// Nil where standard input or output is no terminal.
  init?() {
    var former = termios()
    var ends: [Int32] = [-1, -1]
    guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &former) == 0, pipe(&ends) == 0 else { return nil }
    self.former = former
    wake = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    var raw = former
    // Ctrl-C comes as a key, so that nothing ends the program before the terminal is as it was.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    listen(to: [(SIGTERM, UInt8(ascii: "q")), (SIGHUP, UInt8(ascii: "q")), (SIGINT, UInt8(ascii: "q")), (SIGWINCH, 0)])
    write("\u{1B}[?1049h\u{1B}[?25l")
  }

  deinit { close() }

  func close() {
    if isClosed { return }
    isClosed = true
    for signal in signals { signal.cancel() }
    write("\u{1B}[?25h\u{1B}[?1049l")
    var former = former
    tcsetattr(STDIN_FILENO, TCSANOW, &former)
  }

  /// Draws lines from the top, cut to what the terminal has room for.
  func draw(_ lines: [String]) {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 && size.ws_col > 0
    let (rows, columns) = isKnown ? (Int(size.ws_row), Int(size.ws_col)) : (24, 80)
    let shown = Screen.fitted(lines, rows: rows, columns: columns)
    write("\u{1B}[H" + shown.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J")
  }

  /// What fits; what does not is told in the last line. Control characters are left out: a name must not move the cursor.
  static func fitted(_ lines: [String], rows: Int, columns: Int) -> [String] {
    var shown = lines.prefix(rows).map { line in
      let clean = line.filter { !$0.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) } }
      return clean.count <= columns ? clean : String(clean.prefix(columns - 1)) + "…"
    }
    if lines.count > rows, rows > 0 { shown[rows - 1] = "… and \(lines.count - rows + 1) more lines" }
    return shown
  }

  /// Waits for a key that ends it (q, Ctrl-C, the end of input), a signal, or so long.
  func wait(seconds: Double) -> Event {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      let left = Int32(max(min((end - ContinuousClock.now) / .milliseconds(1), 1e9), 0).rounded(.up))
      var events = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&events, 2, left)
      if count == 0 { return .timePassed }
      if count < 0 { continue }
      var byte: UInt8 = 0
      if events[1].revents != 0, read(wake.read, &byte, 1) == 1 { return byte == 0 ? .resized : .ended }
      if events[0].revents != 0 {
        let size = read(STDIN_FILENO, &byte, 1)
        if size <= 0 || [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4].contains(byte) { return .ended }
      }
    }
  }

  private func listen(to codes: [(signal: Int32, byte: UInt8)]) {
    for (code, byte) in codes {
      signal(code, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: code, queue: .global())
      let end = wake.write
      source.setEventHandler {
        var byte = byte
        _ = Foundation.write(end, &byte, 1)
      }
      source.resume()
      signals.append(source)
    }
  }

  private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
