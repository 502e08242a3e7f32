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

  /// What is asked, and how often of a thousand times. What writes waits for the transaction in hand, as the hub has one
  /// writer: three times a second is more than people pause anything.
  private static let weights: [(name: String, share: Int)] = [
    ("look up", 224), ("customer", 200), ("journey", 120), ("matches", 60), ("customers", 60), ("search", 40),
    ("sources", 40), ("stream", 30), ("runs", 50), ("alerts", 30), ("checkpoints", 20), ("quarantine", 30),
    ("schedules", 20), ("metrics", 10), ("review", 20), ("export", 10), ("pause", 2), ("resume", 2), ("preview", 2),
    ("health", 30),
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
