import Foundation
import KithCore

/// Finds the endpoint that a path means.
struct Routes: Sendable {
  enum Match {
    case found(Endpoint, path: [String: String])
    /// The path is there, with other methods.
    case otherMethods([Endpoint.Method])
    case none
  }

  /// By number of segments, those with fewer placeholders first.
  private let bySize: [Int: [(segments: [Substring], endpoint: Endpoint)]]

  init(_ endpoints: [Endpoint]) {
    var bySize: [Int: [(segments: [Substring], endpoint: Endpoint)]] = [:]
    func placeholders(_ endpoint: Endpoint) -> Int { endpoint.path.count { $0 == "{" } }
    let sorted = endpoints.sorted { (placeholders($0), $0.path) < (placeholders($1), $1.path) }
    for endpoint in sorted { bySize[endpoint.segments.count, default: []].append((endpoint.segments, endpoint)) }
    self.bySize = bySize
  }

  func match(_ method: Endpoint.Method?, _ path: String) -> Match {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
      String($0).removingPercentEncoding ?? ""
    }
    var others: [Endpoint.Method] = []
    var path: String?
    for (segments, endpoint) in bySize[parts.count] ?? [] {
      guard let values = Self.values(segments, parts) else { continue }
      // `/customers/merge` is a path of its own, and not that of a customer called merge.
      if let path, path != endpoint.path { break }
      if endpoint.method == method { return .found(endpoint, path: values) }
      path = endpoint.path
      others.append(endpoint.method)
    }
    return others.isEmpty ? .none : .otherMethods(others)
  }

  private static func values(_ segments: [Substring], _ parts: [String]) -> [String: String]? {
    var values: [String: String] = [:]
    for (segment, part) in zip(segments, parts) {
      if segment.hasPrefix("{") {
        values[String(segment.dropFirst().dropLast())] = part
      } else if segment != part {
        return nil
      }
    }
    return values
  }
}
