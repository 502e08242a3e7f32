/// What came back, whatever the status: a 404 is an answer like a 200.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: HTTPHeaders
  /// Decompressed.
  public var body: [UInt8]
  /// Bytes of a body that is in the request's file, as it came; 0: it is in `body`.
  public var fileBytes: Int64
  /// Where it came from in the end, without credentials in its query.
  public var address: HTTPAddress
  public var redirects: Int
  /// From the start of the first exchange to the end of the last one.
  public var seconds: Double

  public init(
    status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], fileBytes: Int64 = 0, address: HTTPAddress,
    redirects: Int = 0,
    seconds: Double = 0
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.fileBytes = fileBytes
    self.address = address
    self.redirects = redirects
    self.seconds = seconds
  }

  public var isSuccess: Bool { (200...299).contains(status) }
}
