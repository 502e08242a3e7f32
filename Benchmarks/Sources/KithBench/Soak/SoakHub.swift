import FoundationEssentials
import Glibc

/// A hub in a folder of its own, with `kith serve` on it.
final class SoakHub {
  private let program: URL
  private let folder: URL
  private let customers: Int
  private var serving: pid_t = 0

  private static let configuration = """
    hub: {database: kith.sqlite, country: CH, currency: CHF, exchange_rates: {EUR: 0.94}}
    sources:
      - name: crm
        connector: crm_export
        streams:
          contacts: {path: input/customers.csv, settle_seconds: 0, layout: generic, mapping: {customer_number: id}}
      - name: shop
        connector: ecommerce_orders
        schedule: "0 0 1 1 *"
        streams:
          orders: {path: input/orders.xml, settle_seconds: 0, layout: xml}
      - name: web
        connector: web_analytics
        streams:
          events: {path: input/events.ndjson, settle_seconds: 0, layout: generic}

    """

  init(_ program: URL, _ folder: URL, customers: Int) throws {
    guard FileManager.default.isExecutableFile(atPath: program.path) else { throw BenchError.noKith(program.path) }
    (self.program, self.folder, self.customers) = (program, folder, customers)
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("input"), withIntermediateDirectories: true)
    try Self.configuration.write(
      to: folder.appendingPathComponent("connectors.yml"), atomically: true, encoding: .utf8)
  }

  private func input(_ name: String) -> URL { folder.appendingPathComponent("input/\(name)") }

  /// Loads everything, and returns a token for all of it.
  func fill() throws -> String {
    Log.note("filling a hub with \(Format.grouped(customers)) customers")
    try export(.first)
    try EventFile.write(customers * 2, to: input("events.ndjson"))
    try OrderFile.write(customers / 4, to: input("orders.xml"))
    let runner = Program(folder: folder)
    _ = try runner.run(Command(program: program.path, arguments: ["sync"]))
    return try runner.text(
      Command(program: program.path, arguments: ["token", "create", "--role", "admin", "--name", "soak"]))
  }

  /// The customers exported again, a tenth of them changed or changed back.
  func export(_ edition: CustomerFile.Edition) throws {
    try CustomerFile.write(customers, edition: edition, to: input("customers.csv"))
  }

  /// Starts `kith serve`, and returns its port when it answers.
  func serve() throws -> UInt16 {
    let log = folder.appendingPathComponent("serve.log")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, log.path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    let arguments = [
      program.path, "serve", "--listen", "127.0.0.1:0", "--requests-per-second", "100000", "--config",
      folder.appendingPathComponent("connectors.yml").path,
    ]
    let pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    let code = posix_spawn(&serving, program.path, &actions, nil, pointers, environ)
    if code != 0 { throw BenchError.noStart(program.path, code) }
    let words = "answers at http://127.0.0.1:"
    for _ in 0..<300 {
      let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      if let range = text.firstRange(of: words), let port = UInt16(text[range.upperBound...].prefix(while: \.isNumber))
      {
        return port
      }
      usleep(100_000)
    }
    throw BenchError.failed(program.path, "did not answer within 30 s", output: log.path)
  }

  /// Bytes of its memory that are resident now.
  var memory: Int {
    let status = (try? String(contentsOf: URL(fileURLWithPath: "/proc/\(serving)/status"), encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
  }

  func stop() {
    if serving == 0 { return }
    kill(serving, SIGTERM)
    var status: Int32 = 0
    while waitpid(serving, &status, 0) < 0 && errno == EINTR {}
    serving = 0
  }
}
