import CCurl
import KithCore

/// Why there was no answer.
enum TransferFailure: Error, Sendable {
  case cancelled
  case standstill
  case addressRefused(IPAddress)
  case bodyTooLarge(Int)
  case expansion(Int)
  case headersTooLarge(Int)
  case compressionBroken
  case compressionUnknown(String)
  /// The key of an SSH server is not the one that was allowed.
  case hostKeyRefused(HostKey, HostKey.Verdict)
  /// A download cannot be written down.
  case disk(String)
  /// What libcurl says.
  case network(CURLcode, String)
  /// libcurl does not work.
  case library(String)

  func error(_ report: HTTPReport, timeouts: HTTPTimeouts) -> KithError {
    switch self {
    case .cancelled: report.error(.transient, "the request was stopped before its end")
    case .standstill: report.error(.transient, "nothing has moved for \(timeouts.standstill) seconds")
    case .addressRefused(let address): report.redacted(Self.refusal(of: address))
    case .bodyTooLarge(let limit):
      report.error(
        .configuration, "the answer is larger than \(limit) bytes", fix: "Ask for smaller pages, or raise the limit.")
    case .expansion(let limit):
      report.error(
        .configuration, "the answer is more than \(limit) times larger than its compressed form",
        fix: "This is how an attack looks. If the data is right, raise the limit.")
    case .headersTooLarge(let limit):
      report.error(.configuration, "the headers of the answer are larger than \(limit) bytes")
    // The connection may have been cut off where nobody noticed.
    case .compressionBroken: report.error(.transient, "the answer's compression is broken")
    case .compressionUnknown(let name):
      report.error(
        .configuration, "the answer is compressed in a way that was not asked for", seen: name,
        allowed: BodyDecoding.accepted)
    case .hostKeyRefused(let key, _):
      report.error(.configuration, "the server's host key is not to be trusted", seen: key.text)
    case .disk(let reason): report.error(.transient, "the answer cannot be written down", seen: reason)
    case .network(let code, let detail): Self.error(code, detail, report)
    case .library(let what): report.error(.bug, what)
    }
  }

  static func refusal(of address: IPAddress) -> KithError {
    KithError(
      .configuration, "this host is not on the public internet", seen: "\(address)",
      fix: "If it is a server of your own, set allow_private_network: true for this source.")
  }

  private static func error(_ code: CURLcode, _ detail: String, _ report: HTTPReport) -> KithError {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: report.error(.transient, "the name of the host cannot be resolved")
    case CURLE_COULDNT_RESOLVE_PROXY: report.error(.transient, "the name of the proxy cannot be resolved")
    case CURLE_COULDNT_CONNECT: report.error(.transient, "the host cannot be reached", seen: detail)
    case CURLE_OPERATION_TIMEDOUT: report.error(.transient, "the request took too long", seen: detail)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      report.error(.transient, "the connection ended before the answer did", seen: detail)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CIPHER:
      report.error(
        .configuration, "the server's certificate is not to be trusted", seen: detail,
        fix: "Check the host's name and the machine's clock; a certificate of your own can be named in the options.")
    // How libcurl says that one header line is longer than it takes, 100 KB.
    case CURLE_OUT_OF_MEMORY: report.error(.configuration, "a header of the answer is too large", seen: detail)
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
      report.error(.configuration, "the host does not speak HTTP at this URL", seen: detail)
    case CURLE_FAILED_INIT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION:
      report.error(.bug, "libcurl does not work", seen: detail)
    // The rest is the network's: a handshake that broke off, a stream of HTTP/2 that was reset, an answer that is none.
    default: report.error(.transient, "the exchange failed", seen: detail)
    }
  }
}
