import CCurl
import Foundation
import KithCore

extension TransferFailure {
  /// The server has no such file or folder.
  var isNotThere: Bool {
    if case .network(CURLE_REMOTE_FILE_NOT_FOUND, _) = self { true } else { false }
  }
}

extension FileServer {
  /// What can be told before the network is asked.
  func check() throws(KithError) {
    if let literal = IPAddress(host), !policy.allows(literal) {
      throw TransferFailure.refusal(of: literal).at(origin)
    }
    if scheme == .sftp, password == nil, keyFile == nil {
      throw KithError(
        .configuration, "the server's credentials are missing", place: origin, allowed: "password, or key_file",
        fix: "Set one of them under options.")
    }
    if let keyFile { try readable(keyFile, "the private key") }
    if hostKeys.isEmpty, let knownHosts { try readable(knownHosts, "the file of known hosts") }
  }

  private func readable(_ path: String, _ what: String) throws(KithError) {
    guard access(path, R_OK) == 0 else {
      throw KithError(
        .configuration, "\(what) cannot be read", place: path, seen: String(cString: strerror(errno)),
        fix: "Check the path, and that the account that runs kith may read it.")
    }
  }

  func error(_ failure: TransferFailure, _ path: String) -> KithError {
    let place = origin + path
    func error(
      _ recovery: KithError.Recovery, _ what: String, seen: String? = nil, allowed: String? = nil, fix: String? = nil
    ) -> KithError {
      let redactor = Redactor([password, keyPassphrase].compactMap(\.self))
      return KithError(
        recovery, what, place: place, seen: seen.map { redactor.redact($0) }, allowed: allowed, fix: fix)
    }
    switch failure {
    case .cancelled: return error(.transient, "the transfer was stopped before its end")
    case .standstill: return error(.transient, "nothing has moved for \(timeouts.standstill) seconds")
    case .addressRefused(let address): return TransferFailure.refusal(of: address).at(place)
    case .bodyTooLarge(let limit): return error(.configuration, "there is more than \(limit) bytes of it")
    case .disk(let reason): return error(.transient, "the copy of the file cannot be written", seen: reason)
    case .library(let what): return error(.configuration, what, fix: "It needs libcurl 7.84 or newer.")
    case .hostKeyRefused(let key, let verdict): return refused(key, verdict)
    case .network(let code, let detail): return networkError(code, detail, error)
    case .expansion, .headersTooLarge, .compressionBroken, .compressionUnknown:
      return error(.bug, "this cannot be said of a file")
    }
  }

  /// Another key may be an attack or a new server: a person must find out.
  private func refused(_ key: HostKey, _ verdict: HostKey.Verdict) -> KithError {
    let allow =
      "ask whoever runs the server for the fingerprint (ssh-keygen -lf on its public key); if it is this one, "
    switch verdict {
    case .unknown:
      return KithError(
        .configuration, "the server's host key is not known", place: origin, seen: key.text,
        fix: "Nothing was sent to it. To allow it, \(allow)set host_key: \"\(key.fingerprint)\", or name a known_hosts "
          + "file that has it.")
    case .other:
      let where_ = hostKeys.isEmpty ? "the file \(knownHosts ?? "")" : hostKeys.joined(separator: ", ")
      return KithError(
        .configuration, "the server has another host key than the one that is allowed", place: origin, seen: key.text,
        allowed: where_,
        fix: "Nothing was sent to it: somebody may stand in between, or the server is a new one. Before you change "
          + "anything, \(allow)set host_key: \"\(key.fingerprint)\".")
    }
  }

  private func networkError(
    _ code: CURLcode, _ detail: String,
    _ error: (KithError.Recovery, String, String?, String?, String?) -> KithError
  ) -> KithError {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: error(.transient, "the name of the host cannot be resolved", nil, nil, nil)
    case CURLE_COULDNT_CONNECT: error(.transient, "the host cannot be reached", detail, nil, nil)
    case CURLE_OPERATION_TIMEDOUT: error(.transient, "the server took too long", detail, nil, nil)
    case CURLE_LOGIN_DENIED:
      error(
        .authorisation, "the server refuses the credentials", detail, nil,
        "Check user and \(keyFile == nil ? "password" : "key_file"); the server's log says more.")
    case CURLE_REMOTE_ACCESS_DENIED:
      error(.configuration, "the server does not let this user in there", detail, nil, "Check the path and its rights.")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      error(
        .configuration, "the server's certificate is not to be trusted", detail, nil,
        "Check the host's name; a certificate of your own can be named as certificate_file.")
    case CURLE_USE_SSL_FAILED:
      error(.configuration, "the server does not speak TLS here", detail, "ftpes (port 21), ftps (port 990)", nil)
    case CURLE_UNSUPPORTED_PROTOCOL:
      error(
        .configuration, "this machine's libcurl does not speak \(scheme.rawValue)", detail, nil,
        "Install a libcurl that does: curl -V tells.")
    default: error(.transient, "the transfer failed", detail, nil, nil)
    }
  }
}
