import CCurl
import Foundation

/// What requests, files and mails have in common on their way to a server.
enum GuardedConnection {
  /// Opens the socket for a connection to an address that was resolved just now. It goes there and nowhere else: nobody
  /// resolves again between the look at the address and the connection.
  ///
  /// - Parameter policy: nil: wherever it is, as for a proxy that somebody named.
  /// - Returns: `CURL_SOCKET_BAD` for an address where nothing may go, with it.
  static func open(
    _ address: UnsafeMutablePointer<curl_sockaddr>?, _ policy: NetworkPolicy?
  ) -> (socket: curl_socket_t, refused: IPAddress?) {
    guard let address, let peer = kith_curl_address(address) else { return (CURL_SOCKET_BAD, nil) }
    if let policy {
      guard let ip = IPAddress(peer) else { return (CURL_SOCKET_BAD, nil) }
      if !policy.allows(ip) { return (CURL_SOCKET_BAD, ip) }
    }
    let opened = socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
    // Programs that Kith starts do not inherit its connections.
    if opened >= 0 { _ = fcntl(opened, F_SETFD, FD_CLOEXEC) }
    return (opened, nil)
  }

  /// Sets what every transfer has: its bounds, whom it trusts, where its errors go. No proxy, not even one that the
  /// environment names.
  static func prepare(
    _ handle: UnsafeMutableRawPointer, _ timeouts: HTTPTimeouts, certificateFile: String?,
    errors: UnsafeMutablePointer<CChar>
  ) {
    kith_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    kith_curl_leave_resolver(handle)
    kith_curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
    kith_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, timeouts.milliseconds(\.connecting))
    kith_curl_set_long(handle, CURLOPT_TIMEOUT_MS, timeouts.milliseconds(\.total))
    kith_curl_set_text(handle, CURLOPT_PROXY, "")
    if let certificateFile { kith_curl_set_text(handle, CURLOPT_CAINFO, certificateFile) }
    kith_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errors)
  }
}
