import FoundationEssentials

/// What is asked: everything that people and programs ask an API for, reading and writing, in a fixed order.
struct SoakMix {
  struct Question {
    /// As the report names it.
    var name: String
    var text: String
  }

  private let token: String
  private var people: [Customer] = []

  private struct Customer: Decodable {
    var customer_id: Int
    var email: String?
  }

  private struct Page: Decodable {
    var customers: [Customer]
    var next_cursor: String?
  }

  /// What is asked, and how often of a hundred times.
  private static let weights: [(name: String, share: Int)] = [
    ("look up", 22), ("customer", 20), ("journey", 12), ("matches", 6), ("customers", 6), ("search", 4), ("sources", 4),
    ("stream", 3), ("runs", 5), ("alerts", 3), ("checkpoints", 2), ("quarantine", 3), ("schedules", 2), ("metrics", 1),
    ("review", 2), ("export", 1), ("pause", 1), ("resume", 1), ("preview", 1), ("health", 1),
  ]

  /// Asks for the customers that it will ask about.
  init(port: UInt16, token: String) throws {
    self.token = token
    var connection = SoakConnection(port: port)
    defer { connection.close() }
    var cursor: String?
    repeat {
      let path = "/api/v1/customers?limit=1000\(cursor.map { "&cursor=\($0)" } ?? "")"
      let page = try JSONDecoder().decode(Page.self, from: Data(try connection.ask(Self.get(path, token)).body.utf8))
      people += page.customers
      cursor = page.next_cursor
    } while cursor != nil && people.count < 5_000
  }

  static func get(_ path: String, _ token: String) -> String {
    "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(token)\r\n\r\n"
  }

  static func post(_ path: String, _ token: String, _ body: String?) -> String {
    let type = body == nil ? "" : "Content-Type: application/json\r\n"
    return
      "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(token)\r\n\(type)"
      + "Content-Length: \(body?.utf8.count ?? 0)\r\n\r\n\(body ?? "")"
  }

  /// The question of that number; the same one in every run.
  func question(_ number: Int) -> Question {
    var random = SplitMix64(.soak, row: number)
    var rest = random.below(Self.weights.reduce(0) { $0 + $1.share })
    let name =
      Self.weights.first { entry in
        rest -= entry.share
        return rest < 0
      }?.name ?? "health"
    let person = people[random.below(people.count)]
    return Question(name: name, text: text(name, person))
  }

  private func text(_ name: String, _ person: Customer) -> String {
    let id = person.customer_id
    func get(_ path: String) -> String { Self.get("/api/v1/\(path)", token) }
    let mail = (person.email ?? "nobody@example.com").replacing("@", with: "%40")
    return switch name {
    case "look up": get("customers/lookup?kind=email&value=\(mail)")
    case "customer": get("customers/\(id)")
    case "journey": get("customers/\(id)/journey")
    case "matches": get("customers/\(id)/matches")
    case "customers": get("customers?limit=50")
    case "search": get("customers?q=\(mail.prefix(6))")
    case "sources": get("sources")
    case "stream": get("sources/crm/streams/contacts")
    case "runs": get("runs?limit=20")
    case "alerts": get("alerts?state=all")
    case "checkpoints": get("checkpoints")
    case "quarantine": get("quarantine")
    case "schedules": get("schedules")
    case "metrics": Self.get("/metrics", token)
    case "review": get("review")
    case "export": get("tables/runs/rows?format=jsonl")
    case "pause": Self.post("/api/v1/schedules/shop/pause", token, "{}")
    case "resume": Self.post("/api/v1/schedules/shop/resume", token, nil)
    case "preview": Self.post("/api/v1/checkpoints/reset", token, "{\"source\":\"web\",\"preview\":true}")
    default: Self.get("/health", token)
    }
  }
}
