import CCurl
import Dispatch
import KithCore

/// Hands mail to a server over SMTP (RFC 5321).
public enum MailTransfer {
  /// Returns when the server has taken the message for all recipients, with the status of its answer. Errors are those of
  /// a request: the network is `transient`, a refused password `authorisation`, the rest `configuration`.
  public static func send(_ message: MailMessage, over route: MailRoute) async throws(KithError) -> Int {
    if route.encryption == .none, route.password != nil {
      throw KithError(
        .configuration, "a password would go over the network without encryption", place: route.url,
        allowed: "starttls, tls")
    }
    // libcurl waits on the thread that calls it.
    let outcome = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(returning: MailExchange(message, route)?.run() ?? .failure(Self.noMemory))
      }
    }
    return try outcome.get()
  }

  private static let noMemory = KithError(.bug, "libcurl has no memory for a mail")
}

/// One mail on its way; made, used and ended on one thread.
private final class MailExchange {
  private let handle: UnsafeMutableRawPointer
  private let route: MailRoute
  private let bytes: [UInt8]
  private var sent = 0
  private var refused: IPAddress?
  private var recipients: UnsafeMutablePointer<curl_slist>?
  private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init?(_ message: MailMessage, _ route: MailRoute) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.route = route
    bytes = message.bytes
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    kith_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(message.from)>")
    for address in message.to {
      if let longer = curl_slist_append(recipients, "<\(address)>") { recipients = longer }
    }
    kith_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
    setConnection()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(recipients)
    words.deallocate()
  }

  func run() -> Result<Int, KithError> {
    let code = curl_easy_perform(handle)
    if code == CURLE_OK { return .success(kith_curl_status(handle)) }
    return .failure(failure(code))
  }

  private func setConnection() {
    kith_curl_set_text(handle, CURLOPT_URL, route.url)
    kith_curl_speak_mail(handle)
    let isPlain = route.encryption == .none
    kith_curl_set_long(handle, CURLOPT_USE_SSL, Int((isPlain ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
    if let user = route.user { kith_curl_set_text(handle, CURLOPT_USERNAME, user) }
    if let password = route.password { kith_curl_set_text(handle, CURLOPT_PASSWORD, password.reveal()) }
    GuardedConnection.prepare(handle, route.timeouts, certificateFile: route.certificateFile, errors: words)
    let context = Unmanaged.passUnretained(self).toOpaque()
    kith_curl_on_upload(
      handle,
      { place, size, count, context in
        MailExchange.of(context)?.fill(UnsafeMutableRawBufferPointer(start: place, count: size * count)) ?? 0
      }, context)
    kith_curl_on_socket(
      handle, { context, _, address in MailExchange.of(context)?.openSocket(address) ?? CURL_SOCKET_BAD }, context)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> MailExchange? {
    context.map { Unmanaged<MailExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  private func fill(_ place: UnsafeMutableRawBufferPointer) -> Int {
    let piece = bytes[sent..<min(sent + place.count, bytes.count)]
    place.copyBytes(from: piece)
    sent += piece.count
    return piece.count
  }

  private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
    let opened: curl_socket_t
    (opened, refused) = GuardedConnection.open(address, route.policy)
    return opened
  }

  private func failure(_ code: CURLcode) -> KithError {
    if let refused { return TransferFailure.refusal(of: refused).at(route.url) }
    let detail = String(cString: words)
    let said = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    func error(_ recovery: KithError.Recovery, _ what: String, fix: String? = nil) -> KithError {
      KithError(recovery, what, place: route.url, seen: said, fix: fix)
    }
    switch code {
    case CURLE_LOGIN_DENIED:
      return error(.authorisation, "the mail server refuses the credentials", fix: "Check user and password.")
    case CURLE_USE_SSL_FAILED:
      return error(
        .configuration, "the mail server does not offer encryption", fix: "Name another port, or encryption: tls.")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      return error(
        .configuration, "the mail server's certificate is not to be trusted",
        fix: "Check the host's name; a certificate of your own can be named: certificate_file.")
    case CURLE_UNSUPPORTED_PROTOCOL: return error(.configuration, "this libcurl does not speak SMTP")
    default: return error(.transient, "the mail was not taken")
    }
  }
}
