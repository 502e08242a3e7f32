import KithCore

extension HubStore {
  /// Copies a consistent snapshot of the hub into a new SQLite file.
  public func copy(to path: String) throws(KithError) {
    switch location {
    case .file:
      try StoreErrors.mapping(path) { try (engine as? SQLiteEngine)?.vacuum(into: path) }
    case .postgres(let url):
      let copy = try HubStore(path: path, memory: memory)
      _ = try PostgresHub(url).give(to: copy)
      try copy.close()
    }
  }
}
