#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Equatable, CustomStringConvertible {
  /// Four or sixteen.
  let bytes: [UInt8]

  /// Reads the usual forms, `192.0.2.1` and `2001:db8::1`; nil for anything else.
  public init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  /// The address that a socket is about to be connected to; nil for other families.
  init?(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
        withUnsafeBytes(of: four.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
        withUnsafeBytes(of: six.pointee.sin6_addr) { Array($0) }
      }
    default: return nil
    }
  }

  /// Whether it is an address of the public internet: by the special-purpose registries of RFC 6890, without the ranges
  /// for private, shared, local, documentation and benchmark use, multicast and what is reserved. An IPv6 address that
  /// stands for an IPv4 one is as public as that one.
  public var isPublic: Bool {
    if bytes.count == 4 { return Self.isPublicFour(bytes) }
    if let four = embeddedFour { return Self.isPublicFour(four) }
    // Global unicast is 2000::/3; all else is local, multicast or not given out.
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    let isDocumentation =
      bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || bytes.starts(with: [0x3F, 0xFF]) && bytes[2] & 0xF0 == 0
    let isProtocolAssignment = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] & 0xFE == 0
    return !isDocumentation && !isProtocolAssignment
  }

  /// Mapped and compatible (RFC 4291), NAT64 (RFC 6052) and 6to4 (RFC 3056) addresses lead to an IPv4 address. The local
  /// NAT64 range of RFC 8215 is not global unicast anyway.
  private var embeddedFour: [UInt8]? {
    let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    let isCompatible = bytes[0..<12].allSatisfy { $0 == 0 }
    let isTranslated = bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) && bytes[4..<12].allSatisfy { $0 == 0 }
    if isMapped || isCompatible || isTranslated { return Array(bytes[12..<16]) }
    return bytes.starts(with: [0x20, 0x02]) ? Array(bytes[2..<6]) : nil
  }

  private static func isPublicFour(_ bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _), (10, _, _), (127, _, _): false
    case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _): false
    case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _), (198, 51, 100), (203, 0, 113): false
    case (224...255, _, _): false
    default: true
    }
  }

  public var description: String {
    var text = [CChar](repeating: 0, count: 46)
    _ = bytes.withUnsafeBytes { inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, $0.baseAddress, &text, 46) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
