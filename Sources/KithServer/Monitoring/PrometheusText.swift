import KithCore

/// Metrics as Prometheus reads them (text format 0.0.4).
struct PrometheusText {
  enum Kind: String { case counter, gauge, histogram }

  private(set) var text = ""

  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  mutating func metric(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]
  ) {
    head(name, kind, help)
    for sample in samples { self.sample(name, sample.labels, sample.value) }
  }

  mutating func metric(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    metric(name, kind, help, [([], value)])
  }

  mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
    text += "# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
    let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    text += name + (list.isEmpty ? "" : "{\(list)}") + " \(Self.number(value))\n"
  }

  /// Names of sources and streams are whatever people wrote.
  static func escaped(_ label: String) -> String {
    label.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }
}
