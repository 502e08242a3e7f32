import Foundation
import KithCore
import KithHTTP

/// The options of a source whose files lie on a server.
enum ServerOptions {
  static let all: [OptionSpecification] = [
    OptionSpecification("user", .text, "Who logs in where paths begin with sftp://, ftps:// or ftpes://."),
    OptionSpecification("password", .secret, "The user's password."),
    OptionSpecification("key_file", .path, "Of sftp: a private key as OpenSSH writes it, instead of a password."),
    OptionSpecification("key_passphrase", .secret, "What the private key is locked with."),
    OptionSpecification(
      "host_key", .list,
      "Of sftp, which needs this or known_hosts: fingerprints of the server's key, as SHA256:… by ssh-keygen -lf."),
    OptionSpecification("known_hosts", .path, "Of sftp: a file of known hosts as OpenSSH keeps it."),
    OptionSpecification("certificate_file", .path, "Of FTP: certificates (PEM) to trust instead of the machine's."),
    OptionSpecification(
      "allow_private_network", .choice(["false", "true"]), "Whether the server stands in a network of your own.",
      default: "false"),
    OptionSpecification(
      "timeout_seconds", .integer(1...86_400), "For how long nothing may move before a transfer is given up.",
      default: "60"),
    OptionSpecification(
      "max_download_mb", .integer(1...1_048_576),
      "The most megabytes of files that are copied here at the same time, and of one file.", default: "1024"),
  ]

  /// The server of a path; `settings` are those of the source.
  static func server(_ path: RemotePath, _ settings: SourceSettings, place: String) throws(KithError) -> FileServer {
    let options = settings.options
    guard let user = FileOptions.text(options["user"]), !user.isEmpty else {
      throw KithError(
        .configuration, "a path on a server needs a user", place: place, fix: "Set user: under the source's options.")
    }
    func file(_ name: String) -> String? {
      FileOptions.text(options[name]).map {
        URL(
          fileURLWithPath: $0, relativeTo: URL(fileURLWithPath: settings.environment.baseDirectory, isDirectory: true)
        ).path
      }
    }
    func secret(_ name: String) -> Secret? { if case .secret(let secret)? = options[name] { secret } else { nil } }
    var server = FileServer(
      path.scheme, host: path.host, port: path.port, user: user, password: secret("password"),
      keyFile: file("key_file"), keyPassphrase: secret("key_passphrase"), knownHosts: file("known_hosts"),
      certificateFile: file("certificate_file"))
    if case .list(let keys)? = options["host_key"] { server.hostKeys = keys }
    if options["allow_private_network"] == .text("true") { server.policy.privateNetwork = .allowed }
    if case .integer(let seconds)? = options["timeout_seconds"] { server.timeouts.standstill = Double(seconds) }
    return server
  }

  static func maximumBytes(_ settings: SourceSettings) -> Int64 {
    if case .integer(let megabytes)? = settings.options["max_download_mb"] { return Int64(megabytes) << 20 }
    return 1_024 << 20
  }
}
