import KithConnectorKit
import KithCore
import KithEngine

/// Every connector that this program has: the modules that Package.swift lists, and the manifests below Plugins/.
enum Registry {
  static let catalogue: ConnectorCatalogue = {
    var catalogue = ConnectorCatalogue(ConnectorRegistry.modules.map(\.connector))
    for manifest in ConnectorRegistry.manifests {
      catalogue.add(manifest.name) {
        RESTConnector(manifest: manifest.text, name: "\(manifest.name).yml", expecting: manifest.name)
      }
    }
    return catalogue
  }()
}
