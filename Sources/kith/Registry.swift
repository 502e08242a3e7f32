import KithCore

/// Every connector that this program has, as Package.swift lists them.
enum Registry {
  static let connectors: [any Connector] = ConnectorRegistry.modules.map(\.connector)
  static let specifications: [ConnectorSpecification] = connectors.map(\.specification)
}
