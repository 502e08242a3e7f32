import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Synchronization
import Testing

/// Many requests of which many fail in passing.
@Suite struct TroubleTests {
  private static let pages = 5_000

  private static func body(_ page: Int) -> String {
    page > pages
      ? "{\"people\": []}"
      : "{\"people\": [{\"id\": \(page * 2), \"name\": \"A\"}, {\"id\": \(page * 2 + 1), \"name\": \"B\"}]}"
  }

  /// The ways in which networks and servers fail.
  private static func failure(_ way: Int, _ page: Int) -> LoopbackReply {
    let whole = Array(body(page).utf8)
    switch way {
    case 0: return .text("", 429, [("Retry-After", "3")])
    case 1: return .text("", 429, [("Retry-After", "Tue, 01 Jan 2030 00:00:05 GMT")])
    case 2: return .text("{\"category\": \"RATE_LIMITS\"}", 429)
    case 3: return .text("slow", 429, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "2")])
    case 4: return .text("", 403, [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1")])
    case 5: return .text("", 408)
    case 6: return .text("", 425)
    case 7: return .text("<html>oops</html>", 500)
    case 8: return .text("", 502)
    case 9: return .text("busy", 503, [("Retry-After", "1.5")])
    case 10: return .text("", 504)
    case 11: return LoopbackReply([.reset])
    case 12: return LoopbackReply([.close])
    case 13:
      return LoopbackReply([
        .bytes(LoopbackReply.head(200, [("Content-Length", "\(whole.count)")]) + whole.dropLast(5)), .reset,
      ])
    case 14:
      let head = LoopbackReply.head(200, [("Transfer-Encoding", "chunked")])
      return LoopbackReply([.bytes(head + LoopbackReply.chunk(whole)), .close])
    default: return .text(String(body(page).dropLast(7)))
    }
  }

  /// 5,000 pages, 30 % of which fail once or twice in 16 ways: everything comes, once and in order.
  @Test func everythingComesAllTheSame() async throws {
    let seen = Mutex<[Int: Int]>([:])
    let failed = Mutex(Set<Int>())
    let server = try LoopbackServer { request in
      let page = Int(request.target.split { "=&".contains($0) }.dropFirst().first ?? "") ?? 0
      let attempt = seen.withLock { seen in
        seen[page, default: 0] += 1
        return seen[page] ?? 1
      }
      if page % 10 < 3, attempt <= 1 + page % 2 {
        let way = (page / 10 * 3 + page % 10) % 16
        _ = failed.withLock { $0.insert(way) }
        return Self.failure(way, page)
      }
      return .text(Self.body(page))
    }
    let text = REST.manifest(server.url, REST.pages + "\npaging: {page: 1}")
    let (sink, error) = await REST.read(try REST.open(text))
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    let keys = sink.records.map { record -> String in
      if case .profile(let profile) = record { profile.key } else { "" }
    }
    #expect(keys == (2..<(Self.pages * 2 + 2)).map { "\($0)" })
    #expect(failed.withLock { $0 }.count == 16)
    #expect(sink.batches.last?.snapshot == .ends)
  }
}
