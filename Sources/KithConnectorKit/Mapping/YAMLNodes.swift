import KithCore
import Yams

/// Reads YAML into values that know their place; connectors.yml and connector manifests both come in this way.
///
/// What makes YAML a weapon is bounded before anything is built: size and aliases (sixteen of them multiply a value a
/// few hundred times at most); what is built of it is bounded again by depth and number of values.
public enum YAMLNodes {
  static let maximumBytes = 1_048_576
  static let maximumAliases = 16
  static let maximumNodes = 200_000
  static let maximumDepth = 64

  /// Places are `name:line`, or `name:line:column`. A plain `null`, `~` or empty value is the scalar "". Throws a `configuration` error for
  /// text over 1 MiB, more than 16 aliases or 200,000 values, a key twice, and what is not YAML.
  public static func parse(_ text: String, name: String, hasColumns: Bool = false) throws(KithError) -> MappingNode {
    guard text.utf8.count <= maximumBytes else {
      throw KithError(
        .configuration, "the file is too large for a configuration", place: name, seen: "\(text.utf8.count) bytes",
        allowed: "at most 1 MiB")
    }
    try checkMarks(text, name: name)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw describe(error, name: name)
    }
    guard let root else { return MappingNode(.map([]), place: "\(name):1") }
    var converter = Converter(name: name, hasColumns: hasColumns)
    return try converter.convert(root, depth: 0)
  }

  /// Counts anchors and aliases by their looks, whether quoted or not: composing an alias bomb takes longer than
  /// anybody waits, so this comes first, and being fooled by quotes would be worse than counting too many.
  private static func checkMarks(_ text: String, name: String) throws(KithError) {
    var line = 1
    var (anchors, aliases) = (0, 0)
    var previous: UInt8 = 0x0A
    var isComment = false
    var pending: UInt8 = 0
    for byte in text.utf8 {
      if pending != 0 {
        if !isBlank(byte), byte != 0x22, byte != 0x27 {
          if pending == UInt8(ascii: "*") { aliases += 1 } else { anchors += 1 }
        }
        pending = 0
        guard aliases <= maximumAliases, anchors <= maximumAliases else {
          throw KithError(
            .configuration, "too many YAML anchors or aliases", place: "\(name):\(line)",
            allowed: "at most \(maximumAliases) of each",
            fix: "Write the values out, and put texts that begin with * or & in quotes.")
        }
      }
      switch byte {
      case 0x0A:
        line += 1
        isComment = false
      case UInt8(ascii: "#") where previous == 0x0A:
        isComment = true
      case UInt8(ascii: "*"), UInt8(ascii: "&"):
        if !isComment, isBlank(previous) || "[{,:-?".utf8.contains(previous) { pending = byte }
      default: break
      }
      // Indentation is still the beginning of the line, for comments.
      if !(byte == 0x20 && previous == 0x0A) { previous = byte }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  private static func describe(_ error: any Error, name: String) -> KithError {
    guard let error = error as? YamlError else { return KithError(.configuration, "this is not YAML", place: name) }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let isAlias = problem.contains("undefined alias") || context?.text.contains("alias") == true
      return KithError(
        .configuration, "this is not YAML: \(problem)", place: "\(name):\(mark.line)",
        fix: isAlias ? "Put a text that begins with * in quotes." : nil)
    case .duplicatedKeysInMapping(let keys, let context):
      return KithError(
        .configuration, "a key stands twice", place: "\(name):\(context.mark.line)",
        seen: keys.joined(separator: ", "), fix: "Leave one of them.")
    default:
      return KithError(.configuration, "this is not YAML", place: name)
    }
  }

  private struct Converter {
    let name: String
    let hasColumns: Bool
    var count = 0

    mutating func convert(_ node: Node, depth: Int) throws(KithError) -> MappingNode {
      count += 1
      let column = hasColumns ? node.mark.map { ":\($0.column)" } ?? "" : ""
      let place = "\(name):\(node.mark?.line ?? 1)\(column)"
      guard count <= maximumNodes, depth <= maximumDepth else {
        throw KithError(
          .configuration, "the YAML is too deep or has too many values", place: place,
          allowed: "\(maximumDepth) levels, \(maximumNodes) values")
      }
      switch node {
      case .scalar(let scalar):
        let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        return MappingNode(.scalar(isNull ? "" : scalar.string), place: place)
      case .sequence(let sequence):
        var items: [MappingNode] = []
        for item in sequence { items.append(try convert(item, depth: depth + 1)) }
        return MappingNode(.list(items), place: place)
      case .mapping(let mapping):
        var entries: [MappingEntry] = []
        for (key, value) in mapping {
          guard let text = key.scalar?.string else {
            throw KithError(.configuration, "a key must be a text", place: place)
          }
          entries.append(MappingEntry(key: text, value: try convert(value, depth: depth + 1)))
        }
        return MappingNode(.map(entries), place: place)
      case .alias:
        throw KithError(.configuration, "an alias refers to nothing", place: place)
      }
    }
  }
}
