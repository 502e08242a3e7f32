import Foundation
import KithConnectorKit
import KithCore
import KithTesting
import Synchronization

/// A tool with people in it that change, answering in one of the ways that tools have.
final class SimulatedTool: Sendable {
  enum Style: String, CaseIterable, Sendable { case page, offset, cursor, keyset, nextURL, link, token, slices }

  struct Person: Equatable {
    var id: Int
    var name: String
    /// Seconds since 1970.
    var updated: Int64
  }

  fileprivate struct State {
    var people: [Person] = []
    var changes = 0
    /// What changed, in order, for tools that remember places.
    var log: [Int] = []
  }

  fileprivate final class Model: Sendable {
    let style: Style
    let pageSize: Int
    let state = Mutex(State())
    init(_ style: Style, _ pageSize: Int) { (self.style, self.pageSize) = (style, pageSize) }
  }

  let server: LoopbackServer
  private let data: Model

  init(_ style: Style, pageSize: Int) throws {
    let data = Model(style, pageSize)
    self.data = data
    server = try LoopbackServer { data.answer($0) }
  }

  var people: [String: String] {
    data.state.withLock { Dictionary(uniqueKeysWithValues: $0.people.map { ("\($0.id)", $0.name) }) }
  }

  /// Adds a person, or changes one, at a moment.
  func change(_ id: Int, _ name: String, at updated: Int64) {
    data.state.withLock { state in
      let person = Person(id: id, name: name, updated: updated)
      if let index = state.people.firstIndex(where: { $0.id == id }) {
        state.people[index] = person
      } else {
        state.people.append(person)
      }
      state.log.append(id)
    }
  }

  var manifest: String {
    let parts: (query: String, paging: String, incremental: String) =
      switch data.style {
      case .page: ("page: ${page}, since: ${since}", "{page: 1}", "{field: updated}")
      case .offset: ("offset: ${offset}, since: ${since}", "{offset: true, until: {total: total}}", "{field: updated}")
      case .cursor: ("after: ${cursor}, since: ${since}", "{cursor: next}", "{field: updated, sorted: true}")
      case .keyset: ("above: ${cursor}, since: ${since}", "{keyset: id}", "{field: updated}")
      case .nextURL: ("since: ${since}", "{next_url: next_url}", "{field: updated, sorted: true}")
      case .link: ("since: ${since}", "{link_header: true}", "{field: updated, lookback_seconds: 5}")
      case .token: ("place: ${cursor}", "{cursor: place, until: {true: done}}", "{token: place}")
      case .slices:
        (
          "page: ${page}, since: ${since}, until: ${until}", "{page: 0}",
          "{field: updated, slice_days: 1, start: 2030-01-01, lookback_seconds: 60}"
        )
      }
    return """
      name: simulated
      title: Simulated
      summary: For tests.
      base_url: \(server.url)
      authorisation: {none: true}
      streams:
        people:
          summary: A person.
          record: profile
          request: {path: /people, query: {\(parts.query.replacing(/\$\{\w+\}/) { "\"\($0.output)\"" })}}
          records: people
          paging: \(parts.paging)
          incremental: \(parts.incremental)
          fields: {key: id, full_name: name, updated_at: updated}
      """
  }
}

extension SimulatedTool.Model {
  fileprivate func answer(_ request: LoopbackServer.Request) -> LoopbackReply {
    let items = URLComponents(string: request.target)?.queryItems ?? []
    func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
    return state.withLock { state in
      if style == .token { return token(state, Int(value("place") ?? "0") ?? 0) }
      var people = state.people
      if let since = value("since").flatMap({ Self.seconds($0) }) { people = people.filter { $0.updated >= since } }
      if let until = value("until").flatMap({ Self.seconds($0) }) { people = people.filter { $0.updated < until } }
      switch style {
      case .cursor, .nextURL: people.sort { ($0.updated, $0.id) < ($1.updated, $1.id) }
      default: people.sort { $0.id < $1.id }
      }
      var start = 0
      switch style {
      case .page: start = ((Int(value("page") ?? "") ?? 1) - 1) * pageSize
      case .slices: start = (Int(value("page") ?? "") ?? 0) * pageSize
      case .offset: start = Int(value("offset") ?? "") ?? 0
      case .keyset:
        if let above = value("above").flatMap({ Int($0) }) { people = people.filter { $0.id > above } }
      case .cursor, .nextURL, .link: start = Int(value("after") ?? "") ?? 0
      case .token: break
      }
      return page(people, start, since: value("since"))
    }
  }

  private func page(_ people: [SimulatedTool.Person], _ start: Int, since: String?) -> LoopbackReply {
    let some = people.dropFirst(start).prefix(pageSize)
    var body = "{\"total\": \(people.count), \"people\": [\(some.map(Self.json).joined(separator: ","))]"
    var headers: [(String, String)] = []
    if start + some.count < people.count {
      let query = "after=\(start + some.count)" + (since.map { "&since=\($0)" } ?? "")
      switch style {
      case .cursor: body += ", \"next\": \"\(start + some.count)\""
      case .nextURL: body += ", \"next_url\": \"/people?\(query)\""
      case .link: headers = [("Link", "</people?\(query)>; rel=\"next\"")]
      default: break
      }
    }
    return .text(body + "}", 200, headers)
  }

  /// What has changed since a place of the log, each person once, as they are now.
  private func token(_ state: SimulatedTool.State, _ place: Int) -> LoopbackReply {
    let ids = Set(state.log.dropFirst(place).prefix(pageSize))
    let people = state.people.filter { ids.contains($0.id) }
    let end = min(place + pageSize, state.log.count)
    return .text(
      "{\"place\": \"\(end)\", \"done\": \(end == state.log.count), "
        + "\"people\": [\(people.map(Self.json).joined(separator: ","))]}")
  }

  private static func json(_ person: SimulatedTool.Person) -> String {
    let moment = Timestamp(seconds: person.updated).sqlText.replacing(" ", with: "T") + "Z"
    return "{\"id\": \(person.id), \"name\": \"\(person.name)\", \"updated\": \"\(moment)\"}"
  }

  private static func seconds(_ text: String) -> Int64? {
    Timestamp(sqlText: String(text.prefix(19)).replacing("T", with: " "))?.seconds
  }
}

/// What a store would hold: the last that came of each key.
struct HeldPeople {
  private(set) var names: [String: String] = [:]
  private(set) var read = 0

  mutating func take(_ sink: CollectingSink) {
    read += sink.records.count
    for case .profile(let profile) in sink.records {
      names[profile.key] = profile.attributes.first { $0.attribute == .fullName }?.value ?? ""
    }
  }
}
