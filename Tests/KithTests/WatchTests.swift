import Foundation
import KithTesting
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `kith watch` on a terminal of its own, and on none.
@Suite struct WatchTests {
  private static let configuration =
    "sources:\n  - {name: crm, connector: crm_export, schedule: every 1h, streams: {contacts: {path: a.csv}}}\n"

  @Test func withoutATerminalItSaysSo() throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    let outcome = try program.run("watch")
    #expect(outcome.status == 2 && outcome.errors.contains("kith status"), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect([2, 64].contains(try program.run("watch", "--every", "0").status))
  }

  private struct Terminal {
    var primary: Int32
    var secondary: Int32

    init() throws {
      primary = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var (number, unlocked) = (Int32(0), Int32(0))
      // TIOCGPTN and TIOCSPTLCK of Linux, which Swift does not see.
      guard primary >= 0, ioctl(primary, 0x8004_5430, &number) == 0, ioctl(primary, 0x4004_5431, &unlocked) == 0 else {
        throw CocoaError(.fileReadUnknown)
      }
      secondary = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      var size = winsize(ws_row: 12, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
      _ = ioctl(primary, UInt(TIOCSWINSZ), &size)
    }

    var flags: tcflag_t {
      var settings = termios()
      tcgetattr(secondary, &settings)
      return settings.c_lflag
    }

    /// Reads what is drawn until it has the words.
    func read(until words: String, _ seen: inout String) {
      var bytes = [UInt8](repeating: 0, count: 4_096)
      while !seen.contains(words) {
        let size = Foundation.read(primary, &bytes, bytes.count)
        if size <= 0 { return }
        seen += String(decoding: bytes.prefix(size), as: UTF8.self)
      }
    }
  }

  private static let isLinux: Bool = {
    #if os(Linux)
      true
    #else
      false
    #endif
  }()

  /// A key, Ctrl-C as a key, and a signal.
  @Test(.enabled(if: isLinux), arguments: ["q", "\u{3}", "TERM"]) func theTerminalIsLeftAsItWas(ending: String) throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("connectors.yml", Self.configuration)
    let terminal = try Terminal()
    defer { for end in [terminal.primary, terminal.secondary] { close(end) } }
    let before = terminal.flags
    let process = Process()
    process.executableURL = program.executable
    process.arguments = ["watch", "--every", "3600"]
    process.currentDirectoryURL = program.folder
    process.standardInput = FileHandle(fileDescriptor: terminal.secondary)
    process.standardOutput = FileHandle(fileDescriptor: terminal.secondary)
    process.standardError = FileHandle.nullDevice
    try process.run()
    var seen = ""
    // The end of what is drawn.
    terminal.read(until: "\u{1B}[J", &seen)
    #expect(seen.contains("\u{1B}[?1049h") && seen.contains("crm/contacts") && seen.contains("q ends it"), "\(seen)")
    #expect(terminal.flags != before, "keys are not shown")
    if ending == "TERM" {
      kill(process.processIdentifier, SIGTERM)
    } else {
      _ = Array(ending.utf8).withUnsafeBytes { write(terminal.primary, $0.baseAddress, $0.count) }
    }
    terminal.read(until: "\u{1B}[?1049l", &seen)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    #expect(seen.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"), "\(seen.debugDescription)")
    #expect(terminal.flags == before)
    // Lines are cut to the terminal's width.
    #expect(seen.contains("…"), "\(seen)")
  }
}
