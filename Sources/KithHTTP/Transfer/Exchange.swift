import CCurl

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One request and its answer on their way. The thread of `TransferLoop` makes it, uses it and ends it.
final class Exchange: RunningTransfer {
  let handle: UnsafeMutableRawPointer
  private let plan: ExchangePlan
  private let cancellation: Cancellation
  private let done: @Sendable (ExchangeOutcome) -> Void
  private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var lines: UnsafeMutablePointer<curl_slist>?

  private var status = 0
  private var headers = HTTPHeaders()
  private var headerBytes = 0
  private var body: [UInt8] = []
  /// Bytes that went to the plan's file.
  private var fileBytes: Int64 = 0
  /// Why a callback of ours ended the transfer.
  private var failure: TransferFailure?
  private var lastProgress = ContinuousClock.now
  private var bytesMoved: Int64 = 0

  /// Bytes that are read at once.
  private static let bufferSize = 128 << 10

  init?(
    _ plan: ExchangePlan, _ cancellation: Cancellation, share: UnsafeMutableRawPointer?,
    done: @escaping @Sendable (ExchangeOutcome) -> Void
  ) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.plan = plan
    self.cancellation = cancellation
    self.done = done
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    for line in plan.headerLines {
      if let longer = curl_slist_append(lines, line) { lines = longer }
    }
    setRequest()
    setConnection(share: share)
    setCallbacks()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(lines)
    message.deallocate()
  }

  var standstillDeadline: ContinuousClock.Instant {
    lastProgress + .milliseconds(plan.timeouts.milliseconds(\.standstill))
  }

  var longestPause: Duration { .seconds(60) }

  func overdue(at now: ContinuousClock.Instant) -> TransferFailure? {
    if cancellation.isCancelled { return .cancelled }
    return now >= standstillDeadline ? .standstill : nil
  }

  func fail(_ failure: TransferFailure) { done(.failed(failure)) }

  func finish(_ code: CURLcode) {
    if let failure { return fail(failure) }
    if code == CURLE_OK {
      return done(.answered(Answer(status: status, headers: headers, body: body, fileBytes: fileBytes)))
    }
    let detail = String(cString: message)
    fail(.network(code, detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail))
  }

  // MARK: options

  private func setRequest() {
    kith_curl_set_text(handle, CURLOPT_URL, plan.url)
    kith_curl_set_list(handle, CURLOPT_HTTPHEADER, lines)
    kith_curl_set_text(handle, CURLOPT_USERAGENT, plan.userAgent)
    // It hands bodies on as they come: it would not notice that a compressed one is cut off.
    kith_curl_set_long(handle, CURLOPT_HTTP_CONTENT_DECODING, 0)
    if let body = plan.body {
      kith_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      body.withUnsafeBytes { bytes in
        _ = bytes.withMemoryRebound(to: CChar.self) {
          kith_curl_set_text(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
        }
      }
    }
    if plan.method == .head {
      kith_curl_set_long(handle, CURLOPT_NOBODY, 1)
    } else {
      kith_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, plan.method.rawValue)
    }
  }

  private func setConnection(share: UnsafeMutableRawPointer?) {
    kith_curl_set_pointer(handle, CURLOPT_SHARE, share)
    kith_curl_speak_http(handle, plan.isSecure ? 0 : 1)
    kith_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    // Rather wait for a connection that carries many requests than open many.
    kith_curl_set_long(handle, CURLOPT_PIPEWAIT, plan.isSecure ? 1 : 0)
    // On a kept connection that the server has closed meanwhile, libcurl sends a request again by itself.
    kith_curl_set_long(handle, CURLOPT_FRESH_CONNECT, plan.mayRepeat ? 0 : 1)
    kith_curl_set_long(handle, CURLOPT_MAXAGE_CONN, plan.keptSeconds)
    kith_curl_set_long(handle, CURLOPT_BUFFERSIZE, Self.bufferSize)
    GuardedConnection.prepare(handle, plan.timeouts, certificateFile: plan.certificateFile, errors: message)
    if let proxy = plan.proxy {
      kith_curl_set_text(handle, CURLOPT_PROXY, proxy.address.text)
      if let user = proxy.user {
        kith_curl_set_text(handle, CURLOPT_PROXYUSERNAME, user)
        kith_curl_set_text(handle, CURLOPT_PROXYPASSWORD, proxy.password?.reveal() ?? "")
      }
    }
    kith_curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }

  /// libcurl calls them on this thread, while `self` is kept by the loop.
  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    kith_curl_on_header(
      handle,
      { bytes, size, count, context in
        Exchange.of(context)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      }, context)
    kith_curl_on_body(
      handle,
      { bytes, size, count, context in
        Exchange.of(context)?.takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
      }, context)
    kith_curl_on_progress(
      handle,
      { context, _, down, _, up in
        Exchange.of(context)?.progressed(to: Int64(down + up))
        return 0
      }, context)
    kith_curl_on_socket(
      handle, { context, _, address in Exchange.of(context)?.openSocket(address) ?? CURL_SOCKET_BAD }, context)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Exchange? {
    context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
  }

  // MARK: callbacks

  private func progressed(to bytes: Int64) {
    if bytes == bytesMoved { return }
    bytesMoved = bytes
    lastProgress = ContinuousClock.now
  }

  private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
    headerBytes += line.count
    lastProgress = ContinuousClock.now
    if headerBytes > plan.limits.headers { return stop(.headersTooLarge(plan.limits.headers)) }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      // An answer may come after interim ones (1xx); the last one counts.
      headers = HTTPHeaders()
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
    } else if let field = HeaderLine(text) {
      headers.add(field.name, field.value)
    }
    return line.count
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    if let file = plan.file, (200...299).contains(status),
      body.count + bytes.count > BodyFile.heldBytes || fileBytes > 0
    {
      return write(bytes, to: file)
    }
    if body.isEmpty { reserve() }
    if body.count + bytes.count > plan.limits.body { return stop(.bodyTooLarge(plan.limits.body)) }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  private func reserve() {
    guard let length = headers["Content-Length"].flatMap({ Int($0) }) else { return }
    body.reserveCapacity(min(max(length, 0), plan.file == nil ? plan.limits.body : BodyFile.heldBytes))
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to file: BodyFile) -> Int {
    if fileBytes == 0 {
      // An attempt before this one may have left something there.
      guard ftruncate(file.descriptor, 0) == 0 else { return stop(.disk(String(cString: strerror(errno)))) }
      guard body.withUnsafeBytes({ append($0, to: file) }) else { return 0 }
      body = []
    }
    return append(bytes, to: file) ? bytes.count : 0
  }

  private func append(_ bytes: UnsafeRawBufferPointer, to file: BodyFile) -> Bool {
    if fileBytes + Int64(bytes.count) > file.limit {
      failure = .bodyTooLarge(Int(file.limit))
      return false
    }
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(file.descriptor, rest.baseAddress, rest.count, off_t(fileBytes))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        failure = .disk(String(cString: strerror(errno)))
        return false
      }
      done += count
      fileBytes += Int64(count)
    }
    return true
  }

  /// The address is the one that the host's name was resolved to just now, and the connection goes nowhere else: a name
  /// that changes its address between a check and its use gains nothing. A proxy is where the settings say it is.
  private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
    let (opened, refused) = GuardedConnection.open(address, plan.proxy == nil ? plan.policy : nil)
    if let refused {
      failure = .addressRefused(refused)
    } else if plan.proxy == nil, opened != CURL_SOCKET_BAD {
      // Another address of the host, refused before, does not matter if this one is connected to.
      failure = nil
    }
    return opened
  }

  private func stop(_ failure: TransferFailure) -> Int {
    self.failure = failure
    return 0
  }
}
