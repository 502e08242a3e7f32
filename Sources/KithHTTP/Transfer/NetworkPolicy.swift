/// Where requests may go. A hub stands inside a company's network: a URL from a page or a redirect must not make it ask
/// the neighbours (server-side request forgery).
public struct NetworkPolicy: Sendable, Equatable {
  public enum PrivateNetwork: Sendable { case refused, allowed }
  public enum PlainHTTP: Sendable { case refused, allowed }

  /// Addresses that are not of the public internet.
  public var privateNetwork: PrivateNetwork
  /// Requests without TLS. They are allowed as well where the private network is.
  public var plainHTTP: PlainHTTP

  public init(privateNetwork: PrivateNetwork = .refused, plainHTTP: PlainHTTP = .refused) {
    self.privateNetwork = privateNetwork
    self.plainHTTP = plainHTTP
  }

  public func allows(_ scheme: HTTPAddress.Scheme) -> Bool {
    scheme == .https || plainHTTP == .allowed || privateNetwork == .allowed
  }

  public func allows(_ address: IPAddress) -> Bool { privateNetwork == .allowed || address.isPublic }
}
