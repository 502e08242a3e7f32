import GRDB
import KithCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What SQLite says, as errors that tell what to do.
enum StoreErrors {
  /// Runs `body` and turns what it throws into a KithError; a KithError passes as it is.
  static func mapping<T>(_ path: String, _ body: () throws -> T) throws(KithError) -> T {
    do {
      return try body()
    } catch let error as KithError {
      throw error
    } catch let error as DatabaseError {
      throw translate(error, path: path)
    } catch {
      throw KithError(.bug, "the database layer failed", place: path, seen: "\(error)")
    }
  }

  /// GRDB would open a text file and fail only at the first statement: tell it apart before.
  static func checkHeader(_ path: String) throws(KithError) {
    guard let bytes = try FileProbe.head(of: path, count: 16), !bytes.isEmpty else { return }
    if bytes != Array("SQLite format 3\0".utf8) { throw notADatabase(path) }
  }

  private static func notADatabase(_ path: String) -> KithError {
    KithError(
      .configuration, "the hub's database file is not a SQLite database", place: path,
      allowed: "a file that Kith created, or none yet",
      fix: "Set hub.database in connectors.yml to another file, or move this one away")
  }

  static func diskFull(_ path: String, seen: String) -> KithError {
    KithError(
      .transient, "the disk is full", place: path, seen: seen,
      fix: "Free some space and run the same command again: what was stored stays, the rest follows")
  }

  static func diskFailed(_ path: String, seen: String) -> KithError {
    KithError(
      .transient, "the disk failed to read or write", place: path, seen: seen,
      fix: "Check the disk's space, quota and health, then run the command again")
  }

  /// SQLite does not say why it could not open or make a file, so that is found out by making one.
  private static func cannotOpen(_ path: String, seen: String) -> KithError {
    switch FileProbe.obstacle(beside: path) {
    case ENOSPC, EDQUOT: diskFull(path, seen: seen)
    // Nothing is in the way any more.
    case nil, EIO: diskFailed(path, seen: seen)
    default:
      KithError(
        .configuration, "the database cannot be opened", place: path, seen: seen,
        allowed: "a file in a folder that exists and that this user may write",
        fix: "Create the folder, or set hub.database to another file")
    }
  }

  static func translate(_ error: DatabaseError, path: String) -> KithError {
    let seen = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
    switch error.resultCode {
    case .SQLITE_FULL:
      return diskFull(path, seen: seen)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return KithError(
        .transient, "the database is locked by another program", place: path, seen: seen,
        fix: "Wait for the other program, or open the database read-only in it (mode=ro), and run the command again")
    case .SQLITE_CORRUPT:
      return KithError(
        .configuration, "the database file is damaged", place: path, seen: seen,
        fix: "Keep the file, and restore the last backup")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      return KithError(
        .configuration, "the database may not be written", place: path, seen: seen,
        allowed: "a file and folder that this user may write",
        fix: "Change the owner or the rights of the file and its folder, or set hub.database to another file")
    case .SQLITE_CANTOPEN:
      return cannotOpen(path, seen: seen)
    case .SQLITE_NOTADB:
      return notADatabase(path)
    case .SQLITE_IOERR:
      return diskFailed(path, seen: seen)
    default:
      return KithError(
        .bug, "the database refused a statement", place: path, seen: seen,
        fix: "Please report this with the text above")
    }
  }
}
