import Glibc

/// Progress goes to standard error: standard output is the table.
enum Log {
  static func note(_ text: String) {
    let line = "kith-bench: \(text)\n"
    _ = write(2, line, line.utf8.count)
  }
}
