import KithConnectorKit
import KithCore

/// The connectors that can be named in connectors.yml. Those that are manifests are read only when somebody asks for
/// them: there are many, and most commands need none.
public struct ConnectorCatalogue: Sendable {
  private var connectors: [String: @Sendable () -> any Connector] = [:]

  public init(_ connectors: [any Connector]) { for connector in connectors { add(connector) } }

  /// A connector that is known already stays.
  public mutating func add(_ connector: any Connector) { add(connector.specification.name) { connector } }

  public mutating func add(_ name: String, _ make: @escaping @Sendable () -> any Connector) {
    if connectors[name] == nil { connectors[name] = make }
  }

  /// In alphabetical order.
  public var names: [String] { connectors.keys.sorted() }

  public func connector(named name: String) -> (any Connector)? { connectors[name]?() }

  /// The connector of that name, or an error that tells the nearest.
  public func needed(_ name: String) throws(KithError) -> any Connector {
    if let connector = connector(named: name) { return connector }
    throw KithError(
      .configuration, "there is no such connector", seen: name, allowed: names.joined(separator: ", "),
      fix: nearestWord(to: name, among: names).map { "Did you mean \"\($0)\"?" })
  }
}
