import CCurl
import Foundation
import KithCore

/// What is asked of a server.
struct FileWish: Sendable {
  enum Kind: Sendable {
    /// The names in a folder, one a line.
    case names
    /// The folder as `ls -l` shows it: the first letter tells folders from files.
    case lines
    case status
    /// Into a file that is open for writing, up to so many bytes.
    case download(descriptor: Int32, limit: Int64)
  }

  var kind: Kind
  var server: FileServer
  var url: String
}

struct FileAnswer: Sendable {
  var body: [UInt8] = []
  /// Bytes of the file, or of what was downloaded; -1: the server does not say.
  var size: Int64 = -1
  /// Seconds since 1970; -1: the server does not say.
  var modified: Int64 = -1
}

/// One listing, look or download on its way. The thread of `TransferLoop` makes it, uses it and ends it.
final class FileExchange: RunningTransfer {
  let handle: UnsafeMutableRawPointer
  private let wish: FileWish
  private let cancellation: Cancellation
  private let done: @Sendable (Result<FileAnswer, TransferFailure>) -> Void
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var answer = FileAnswer()
  private var written: Int64 = 0
  /// Why a callback of ours ended the transfer.
  private var failure: TransferFailure?
  private var lastProgress = ContinuousClock.now
  private var bytesMoved: Int64 = 0

  /// Bytes of a folder's listing.
  static let largestListing = 32 << 20

  init?(
    _ wish: FileWish, _ cancellation: Cancellation, share: UnsafeMutableRawPointer?,
    done: @escaping @Sendable (Result<FileAnswer, TransferFailure>) -> Void
  ) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.wish = wish
    self.cancellation = cancellation
    self.done = done
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    setWish()
    setConnection(share: share)
    setCredentials()
    setCallbacks()
  }

  deinit {
    curl_easy_cleanup(handle)
    message.deallocate()
  }

  var standstillDeadline: ContinuousClock.Instant {
    lastProgress + .milliseconds(wish.server.timeouts.milliseconds(\.standstill))
  }

  /// libcurl 7.88 does not always notice when the second connection of FTP stands; curl itself looks every second.
  var longestPause: Duration { wish.server.scheme == .sftp ? .seconds(60) : .milliseconds(250) }

  func overdue(at now: ContinuousClock.Instant) -> TransferFailure? {
    if cancellation.isCancelled { return .cancelled }
    return now >= standstillDeadline ? .standstill : nil
  }

  func fail(_ failure: TransferFailure) { done(.failure(failure)) }

  func finish(_ code: CURLcode) {
    if let failure { return fail(failure) }
    guard code == CURLE_OK else {
      let detail = String(cString: message)
      return fail(.network(code, detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail))
    }
    answer.modified = Int64(kith_curl_get_offset(handle, CURLINFO_FILETIME_T))
    if case .download = wish.kind {
      answer.size = written
    } else {
      answer.size = Int64(kith_curl_get_offset(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T))
    }
    done(.success(answer))
  }

  // MARK: options

  private func setWish() {
    kith_curl_set_text(handle, CURLOPT_URL, wish.url)
    kith_curl_set_long(handle, CURLOPT_FILETIME, 1)
    switch wish.kind {
    case .names: kith_curl_set_long(handle, CURLOPT_DIRLISTONLY, 1)
    case .status: kith_curl_set_long(handle, CURLOPT_NOBODY, 1)
    case .lines, .download: break
    }
  }

  private func setConnection(share: UnsafeMutableRawPointer?) {
    let server = wish.server
    kith_curl_set_pointer(handle, CURLOPT_SHARE, share)
    kith_curl_speak_files(handle, server.scheme.curlName, server.scheme.curlBit)
    if server.scheme != .sftp { kith_curl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    GuardedConnection.prepare(handle, server.timeouts, certificateFile: server.certificateFile, errors: message)
  }

  private func setCredentials() {
    let server = wish.server
    kith_curl_set_text(handle, CURLOPT_USERNAME, server.user)
    if let password = server.password { kith_curl_set_text(handle, CURLOPT_PASSWORD, password.reveal()) }
    guard server.scheme == .sftp else { return }
    var ways = 0
    if let file = server.keyFile {
      ways |= Int(CURLSSH_AUTH_PUBLICKEY)
      kith_curl_set_text(handle, CURLOPT_SSH_PRIVATE_KEYFILE, file)
      if let passphrase = server.keyPassphrase { kith_curl_set_text(handle, CURLOPT_KEYPASSWD, passphrase.reveal()) }
    }
    if server.password != nil { ways |= Int(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD) }
    // Nothing else: no agent and no key that happens to lie in somebody's home.
    kith_curl_set_long(handle, CURLOPT_SSH_AUTH_TYPES, ways)
    if server.hostKeys.isEmpty, let file = server.knownHosts {
      kith_curl_set_text(handle, CURLOPT_SSH_KNOWNHOSTS, file)
    }
  }

  /// libcurl calls them on this thread, while `self` is kept by the loop.
  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    kith_curl_on_body(
      handle,
      { bytes, size, count, context in
        FileExchange.of(context)?.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      }, context)
    kith_curl_on_progress(
      handle,
      { context, _, down, _, up in
        FileExchange.of(context)?.progressed(to: Int64(down + up))
        return 0
      }, context)
    kith_curl_on_socket(
      handle, { context, _, address in FileExchange.of(context)?.openSocket(address) ?? CURL_SOCKET_BAD }, context)
    if wish.server.scheme == .sftp { checkHostKey(context) }
  }

  /// Without this no transfer begins: libcurl would take any key.
  private func checkHostKey(_ context: UnsafeMutableRawPointer) {
    let code: CURLcode
    if wish.server.hostKeys.isEmpty, wish.server.knownHosts != nil {
      code = kith_curl_on_known_host(
        handle,
        { _, _, found, match, context in
          let blob = found.map { UnsafeRawBufferPointer(start: $0.pointee.key, count: $0.pointee.len) }
          let isRight = FileExchange.of(context)?.judge(blob, match) ?? false
          return Int32((isRight ? CURLKHSTAT_FINE : CURLKHSTAT_REJECT).rawValue)
        }, context)
    } else {
      code = kith_curl_on_host_key(
        handle,
        { context, _, key, size in
          FileExchange.of(context)?.judge(UnsafeRawBufferPointer(start: key, count: size)) == true ? 0 : 1
        }, context)
    }
    if code != CURLE_OK { failure = .library("this libcurl cannot check the keys of SSH servers") }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> FileExchange? {
    context.map { Unmanaged<FileExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  // MARK: callbacks

  private func judge(_ blob: UnsafeRawBufferPointer?, _ match: curl_khmatch) -> Bool {
    if match == CURLKHMATCH_OK { return true }
    failure = .hostKeyRefused(
      HostKey(Array(blob ?? .init(start: nil, count: 0))), match == CURLKHMATCH_MISMATCH ? .other : .unknown)
    return false
  }

  private func judge(_ blob: UnsafeRawBufferPointer) -> Bool {
    let key = HostKey(Array(blob))
    if key.isOne(of: wish.server.hostKeys) { return true }
    failure = .hostKeyRefused(key, wish.server.hostKeys.isEmpty ? .unknown : .other)
    return false
  }

  private func progressed(to bytes: Int64) {
    if bytes == bytesMoved { return }
    bytesMoved = bytes
    lastProgress = ContinuousClock.now
  }

  private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    lastProgress = ContinuousClock.now
    guard case .download(let descriptor, let limit) = wish.kind else {
      if answer.body.count + bytes.count > Self.largestListing { return stop(.bodyTooLarge(Self.largestListing)) }
      answer.body.append(contentsOf: bytes)
      return bytes.count
    }
    if written + Int64(bytes.count) > limit { return stop(.bodyTooLarge(Int(limit))) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0 {
        if errno == EINTR { continue }
        return stop(.disk(String(cString: strerror(errno))))
      }
      rest = rest.dropFirst(count)
    }
    written += Int64(bytes.count)
    return bytes.count
  }

  /// The second connection of FTP is one as well.
  private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
    guard failure == nil || isRefusal else { return CURL_SOCKET_BAD }
    let (opened, refused) = GuardedConnection.open(address, wish.server.policy)
    if let refused {
      failure = .addressRefused(refused)
    } else if opened != CURL_SOCKET_BAD {
      // Another address of the host, refused before, does not matter if this one is connected to.
      failure = nil
    }
    return opened
  }

  private var isRefusal: Bool { if case .addressRefused? = failure { true } else { false } }

  private func stop(_ failure: TransferFailure) -> Int {
    self.failure = failure
    return 0
  }
}
