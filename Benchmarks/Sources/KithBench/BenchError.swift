import Glibc

/// Why a comparison cannot go on, and what to do about it.
struct BenchError: Error, CustomStringConvertible {
  let description: String

  private init(_ description: String) { self.description = description }

  static func unwritable(_ path: String, _ code: Int32) -> BenchError {
    BenchError("\(path) cannot be written: \(text(code)). Make room, or name another folder with --work DIR.")
  }

  static func unreadable(_ path: String, _ code: Int32) -> BenchError {
    BenchError("\(path) cannot be read: \(text(code)). Delete it to have it generated again.")
  }

  static func noKith(_ path: String) -> BenchError {
    BenchError("There is no program at \(path). Build Kith with `make release`, or name it with --kith PATH.")
  }

  static func notOnPath(_ program: String, package: String) -> BenchError {
    BenchError("\(program) is not on the PATH. Install it: apt-get install \(package).")
  }

  static func noStart(_ program: String, _ code: Int32) -> BenchError {
    BenchError("\(program) cannot be started: \(text(code)).")
  }

  private static func text(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }

  /// `output` is the end of what the program wrote to its standard error.
  static func failed(_ program: String, _ ending: String, output: String) -> BenchError {
    BenchError("\(program.split(separator: "/").last ?? "") \(ending)\(output.isEmpty ? "." : ": \(output)")")
  }

  static func wrongCount(_ what: String, found: String, expected: String) -> BenchError {
    BenchError("\(what): \(found) where \(expected) was expected, so its time would mean nothing.")
  }

  static var notOneProfile: BenchError {
    BenchError("One profile was added, and identity looked at none or learned anew, so its time would mean nothing.")
  }

  static func unscored(_ program: String, _ error: any Error) -> BenchError {
    BenchError("The clusters of \(program) do not count: \(error)")
  }

  static func noClusters(_ path: String) -> BenchError {
    BenchError("There is no text at \(path): the program wrote no clusters there, or the name is wrong.")
  }

  static func noCluster(_ record: some StringProtocol, _ path: String, found: Int, of all: Int) -> BenchError {
    BenchError("\(path) has no cluster for record \(record); it names \(found) of \(all) records.")
  }

  static func unknownRecord(_ record: String, _ path: String) -> BenchError {
    BenchError("\(path) names record \(record), which is not in the file of people.")
  }

  static func twice(_ record: String, _ path: String) -> BenchError {
    BenchError("\(path) names record \(record) twice, where every record has one line.")
  }

  static func notClusters(_ path: String, _ header: String, line: String? = nil) -> BenchError {
    BenchError(
      "\(path) is to have two columns, \(header)" + (line.map { "; one line is: \($0)." } ?? ", as its first line."))
  }

  static func unknownNames(_ names: [String], known: [String]) -> BenchError {
    BenchError("--only knows no \(names.joined(separator: ", ")). It takes: \(known.joined(separator: ", ")).")
  }

  static func notInPackage(_ file: String, _ package: String) -> BenchError {
    BenchError("\(package) was installed, but \(file) is not in it; its wheel may be for another kind of machine.")
  }

  static func noPort(_ code: Int32) -> BenchError {
    BenchError("No port can be had at 127.0.0.1: \(text(code)). Pages are served from there.")
  }

  static func noAnswer(_ request: String) -> BenchError {
    BenchError("kith serve gave no answer to \(request). Its log is serve.log in the folder of --work.")
  }

  static func limits(_ failed: [String]) -> BenchError {
    BenchError("Out of its limits: \(failed.joined(separator: ", ")).")
  }
}
