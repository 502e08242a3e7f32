import Foundation
import KithCore
import KithTesting
import Synchronization
import Testing

/// Address books (CardDAV), with a server on loopback that has one.
@Suite struct AddressBookTests {
  /// What the server has, and how it behaves.
  private struct Book {
    /// Versions by name.
    var cards: [String: Int] = [:]
    /// Names in the order in which they were changed; those without a card are gone.
    var log: [String] = []
    /// The most that one list of changes tells.
    var most = Int.max
    /// Tokens before this one are no longer known.
    var oldest = 0
    /// How that is told.
    var refusal = 403
    /// The bytes of a card's picture.
    var pictures: [String: Int] = [:]
    /// Cards that are listed and not handed out.
    var shut: Set<String> = []
    /// A card that goes as soon as cards have been asked for.
    var leaving: String?

    mutating func put(_ names: some Sequence<String>) {
      for name in names {
        cards[name, default: 0] += 1
        log.append(name)
      }
    }

    mutating func remove(_ name: String) {
      cards[name] = nil
      log.append(name)
    }

    mutating func reply(to request: LoopbackServer.Request) -> LoopbackReply {
      let text = request.text
      if request.method == "PROPFIND" {
        return Self.list(
          "<d:response><d:href>/</d:href>\(Self.found("<d:resourcetype><c:addressbook/></d:resourcetype>"))</d:response>"
        )
      }
      if text.contains("sync-collection") { return changes(text) }
      defer {
        if let name = leaving { remove(name) }
        leaving = nil
      }
      return multiget(text)
    }

    private func changes(_ text: String) -> LoopbackReply {
      let token = text.firstMatch(of: /<d:sync-token>t(\d+)</).flatMap { Int($0.1) }
      if let token, token < oldest {
        return .text("<d:error xmlns:d=\"DAV:\"><d:valid-sync-token/></d:error>", refusal)
      }
      let begin = token ?? 0
      let end = begin + min(most, log.count - begin)
      var names: [String] = []
      // Whoever knows nothing is not told what is gone.
      for name in log[begin..<end] where !names.contains(name) && (token != nil || cards[name] != nil) {
        names.append(name)
      }
      let members = names.map { name in
        "<d:response><d:href>/\(name)</d:href>"
          + (cards[name].map { Self.found("<d:getetag>\"\($0)\"</d:getetag>") } ?? Self.status(404)) + "</d:response>"
      }
      let rest = end < log.count ? "<d:response><d:href>/</d:href>\(Self.status(507))</d:response>" : ""
      return Self.list(members.joined() + rest + "<d:sync-token>t\(end)</d:sync-token>")
    }

    private func multiget(_ text: String) -> LoopbackReply {
      Self.list(
        text.matches(of: /<d:href>\/([^<]*)</).map { match in
          let name = String(match.1)
          let card = cards[name].map { version in
            let picture = String(repeating: "A", count: pictures[name] ?? 0)
            return Self.found(
              "<c:address-data>BEGIN:VCARD\nVERSION:3.0\nFN:\(name) \(version)\nPHOTO;ENCODING=b:\(picture)\nEND:VCARD\n"
                + "</c:address-data>")
          }
          return "<d:response><d:href>/\(name)</d:href>"
            + (shut.contains(name) ? Self.status(500) : card ?? Self.status(404)) + "</d:response>"
        }.joined())
    }

    private static func list(_ members: String) -> LoopbackReply {
      .text(
        "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:carddav\">\(members)"
          + "</d:multistatus>", 207)
    }

    private static func found(_ properties: String) -> String {
      "<d:propstat><d:prop>\(properties)</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
    }

    private static func status(_ status: Int) -> String { "<d:status>HTTP/1.1 \(status) Told</d:status>" }
  }

  private final class Shelf: Sendable {
    let book = Mutex(Book())
    func change(_ body: (inout Book) -> Void) { book.withLock { body(&$0) } }
  }

  private let shelf: Shelf
  private let server: LoopbackServer

  init() throws {
    let shelf = Shelf()
    self.shelf = shelf
    server = try LoopbackServer { request in shelf.book.withLock { $0.reply(to: request) } }
  }

  private func source(_ more: String = "") throws -> any Source {
    let text = REST.manifest(server.url, "request: {path: /}\nformat: address_book", more).replacing(
      /fields: .*/, with: "fields: {key: _name, full_name: FN.value}")
    return try REST.open(text)
  }

  private static func names(_ sink: CollectingSink) -> [String] {
    sink.records.map { record in
      switch record {
      case .profile(let profile): profile.attributes.first { $0.attribute == .fullName }?.value ?? ""
      case .deletion(let deletion): "-\(deletion.key)"
      default: "?"
      }
    }
  }

  private static func cards(_ numbers: Range<Int>) -> [String] { numbers.map { "c\($0)" } }

  @Test func cardsComeInPiecesAndThenOnlyWhatChanged() async throws {
    shelf.change { $0.put(Self.cards(0..<120)) }
    let (first, error) = await REST.read(try source())
    #expect(error == nil && first.records.count == 120 && first.batches.last?.snapshot == .whole)
    let asked = server.requests.filter { $0.text.contains("multiget") }.map {
      $0.text.matches(of: /<d:href>/).count
    }
    #expect(asked == [50, 50, 20])
    #expect(server.requests.map { $0["Depth"] } == ["0", "0", "1", "1", "1"])
    shelf.change {
      $0.put(["c7", "c200", "c7"])
      $0.remove("c8")
    }
    let (second, again) = await REST.read(try source(), from: first.checkpoint)
    #expect(again == nil && Self.names(second) == ["-c8", "c7 3", "c200 1"], "\(Self.names(second))")
    #expect(second.batches.allSatisfy { $0.snapshot == .none })
    let (third, _) = await REST.read(try source(), from: second.checkpoint)
    #expect(third.records.isEmpty && third.checkpoint == second.checkpoint)
  }

  @Test(arguments: [403, 409]) func aTokenThatIsForgottenLeadsToTheWholeBook(status: Int) async throws {
    shelf.change { $0.put(Self.cards(0..<3)) }
    let (first, _) = await REST.read(try source())
    shelf.change {
      $0.remove("c1")
      $0.oldest = 4
      $0.refusal = status
    }
    let (second, error) = await REST.read(try source(), from: first.checkpoint)
    #expect(error == nil && Self.names(second) == ["c0 1", "c2 1"], "\(Self.names(second))")
    #expect(second.batches.last?.snapshot == .whole)
    #expect(second.batches.flatMap(\.notes).contains { $0.contains("everything is read again") })
  }

  /// What went while no token was known shows only by a whole book. A first reading has nothing that could be gone.
  @Test func aTokenIsKeptWhenTheWholeBookWasRead() async throws {
    shelf.change {
      $0.put(Self.cards(0..<3))
      $0.shut = ["c0"]
    }
    let (first, _) = await REST.read(try source())
    #expect(first.checkpoint?.text.contains("\"token\":\"t3\"") == true, "\(String(describing: first.checkpoint))")
    shelf.change {
      $0.remove("c1")
      $0.oldest = 4
    }
    let (second, _) = await REST.read(try source(), from: first.checkpoint)
    #expect(second.batches.allSatisfy { $0.snapshot == .none } && second.checkpoint?.text.contains("token") == false)
    shelf.change { $0.shut = [] }
    let (third, _) = await REST.read(try source(), from: second.checkpoint)
    #expect(third.batches.last?.snapshot == .whole && third.records.count == 2)
    #expect(third.checkpoint?.text.contains("\"token\":\"t4\"") == true)
  }

  /// A 403 that says nothing of the token is what it says.
  @Test func aRefusalIsNoForgottenToken() async throws {
    let server = try LoopbackServer { _ in .text("<d:error xmlns:d=\"DAV:\"><d:need-privileges/></d:error>", 403) }
    let text = REST.manifest(server.url, "request: {path: /}\nformat: address_book")
    let (_, error) = await REST.read(
      try REST.open(text), from: Checkpoint(#"{"lists":{"":{"token":"t1"}},"mapping":0}"#))
    #expect(error?.recovery == .authorisation, "\(String(describing: error))")
  }

  @Test func aListThatIsCutOffGoesOn() async throws {
    shelf.change {
      $0.put(Self.cards(0..<25))
      $0.most = 10
    }
    let (first, error) = await REST.read(try source())
    #expect(error == nil && first.records.count == 25 && first.batches.last?.snapshot == .whole)
    shelf.change { $0.put(Self.cards(0..<25)) }
    let (second, _) = await REST.read(try source(), from: first.checkpoint)
    #expect(second.records.count == 25)
    #expect(second.batches.compactMap(\.checkpoint).count == 3, "each piece is behind us when it is stored")
    // The store fails after the first piece: the next run goes on behind it.
    let (part, _) = await REST.read(try source(), from: first.checkpoint, accepting: 1)
    let (rest, _) = await REST.read(try source(), from: part.checkpoint)
    #expect(part.records.count + rest.records.count == 25)
  }

  @Test func aCardThatGoesBetweenTwoListsIsGone() async throws {
    shelf.change {
      $0.put(Self.cards(0..<25))
      $0.most = 10
      $0.leaving = "c3"
    }
    let (sink, error) = await REST.read(try source())
    #expect(error == nil && Self.names(sink).filter { $0.contains("c3") } == ["c3 1", "-c3"], "\(Self.names(sink))")
  }

  @Test func whatIsNotHandedOutIsPutAside() async throws {
    shelf.change {
      $0.put(Self.cards(0..<3))
      $0.shut = ["c1"]
    }
    let (sink, error) = await REST.read(try source())
    #expect(error == nil && Self.names(sink) == ["c0 1", "c2 1"])
    #expect(sink.rejects.map(\.code) == ["missing"] && sink.rejects[0].reason.contains("500"), "\(sink.rejects)")
    #expect(sink.batches.allSatisfy { $0.snapshot == .none }, "it is not gone")
  }

  /// Pieces that are larger than an answer may be are halved, down to the one card that is.
  @Test func largePicturesAreFetchedOneByOne() async throws {
    shelf.change {
      $0.put(Self.cards(0..<9))
      for name in ["c2", "c3"] { $0.pictures[name] = 30_000 }
      $0.pictures["c5"] = 80_000
    }
    let (sink, error) = await REST.read(try source("limits: {page_bytes: 50000}"))
    #expect(error == nil, "\(String(describing: error))")
    #expect(Self.names(sink).sorted() == Self.cards(0..<9).filter { $0 != "c5" }.map { "\($0) 1" })
    #expect(sink.rejects.map(\.code) == ["size"] && sink.rejects.map(\.place) == ["/c5"], "\(sink.rejects)")
  }

  @Test func whatIsNoAddressBookIsTold() async throws {
    let server = try LoopbackServer { request in
      let other =
        "<d:response><d:href>/books/own/</d:href><d:propstat><d:prop><d:resourcetype><c:addressbook/></d:resourcetype>"
        + "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
      return .text(
        "<d:multistatus xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:carddav\">"
          + (request["Depth"] == "1" ? other : "") + "</d:multistatus>", 207)
    }
    let text = REST.manifest(server.url, "request: {path: /}\nformat: address_book")
    let (_, error) = await REST.read(try REST.open(text))
    #expect(error?.recovery == .configuration && error?.allowed == "/books/own/", "\(String(describing: error))")
  }

  @Test func aBookHasNoPages() throws {
    let text = REST.manifest("http://127.0.0.1:1", "request: {path: /}\nformat: address_book\nrecords: a")
    #expect(throws: KithError.self) { try REST.open(text) }
  }
}
