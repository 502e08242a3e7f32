import Foundation
import KithCore
import KithHTTP
import KithTesting
import Testing

@testable import KithConnectorKit

/// Files of a real SSH server.
struct RemoteFileTests {
  private let server: SFTPServer
  private let world: FileWorld

  init() throws {
    server = try SFTPServer()
    world = try FileWorld(folder: server.folder.path)
    world.options = ["path": .text(server.path("*.csv"))]
    world.sourceOptions = [
      "user": .text(server.user), "key_file": .text(server.keyFile), "host_key": .list([server.fingerprint]),
      "allow_private_network": .text("true"),
    ]
  }

  private func problems() async throws -> [KithError] { try await world.source().check(stream: "people") }

  private func rows(_ range: ClosedRange<Int>, _ mail: String = "example.org") -> String {
    range.map { "\($0),p\($0)@\(mail),A\($0)\n" }.joined()
  }

  @Test("A file that comes in pieces is read to its end, and then only what is new")
  func pieces() async throws {
    try world.write("a.csv", "id,email,name\n" + rows(1...3) + "4,p4@exam", age: 1)
    try world.write("b.csv.part", "id,email,name\n9,", age: 1)
    #expect(try await world.keys() == ["1", "2", "3"])
    try world.write("a.csv", "id,email,name\n" + rows(1...6), age: 100)
    #expect(try await world.keys() == ["4", "5", "6"])
    #expect(try await world.keys() == [])
    try world.move("a.csv", "old.csv")
    try world.write("a.csv", "id,email,name\n" + rows(7...8))
    #expect(try await world.keys() == ["7", "8"])
  }

  @Test("Edited lines of one length in the same second are seen when the file had not settled")
  func editedWithinASecond() async throws {
    try world.write("a.csv", "id,email,name\n" + rows(1...3), age: 0)
    #expect(try await world.keys() == ["1", "2", "3"])
    world.clock.seconds -= 60
    try world.write("a.csv", "id,email,name\n" + rows(1...3, "example.net"), age: 0)
    let store = try await world.run()
    #expect(await store.keys == ["1", "2", "3"])
  }

  @Test("Compressed files are read as on a disk, and folders in the folder are left alone")
  func compressed() async throws {
    world.options["path"] = .text(server.path(""))
    try world.write("a.csv.gz", bytes: gzipped("id,email,name\n" + rows(1...2)))
    try FileManager.default.createDirectory(atPath: world.folder + "/done", withIntermediateDirectories: true)
    #expect(try await world.keys() == ["1", "2"])
    #expect(try await world.keys() == [])
  }

  @Test("An empty file is nothing, and one in an old encoding is read as on a disk")
  func emptyAndOld() async throws {
    try world.write("a.csv", "")
    try world.write("b.csv", bytes: Array("id,email,name\n1,p1@example.org,J".utf8) + [0xFC] + Array("rg\n".utf8))
    let store = try await world.run()
    #expect(await store.keys == ["1"])
    let names = await store.records.flatMap(\.fields).filter { $0.name == "given_name" }.map(\.value)
    #expect(names == ["J\u{FC}rg"])
  }

  @Test("An archive that was read is not fetched again, and one of which a file could not be read is")
  func archives() async throws {
    world.options["path"] = .text(server.path("*.zip"))
    let head = "id,email,name\n"
    try world.write("a.zip", bytes: ZipArchive.of([("1.csv", head + rows(1...2)), ("2.csv", "x,y\n1,2\n")]))
    let store = TestStore()
    await #expect(throws: KithError.self) {
      try await world.source().read(ReadRequest(stream: "people"), into: store)
    }
    #expect(await store.keys == ["1", "2"])
    world.set(await store.checkpoint)
    await #expect(throws: KithError.self) { try await world.run() }
    try world.write("a.zip", bytes: ZipArchive.of([("1.csv", head + rows(1...2)), ("2.csv", head + rows(3...3))]))
    #expect(try await world.keys() == ["3"])
    // Of the same size and time it is not looked into, whatever stands there.
    try world.write(
      "a.zip", bytes: ZipArchive.of([("1.csv", head + rows(1...2)), ("2.csv", head + rows(4...4))]), age: 160)
    #expect(try await world.keys() == [])
  }

  @Test("A file whose name has blanks, signs and letters of its own is found")
  func names() async throws {
    try world.write("Käufer #1 100%.csv", "id,email,name\n" + rows(1...1))
    try world.write("list [x].csv", "id,email,name\n" + rows(2...2))
    #expect(try await world.keys().sorted() == ["1", "2"])
    world.options["path"] = .text(server.path("Käufer #1 100%.csv"))
    world.set(nil)
    #expect(try await world.keys() == ["1"])
  }

  @Test("Only the newest complete listing is fetched, and what it lacks is gone")
  func snapshots() async throws {
    world.options["mode"] = .text("snapshot")
    try world.write("1.csv", "id,email,name\n" + rows(1...3), age: 300)
    try world.write("2.csv", "id,email,name\n" + rows(2...3), age: 200)
    let store = try await world.run()
    #expect(await store.keys == ["2", "3"])
    #expect(await store.snapshots.contains { $0 != .none })
    #expect(try await world.keys() == [])
  }

  @Test("A pattern may stand for folders")
  func folders() async throws {
    for name in ["2025", "2026"] {
      try FileManager.default.createDirectory(atPath: "\(world.folder)/\(name)", withIntermediateDirectories: true)
    }
    try world.write("2025/a.csv", "id,email,name\n" + rows(1...1))
    try world.write("2026/a.csv", "id,email,name\n" + rows(2...2))
    world.options["path"] = .text(server.path("20*/a.csv"))
    #expect(try await world.keys().sorted() == ["1", "2"])
  }

  @Test("A server that goes away in the middle leaves what was read, and the next run reads the rest")
  func broken() async throws {
    world.sourceOptions["max_download_mb"] = .integer(1)
    // Two that do not fit here at once, so that the second is fetched when records of the first have gone on.
    for (name, range, age) in [("a.csv", 1...20_000, 300), ("b.csv", 20_001...40_000, 200)] as [(String, _, Int64)] {
      try world.write(name, "id,email,name\n" + rows(range), age: age)
    }
    let first = StoppingSink { [server] in server.stop() }
    await #expect(throws: KithError.self) {
      try await world.source().read(ReadRequest(stream: "people"), into: first)
    }
    let kept = await first.keys
    #expect(!kept.isEmpty && kept.count <= 20_000)
    world.set(await first.checkpoint)
    let again = try SFTPServer(again: server)
    let rest = try await world.keys()
    withExtendedLifetime(again) {}
    #expect(Set(kept).union(rest).count == 40_000)
    #expect(kept.count + rest.count == 40_000)
  }

  @Test("A file that is larger than what may lie here is named, and the others are read")
  func tooLarge() async throws {
    world.sourceOptions["max_download_mb"] = .integer(1)
    try world.write("a.csv", "id,email,name\n" + rows(1...60_000))
    try world.write("b.csv", "id,email,name\n" + rows(60_001...60_002))
    let store = TestStore()
    let error = await #expect(throws: KithError.self) {
      try await world.source().read(ReadRequest(stream: "people"), into: store)
    }
    #expect(error?.what == "the file is larger than what may be copied here")
    #expect(error?.recovery == .configuration)
    #expect(await store.keys == ["60001", "60002"])
  }

  @Test("Nothing is sent to a server whose key is not known, and the error says how to allow it")
  func unknownKey() async throws {
    try world.write("a.csv", "id,email,name\n" + rows(1...1))
    world.sourceOptions["host_key"] = nil
    let error = try #require(try await problems().first)
    #expect(error.recovery == .configuration)
    #expect(error.what == "the server's host key is not known")
    #expect(error.seen == "\(server.fingerprint) (ssh-ed25519)")
    #expect(error.fix?.contains("set host_key: \"\(server.fingerprint)\"") == true)
  }

  @Test("Another key than the allowed one is refused, by fingerprint and by known hosts")
  func otherKey() async throws {
    try world.write("a.csv", "id,email,name\n" + rows(1...1))
    let other = try SFTPServer()
    world.sourceOptions["host_key"] = .list([other.fingerprint])
    let what = "the server has another host key than the one that is allowed"
    #expect(try await problems().map(\.what) == [what])
    let lines = other.knownHost.split(separator: " ").dropFirst().joined(separator: " ")
    try world.write("hosts", "[127.0.0.1]:\(server.port) \(lines)\n")
    world.sourceOptions["host_key"] = nil
    world.sourceOptions["known_hosts"] = .text("hosts")
    #expect(try await problems().map(\.what) == [what])
    try world.write("hosts", other.knownHost + "\n")
    #expect(try await problems().map(\.what) == ["the server's host key is not known"])
    try world.write("hosts", server.knownHost + "\n")
    #expect(try await problems() == [])
    world.sourceOptions["known_hosts"] = .text("nowhere")
    #expect(try await problems().map(\.what) == ["the file of known hosts cannot be read"])
  }

  @Test("Errors tell the network, the credentials, the folder and the policy apart")
  func errors() async throws {
    try world.write("a.csv", "id,email,name\n" + rows(1...1))
    let good = world.sourceOptions
    let other = try SFTPServer()
    world.sourceOptions["key_file"] = .text(other.keyFile)
    #expect(try await problems().map(\.recovery) == [.authorisation])
    world.sourceOptions["key_file"] = nil
    #expect(try await problems().map(\.what) == ["the server's credentials are missing"])
    world.sourceOptions["password"] = .secret(Secret("hunter2-not-it"))
    let refused = try await problems()
    #expect(refused.map(\.recovery) == [.authorisation])
    #expect(!refused.description.contains("hunter2"))
    world.sourceOptions = good
    world.sourceOptions["allow_private_network"] = nil
    #expect(try await problems().map(\.what) == ["this host is not on the public internet"])
    world.sourceOptions = good
    world.options["path"] = .text(server.path("nowhere/*.csv"))
    #expect(try await problems().map(\.what) == ["the path fits no file"])
    world.options["path"] = .text(server.path("a.cvs"))
    #expect(try await problems().first?.fix == "Did you mean a.csv?")
    server.stop()
    #expect(try await problems().map(\.recovery) == [.transient])
  }

  @Test("Preview and discovery look into a server's newest file")
  func looks() async throws {
    try world.write("a.csv", "id,email,name\n" + rows(1...2))
    #expect(try await world.source().preview(stream: "people", limit: 1).first?.place == "\(server.path("a.csv")):2")
    #expect(try await world.source().discover(stream: "people").fields.map(\.name) == ["id", "email", "name"])
  }

  @Test(
    "A path that names no server it can be read from is refused with its reason",
    arguments: [
      ("ftp://files.example.com/a.csv", "files are not read from such an address"),
      ("https://files.example.com/a.csv", "files are not read from such an address"),
      ("sftp://me@files.example.com/a.csv", "a path holds no user or password"),
      ("sftp:///a.csv", "this path names no host"), ("sftp://host:0/a.csv", "this is no port"),
      ("sftp://[::1]x/a.csv", "this is no host"),
    ])
  func wrongPaths(path: String, what: String) throws {
    world.options["path"] = .text(path)
    let error = #expect(throws: KithError.self) { try world.source() }
    #expect(error?.what == what)
    #expect(error?.place == "connectors.yml:3")
  }

  @Test("Paths on servers are taken apart as they are written")
  func paths() throws {
    let plain = try #require(try RemotePath("SFTP://Files.Example.com/in/a?.csv"))
    #expect(plain.host == "files.example.com" && plain.port == nil && plain.pattern == "/in/a?.csv")
    let six = try #require(try RemotePath("ftps://[2001:db8::1]:990"))
    #expect(six.host == "2001:db8::1" && six.port == 990 && six.pattern == "/")
    #expect(try RemotePath("exports/a.csv") == nil)
  }
}

/// Ends something when the first batch has been stored.
private actor StoppingSink: RecordSink {
  private var batches: [Batch] = []
  private let stop: @Sendable () -> Void

  init(_ stop: @escaping @Sendable () -> Void) { self.stop = stop }

  func send(_ batch: Batch) async throws(KithError) {
    batches.append(batch)
    stop()
  }

  var checkpoint: Checkpoint? { batches.compactMap(\.checkpoint).last }
  var keys: [String] {
    batches.flatMap(\.records).map { if case .profile(let profile) = $0 { profile.key } else { "?" } }
  }
}
