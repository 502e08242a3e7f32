import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, reached through a socket in a folder of its own. It ends with the process that
/// started it, however that ends, and takes its folder along.
public final class PostgresServer: Sendable {
  /// For libpq: user `kith`, who may do everything, without a password.
  private let folder: String
  private let supervisor: Mutex<(input: FileHandle, output: FileHandle)>
  private let databases = Mutex(0)
  private let schemas = Mutex(0)

  private static let running = Mutex<Result<PostgresServer, ProgramError>?>(nil)

  /// The server of this process, started when it is first asked for.
  public static func shared() throws -> PostgresServer {
    try running.withLock { running in
      if let running { return try running.get() }
      let result = Result { () throws(ProgramError) in try PostgresServer() }
      running = result
      return try result.get()
    }
  }

  /// The URL of a database by name; of one that nobody used before when none is given.
  public func url(_ name: String? = nil, user: String = "kith") -> String {
    let number = databases.withLock {
      if name == nil { $0 += 1 }
      return $0
    }
    let path = folder.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? folder
    return "postgres://\(user)@/\(name ?? "test\(number)")?host=\(path)"
  }

  /// The URL of a schema that nobody used before.
  public func schemaURL() -> String {
    let number = schemas.withLock {
      $0 += 1
      return $0
    }
    return url("schemas") + "&schema=s\(number)"
  }

  /// How many databases there are for the tests of one process.
  private static let count = 64

  private init() throws(ProgramError) {
    let bin = try PostgresServer.binaries()
    folder = "/tmp/kith-postgres-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(8))"
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    // PostgreSQL does not run as root: then as the user that its package made.
    let isRoot = geteuid() == 0
    process.executableURL = URL(fileURLWithPath: isRoot ? "/bin/su" : "/bin/sh")
    let script = PostgresServer.script(folder: folder, bin: bin, databases: PostgresServer.count)
    process.arguments = isRoot ? ["postgres", "-s", "/bin/sh", "-c", script] : ["-c", script]
    process.standardInput = input
    process.standardOutput = output
    do { try process.run() } catch { throw ProgramError("the shell cannot be started: \(error)") }
    var told = ""
    while !told.contains("ready\n") {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { throw ProgramError("PostgreSQL does not start: \(told)") }
      told += String(decoding: data, as: UTF8.self)
    }
    supervisor = Mutex((input.fileHandleForWriting, output.fileHandleForReading))
  }

  /// Waits for the end of its input, which comes with the end of the process that holds the other side.
  private static func script(folder: String, bin: String, databases: Int) -> String {
    """
    set -e
    mkdir -m 755 '\(folder)'
    '\(bin)/initdb' -D '\(folder)/data' -U kith --auth=trust -E UTF8 --locale=C.UTF-8 >'\(folder)/log' 2>&1 \
      || { cat '\(folder)/log'; exit 1; }
    cat >>'\(folder)/data/postgresql.conf' <<END
    listen_addresses = ''
    unix_socket_directories = '\(folder)'
    fsync = off
    max_connections = 200
    END
    '\(bin)/pg_ctl' -D '\(folder)/data' -l '\(folder)/log' -w start >/dev/null 2>&1 </dev/null \
      || { cat '\(folder)/log'; exit 1; }
    n=1
    { echo "CREATE DATABASE schemas TEMPLATE template0;"
    while [ $n -le \(databases) ]; do echo "CREATE DATABASE test$n TEMPLATE template0;"; n=$((n+1)); done; } |
      '\(bin)/psql' -q -h '\(folder)' -U kith postgres >/dev/null
    echo ready
    cat >/dev/null || true
    '\(bin)/pg_ctl' -D '\(folder)/data' -m immediate stop >/dev/null 2>&1 || true
    rm -rf '\(folder)'
    """
  }

  /// The folder with `initdb`, of the newest version.
  private static func binaries() throws(ProgramError) -> String {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    let folders =
      versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
      + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    if let found = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }) {
      return found
    }
    throw ProgramError("there is no PostgreSQL server for the tests: apt-get install postgresql")
  }
}
