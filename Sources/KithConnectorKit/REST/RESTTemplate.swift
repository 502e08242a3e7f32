import KithCore
import KithHTTP

/// A text of a request with places for values: `/forms/${form}/responses`. `$${` stands for `${` itself. Braces alone mean
/// nothing: queries are full of them.
struct RESTTemplate: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case text(String)
    case variable(String)
  }

  let parts: [Part]

  /// Nil when a place has no end or no name.
  init?(_ text: String) {
    var parts: [Part] = []
    var literal = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "$", rest.hasPrefix("${") {
        literal += "${"
        rest.removeFirst(2)
      } else if character == "$", rest.first == "{" {
        guard let end = rest.firstIndex(of: "}") else { return nil }
        let name = String(rest[rest.index(after: rest.startIndex)..<end])
        if name.isEmpty || name.contains(where: { !($0.isLetter || $0.isNumber || "_.-".contains($0)) }) { return nil }
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = ""
        parts.append(.variable(name))
        rest = rest[rest.index(after: end)...]
      } else {
        literal.append(character)
      }
    }
    if !literal.isEmpty || parts.isEmpty { parts.append(.text(literal)) }
    self.parts = parts
  }

  init(literal text: String) { parts = [.text(text)] }

  var names: [String] { parts.compactMap { if case .variable(let name) = $0 { name } else { nil } } }

  /// The text with its values; nil when one of them is missing. `transform` is applied to each value.
  func filled(_ values: RESTValues, transform: (String) -> String = { $0 }) -> FilledText? {
    var result = FilledText(text: "")
    for part in parts {
      switch part {
      case .text(let text): result.text += text
      case .variable(let name):
        guard let value = values[name] else { return nil }
        switch value {
        case .text(let text): result.text += transform(text)
        case .number(let text):
          result.text += text
          result.isNumber = parts.count == 1
        case .secret(let secret):
          result.text += transform(secret.reveal())
          result.secrets.append(secret)
        case .list(let items): result.text += transform(items.joined(separator: ","))
        }
      }
    }
    return result
  }
}

/// What became of a template.
struct FilledText: Sendable {
  var text: String
  /// Secrets that stand in it.
  var secrets: [Secret] = []
  /// It is one value, and that is a number.
  var isNumber = false
}

enum RESTValue: Sendable, Equatable {
  case text(String)
  case number(String)
  case secret(Secret)
  case list([String])
}

/// The values that templates of a request can name.
struct RESTValues: Sendable {
  private var values: [String: RESTValue] = [:]

  subscript(name: String) -> RESTValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Those of the options.
  init(options: [String: OptionValue]) {
    for (name, value) in options {
      switch value {
      case .text(let text): values[name] = .text(text)
      case .integer(let number): values[name] = .number("\(number)")
      case .secret(let secret): values[name] = .secret(secret)
      case .list(let items): values[name] = .list(items)
      }
    }
  }
}

/// A JSON document with templates in it.
indirect enum RESTJSON: Sendable {
  case object([(name: String, value: RESTJSON)])
  case array([RESTJSON])
  /// As it stands: `true`, `12`, `null`.
  case literal(String)
  case template(RESTTemplate)

  /// The document's text; members and items whose values are missing are left out. Nil when it is missing itself.
  func text(_ values: RESTValues, secrets: inout [Secret]) -> String? {
    switch self {
    case .literal(let text): return text
    case .template(let template):
      if case .variable(let name)? = template.parts.first, template.parts.count == 1,
        case .list(let items)? = values[name]
      {
        return "[" + items.map(JSONQuoting.quoted).joined(separator: ",") + "]"
      }
      guard let filled = template.filled(values) else { return nil }
      secrets += filled.secrets
      return filled.isNumber ? filled.text : JSONQuoting.quoted(filled.text)
    case .array(let items):
      return "[" + items.compactMap { $0.text(values, secrets: &secrets) }.joined(separator: ",") + "]"
    case .object(let members):
      var parts: [String] = []
      for member in members {
        guard let value = member.value.text(values, secrets: &secrets) else { continue }
        parts.append(JSONQuoting.quoted(member.name) + ":" + value)
      }
      return "{" + parts.joined(separator: ",") + "}"
    }
  }

  var names: [String] {
    switch self {
    case .literal: []
    case .template(let template): template.names
    case .array(let items): items.flatMap(\.names)
    case .object(let members): members.flatMap(\.value.names)
    }
  }
}
