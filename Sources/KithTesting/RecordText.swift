import KithCore

/// Records as text for golden files: one record begins at the margin, its fields are indented below, under the names
/// that mappings use. Texts are in quotes with control characters escaped, so that a line is one fact.
public enum RecordText {
  public static func text(of record: Record) -> String {
    let fields = record.fields
    let key = fields.first { $0.name == "key" }?.value ?? ""
    let lines = fields.filter { $0.name != "key" }.map { "  \($0.name) = \(quoted($0.value))" }
    return (["\(record.kindName) \(quoted(key))"] + lines).joined(separator: "\n")
  }

  /// `reject input.csv:4 missing_key`: no reason, whose wording may change.
  public static func text(of reject: Reject) -> String {
    let place = reject.place.split(separator: "/").last.map(String.init) ?? reject.place
    return "reject \(place) \(reject.code)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
