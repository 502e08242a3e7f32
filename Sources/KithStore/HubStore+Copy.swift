import GRDB
import KithCore

extension HubStore {
  /// Copies a consistent snapshot of the database into a new file.
  public func copy(to path: String) throws(KithError) {
    try StoreErrors.mapping(path) {
      try pool.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }
  }
}
