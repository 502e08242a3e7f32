import Foundation
import KithConnectorKit
import KithCore

/// Writes exchanges as a fixture, without the people and the secrets in them.
public struct FixtureWriter {
  private let settings: SourceSettings
  /// In all forms in which a tool may tell them back.
  private let secrets: [String]
  private var replacer = PersonalDataReplacer()

  public init(_ connector: RESTConnector, _ settings: SourceSettings) {
    self.settings = settings
    secrets = settings.options.values.flatMap { value -> [String] in
      guard case .secret(let secret) = value, !secret.reveal().isEmpty else { return [] }
      // Of a very short one, a part in base64 would stand in innocent texts.
      return secret.reveal().utf8.count < 6 ? [secret.reveal()] : SecretWatch.forms(of: secret.reveal())
    }
  }

  /// The paths of what was written.
  public mutating func write(_ exchanges: [RESTExchange], to folder: String) throws(KithError) -> [String] {
    var files: [(name: String, text: String)] = []
    var index = "exchanges:\n"
    for (number, exchange) in exchanges.enumerated() {
      let name = "page\(number + 1).json"
      files.append((name, clean(exchange.answer)))
      index += "  - request: {method: \(exchange.method), path: \(quoted(exchange.path))"
      let query = exchange.query.map { "\(quoted($0.name)): \(quoted(replacer.replaced(text: $0.value, key: "")))" }
      if !query.isEmpty { index += ", query: {\(query.joined(separator: ", "))}" }
      index += "}\n    response: {status: \(exchange.status), "
      let kept = exchange.headers.filter { Self.isKept($0.name) }
      if !kept.isEmpty {
        index +=
          "headers: {\(kept.map { "\(quoted($0.name)): \(quoted(base(hidden($0.value))))" }.joined(separator: ", "))}, "
      }
      index += "file: \(name)}\n"
    }
    files.append(("exchanges.yml", index))
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files { try Data(file.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)")) }
    } catch {
      throw KithError(.configuration, "the fixture cannot be written", seen: folder, fix: error.localizedDescription)
    }
    return files.map { "\(folder)/\($0.name)" }
  }

  /// Headers that say how to go on.
  private static func isKept(_ name: String) -> Bool {
    let name = name.lowercased()
    return name == "link" || name == "retry-after" || name == "date" || name.hasPrefix("x-page")
      || name.contains("ratelimit") || name.contains("rate-limit") || name.contains("total")
  }

  private func quoted(_ text: String) -> String { "'" + hidden(text).replacingOccurrences(of: "'", with: "''") + "'" }

  private func hidden(_ text: String) -> String {
    secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "hidden") }
  }

  /// URLs of the tool lead back to whoever plays it.
  private func base(_ text: String) -> String {
    guard case .text(let url)? = settings.options["base_url"] ?? settings.options["url"] else { return text }
    return text.replacingOccurrences(of: url, with: "${base_url}")
  }

  private mutating func clean(_ body: [UInt8]) -> String {
    let text = hidden(String(decoding: body, as: UTF8.self))
    guard let json = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) else {
      return base(replacer.replaced(text: text, key: ""))
    }
    let replaced = replacer.replaced(json, key: "")
    let options: JSONSerialization.WritingOptions = [
      .prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed,
    ]
    let data = (try? JSONSerialization.data(withJSONObject: replaced, options: options)) ?? Data()
    return base(String(decoding: data, as: UTF8.self)) + "\n"
  }
}

/// Puts made-up people in the place of real ones, the same by the same, so that what belongs together still does.
struct PersonalDataReplacer {
  private var known: [String: String] = [:]
  private var count = 0

  mutating func replaced(_ value: Any, key: String) -> Any {
    if let object = value as? [String: Any] {
      var result: [String: Any] = [:]
      // Sorted, so that one input gives one output.
      for name in object.keys.sorted() { result[name] = object[name].map { replaced($0, key: name) } }
      return result
    }
    if let list = value as? [Any] { return list.map { replaced($0, key: key) } }
    if let text = value as? String { return replaced(text: text, key: key) }
    return value
  }

  mutating func replaced(text: String, key: String) -> String {
    if text.isEmpty { return text }
    if text.contains("@"), !text.contains(" "), !text.hasPrefix("http") {
      return instead(of: text.lowercased()) { "person\($0)@example.com" }
    }
    let words = Self.words(of: key)
    if !words.isDisjoint(with: ["secret", "token", "password", "signature"]) {
      return instead(of: text) { "hidden\($0)" }
    }
    // Moments are nobody's.
    if text.count >= 10, text.prefix(4).allSatisfy(\.isNumber), text.dropFirst(4).first == "-" { return text }
    if !words.isDisjoint(with: ["phone", "mobile", "tel", "telephone", "fax", "cell"]), text.contains(where: \.isNumber)
    {
      return instead(of: text) { "+41 44 555 " + String(10_000 + $0 * 7 % 90_000).suffix(4) }
    }
    if !words.isDisjoint(with: ["ip"]), text.contains(where: { $0 == "." || $0 == ":" }) {
      return instead(of: text) { "192.0.2.\($0 % 250 + 1)" }
    }
    let isNamed =
      !words.isDisjoint(with: Self.nameWords) || ["first", "last", "given", "family"].contains(key.lowercased())
    if isNamed { return instead(of: text) { "Sample \($0)" } }
    if !words.isDisjoint(with: Self.textWords), text.count > 3 { return instead(of: text) { "Made-up text \($0)" } }
    return addressesReplaced(text)
  }

  private static let nameWords: Set<String> = [
    "name", "firstname", "lastname", "surname", "fullname", "nickname", "street",
    "address", "address1", "address2", "city", "town", "company", "organization", "organisation", "title",
  ]
  private static let textWords: Set<String> = [
    "comment", "body", "description", "message", "note", "notes", "content", "text", "html", "signature", "subject",
  ]

  /// `firstName`, `first_name`: first, name.
  private static func words(of key: String) -> Set<String> {
    var words: [String] = [""]
    for character in key {
      if !(character.isLetter || character.isNumber) {
        words.append("")
      } else if character.isUppercase, words.last?.last?.isLowercase == true {
        words.append(character.lowercased())
      } else {
        words[words.count - 1].append(contentsOf: character.lowercased())
      }
    }
    return Set(words + [key.lowercased()])
  }

  private mutating func instead(of text: String, _ make: (Int) -> String) -> String {
    if let known = known[text] { return known }
    count += 1
    let new = make(count)
    known[text] = new
    return new
  }

  /// E-mail addresses within a text or a URL.
  private mutating func addressesReplaced(_ text: String) -> String {
    guard text.contains("@") else { return text }
    let parts = text.split(omittingEmptySubsequences: false) { " <>,;:\"'()/?&=".contains($0) }
    var result = text
    for part in parts where part.contains("@") {
      let new = instead(of: part.lowercased()) { "person\($0)@example.com" }
      result = result.replacingOccurrences(of: part, with: new)
    }
    return result
  }
}
