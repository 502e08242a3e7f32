import Foundation
import KithCore

/// Lists and fetches the files of one server. It keeps its connection open and ends it when nobody holds it any more.
///
/// What goes wrong is `transient` where the network or the server's disk is to blame, `authorisation` where the server
/// refuses the credentials, and `configuration` for a host key, a certificate, an address or a limit.
public final class RemoteFiles: Sendable {
  public struct Entry: Sendable, Hashable {
    public var name: String
    public var isFolder: Bool
  }

  public struct Status: Sendable, Equatable {
    /// Bytes.
    public var size: Int64
    /// Seconds since 1970, by the server's clock.
    public var modified: Int64
  }

  public let server: FileServer
  private let loop: TransferLoop

  public init(_ server: FileServer) throws(KithError) {
    self.server = server
    loop = try TransferLoop()
  }

  deinit { loop.stop() }

  /// What lies in a folder, unsorted and without `.` and `..`; nil when there is no such folder.
  public func entries(of folder: String) async throws(KithError) -> [Entry]? {
    let path = folder.hasSuffix("/") ? folder : folder + "/"
    guard let names = try await ask(.names, path) else { return nil }
    guard let lines = try await ask(.lines, path) else { return nil }
    let folders = Self.lines(lines.body).filter { $0.hasPrefix("d") || $0.contains("<DIR>") }
    return Self.lines(names.body).compactMap { line in
      // Some FTP servers say the folder as well.
      let name = line.split(separator: "/").last.map(String.init) ?? ""
      if name.isEmpty || name == "." || name == ".." { return nil }
      return Entry(name: name, isFolder: folders.contains { $0.hasSuffix(" " + name) })
    }
  }

  /// Size and time of a file; nil when there is no such file.
  public func status(of path: String) async throws(KithError) -> Status? {
    guard let answer = try await ask(.status, path), answer.size >= 0 else { return nil }
    return try status(answer, path)
  }

  /// Copies a file to one that is open for writing; nil when there is none. More than `limit` bytes are an error.
  public func download(_ path: String, to descriptor: Int32, limit: Int64) async throws(KithError) -> Status? {
    guard let answer = try await ask(.download(descriptor: descriptor, limit: limit), path) else { return nil }
    return try status(answer, path)
  }

  private func status(_ answer: FileAnswer, _ path: String) throws(KithError) -> Status {
    guard answer.modified >= 0 else {
      throw KithError(
        .configuration, "the server does not tell when a file was changed", place: server.origin + path,
        fix: "An FTP server must know MDTM (RFC 3659).")
    }
    return Status(size: answer.size, modified: answer.modified)
  }

  /// Nil: there is nothing of this name.
  private func ask(_ kind: FileWish.Kind, _ path: String) async throws(KithError) -> FileAnswer? {
    try server.check()
    let wish = FileWish(kind: kind, server: server, url: server.url(path))
    let cancellation = Cancellation()
    let outcome: Result<FileAnswer, TransferFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.start(
          { FileExchange(wish, cancellation, share: $0) { continuation.resume(returning: $0) } },
          fail: { continuation.resume(returning: .failure($0)) })
      }
    } onCancel: {
      loop.cancel(cancellation)
    }
    switch outcome {
    case .success(let answer): return answer
    case .failure(let failure):
      if failure.isNotThere { return nil }
      throw server.error(failure, path)
    }
  }

  private static func lines(_ body: [UInt8]) -> [String] {
    body.split { $0 == 0x0A || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self) }
  }
}
