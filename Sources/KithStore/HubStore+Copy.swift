import KithCore

extension HubStore {
  /// Copies a consistent snapshot of the hub into a new SQLite file.
  public func copy(to path: String) throws(KithError) { try engine.copy(to: path, memory: memory) }
}
