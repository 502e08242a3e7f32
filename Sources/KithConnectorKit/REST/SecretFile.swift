import Foundation
import KithCore
import KithHTTP

/// Keeps the newest refresh token in a file that only its owner reads, beside connectors.yml: `.kith/tokens/NAME`. The hub's database is read by many; a token has no place there.
public struct SecretFile: TokenStore {
  private let folder: String
  let path: String

  var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  public init(name: String, baseDirectory: String) {
    folder = baseDirectory + "/.kith/tokens"
    path = folder + "/" + name
  }

  public func load() async throws(KithError) -> Secret? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw KithError(
        .configuration, "the kept token cannot be read", place: path, fix: "Let the account that runs kith read it.")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty ? nil : Secret(text)
  }

  /// The file is whole or the old one, also after a power cut.
  public func save(_ token: Secret) async throws(KithError) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw failure() }
    let new = path + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    let bytes = Array(token.reveal().utf8)
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(new, path) == 0 else { throw failure() }
    let directory = open(folder, O_RDONLY)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
  }

  private func failure() -> KithError {
    KithError(
      .transient, "the new token cannot be kept", place: path, seen: String(cString: strerror(errno)),
      fix: "Until it is, the tool is not asked: the old token is spent.")
  }
}
