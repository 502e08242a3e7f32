import Foundation
import KithCore
import KithNormalise
import KithStore

/// A configured hub: its settings, its connectors and its database.
public struct Hub: Sendable {
  public let configuration: Configuration
  public let store: HubStore
  public let connectors: ConnectorCatalogue
  public let time: any TimeSource
  let identifierReader: IdentifierReader

  public init(
    configuration: Configuration, connectors: ConnectorCatalogue, time: any TimeSource
  ) throws(KithError) {
    self.configuration = configuration
    var connectors = connectors
    for entry in configuration.hub.connectors { connectors.add(entry.name) { entry.connector() } }
    self.connectors = connectors
    self.time = time
    identifierReader = IdentifierReader(
      NormaliseSettings(
        country: configuration.hub.country, currency: configuration.hub.currency, today: time.now().date))
    store = try HubStore(configuration.hub.database, memory: configuration.hub.memory)
  }

  /// The configured source of that name, or an error that tells the nearest.
  public func source(named name: String) throws(KithError) -> SourceConfiguration {
    if let source = configuration.source(named: name) { return source }
    let names = configuration.sources.map(\.name)
    throw KithError(
      .configuration, "there is no such source", place: configuration.path, seen: name,
      allowed: names.joined(separator: ", "),
      fix: nearestWord(to: name, among: names).map { "Did you mean \"\($0)\"?" })
  }

  /// The configured stream of a source, or an error that tells the nearest.
  public func stream(named name: String, of source: SourceConfiguration) throws(KithError) -> StreamSettings {
    if let stream = source.settings.streams.first(where: { $0.name == name }) { return stream }
    let names = source.settings.streams.map(\.name)
    throw KithError(
      .configuration, "source \(source.name) has no such stream", place: source.place, seen: name,
      allowed: names.joined(separator: ", "),
      fix: nearestWord(to: name, among: names).map { "Did you mean \"\($0)\"?" })
  }

  public func open(_ source: SourceConfiguration) throws(KithError) -> any Source {
    guard let connector = connectors.connector(named: source.connector) else {
      throw KithError(
        .bug, "a validated source names an unknown connector", place: source.place, seen: source.connector)
    }
    do {
      return try connector.open(source.settings)
    } catch {
      throw error.at(source.place)
    }
  }

  var normaliseSettings: NormaliseSettings {
    NormaliseSettings(
      country: configuration.hub.country, currency: configuration.hub.currency, today: time.now().date)
  }

  /// What amounts of money are worth here.
  var money: MoneySettings {
    MoneySettings(baseCurrency: configuration.hub.currency, rates: configuration.hub.exchangeRates)
  }

  func writer(source: String, stream: String, run: RunID) throws(KithError) -> StreamWriter {
    try StreamWriter(
      store: store, source: source, stream: stream, run: run, money: money, time: time)
  }

  public var identity: IdentityResolver { IdentityResolver(store: store, configuration: configuration, time: time) }
}

/// The machine's clock.
public struct SystemTime: TimeSource {
  public init() {}

  public func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
