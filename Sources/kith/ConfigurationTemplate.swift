import KithCore
import KithEngine

/// The connectors.yml that `kith init` writes: the hub's settings, and every connector with its streams as comments,
/// made from the specifications so that it never lags behind them.
enum ConfigurationTemplate {
  static func text(_ catalogue: ConnectorCatalogue) -> String {
    let all = catalogue.names.compactMap { catalogue.connector(named: $0)?.specification }
    // Files first: they need no account.
    let files = all.filter { !$0.streamOptions.isEmpty }
    let tools = all.filter { $0.streamOptions.isEmpty }
    return head + files.map(source).joined(separator: "\n") + (tools.isEmpty ? "" : "\n")
      + tools.map(tool).joined(separator: "\n")
  }

  /// A tool that is asked over HTTP: what must be said of it.
  private static func tool(_ specification: ConnectorSpecification) -> String {
    var lines = [
      "#  # \(specification.title): \(specification.summary)",
      "#  - name: \(specification.name)",
      "#    connector: \(specification.name)",
      "#    schedule: \"15 * * * *\"",
    ]
    let needed = specification.options.filter(\.isRequired)
    if !needed.isEmpty { lines.append("#    options:") }
    for option in needed {
      let value = option.kind == .secret ? "env:\(specification.name.uppercased())_\(option.name.uppercased())" : "…"
      lines.append("#      \(option.name): \(value)    # \(option.summary)")
    }
    lines.append("#    streams: [\(specification.streams.map(\.name).joined(separator: ", "))]")
    return lines.joined(separator: "\n") + "\n"
  }

  private static let head = """
    # Kith's configuration. Check it with `kith check`, run it with `kith sync`.

    hub:
      database: kith.sqlite        # relative to this file; or postgres://USER@HOST/DATABASE
      time_zone: Europe/Zurich     # for times that name no zone
      country: CH                  # for phone numbers that name no country
      currency: CHF                # revenue is summed in it
      # exchange_rates:            # how much one unit is in that currency
      #   EUR: 0.94
      # survivorship:              # how a value is chosen when profiles differ; see docs/configuration.md
      #   email: most_recent

    # Remove the # before what you have. A path may be a file, a pattern (exports/*.csv) or a folder.
    # Secrets never stand here: write env:NAME or file:PATH.
    sources:

    """

  private static func source(_ specification: ConnectorSpecification) -> String {
    var lines = [
      "#  # \(specification.title): \(specification.summary)",
      "#  - name: \(specification.name.split(separator: "_").first ?? "source")",
      "#    connector: \(specification.name)",
      "#    schedule: \"15 * * * *\"       # cron: at a quarter past every hour",
      "#    streams:",
    ]
    for stream in specification.streams {
      let layouts = stream.layouts.map(\.name).joined(separator: ", ")
      lines.append("#      \(stream.name): {path: exports/\(stream.name).csv}    # layouts: \(layouts)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
