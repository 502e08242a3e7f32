import Foundation
import KithCore

/// Turns what a request says into values that fit its endpoint.
enum RequestReader {
  /// The pairs of a query, decoded; nil where one is no UTF-8 or wrongly encoded.
  static func pairs(_ query: String?) -> [(name: String, value: String)]? {
    guard let query, !query.isEmpty else { return [] }
    var pairs: [(name: String, value: String)] = []
    for part in query.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = halves.count == 2 ? halves[1].replacing("+", with: " ") : ""
      guard let name = halves.first.map(String.init)?.removingPercentEncoding, let text = value.removingPercentEncoding
      else { return nil }
      pairs.append((name, text))
    }
    return pairs
  }

  /// Whether the query has a parameter for which a whole table may be gone through.
  static func searches(_ endpoint: Endpoint, _ query: String?) -> Bool {
    endpoint.parameters.contains { parameter in
      parameter.searches && pairs(query)?.contains { $0.0 == parameter.name } == true
    }
  }

  /// The parameters' values, checked, all problems at once.
  static func values(
    _ endpoint: Endpoint, path: [String: String], query: String?, role: Role?
  ) throws(Problem) -> [String: JSON] {
    guard let pairs = pairs(query) else {
      throw Problem(.malformed, "the query is not encoded as it should be", place: "query", allowed: "UTF-8, %-encoded")
    }
    var values: [String: JSON] = [:]
    var violations: [Violation] = []
    let known = endpoint.parameters.filter { $0.place == .query }
    func take(_ parameter: Parameter, _ text: String) {
      guard let value = parameter.shape.value(of: text) else {
        violations.append(
          Violation(
            place: parameter.name, what: "the value is of another kind", seen: text, allowed: parameter.shape.name))
        return
      }
      violations += parameter.shape.check(value, at: parameter.name)
      values[parameter.name] = value
    }
    for (name, text) in pairs {
      guard let parameter = known.first(where: { $0.name == name }) else {
        let names = known.map(\.name)
        violations.append(
          Violation(
            place: "query", what: "there is no such parameter", seen: name,
            allowed: names.isEmpty ? "none" : names.joined(separator: ", "),
            fix: nearestWord(to: name, among: names).map { "Did you mean \"\($0)\"?" }))
        continue
      }
      if let roles = parameter.roles, let role, !roles.contains(role) {
        throw Problem(
          .forbidden, "the role may not use this parameter", place: name, seen: role.rawValue,
          allowed: Role.names(roles))
      }
      if values[name] != nil {
        violations.append(Violation(place: name, what: "the parameter stands twice", allowed: "once"))
      }
      take(parameter, text)
    }
    for parameter in endpoint.parameters where parameter.place == .path { take(parameter, path[parameter.name] ?? "") }
    for parameter in known where parameter.isRequired && !pairs.contains(where: { $0.name == parameter.name }) {
      violations.append(Violation(place: parameter.name, what: "a parameter is missing", allowed: parameter.shape.name))
    }
    if !violations.isEmpty { throw Problem(.malformed, violations) }
    return values
  }

  /// The body as a value that fits.
  static func body(_ bytes: [UInt8], mediaType: String?, _ endpoint: Endpoint) throws(Problem) -> JSON {
    guard let shape = endpoint.body else {
      if bytes.isEmpty { return [:] }
      throw Problem(.malformed, "nothing may be sent with this request", place: "body", seen: "\(bytes.count) bytes")
    }
    if bytes.isEmpty, shape.properties.allSatisfy(\.isOptional) { return [:] }
    let type = mediaType?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces).lowercased()
    if type != "application/json" {
      throw Problem(
        .unsupportedMedia, "the body is of another type", place: "Content-Type", seen: mediaType ?? "",
        allowed: "application/json")
    }
    do {
      let value = try JSONReader.read(bytes)
      let violations = Shape.object(shape).check(value, at: "")
      if violations.isEmpty { return value }
      throw Problem(.invalid, violations)
    } catch let failure as JSONReader.Failure {
      throw Problem(
        .malformed, "the body is no JSON: \(failure.what)", place: "body, byte \(failure.offset)",
        allowed: "a JSON object")
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(.bug, "the body could not be read", seen: "\(error)")
    }
  }
}
