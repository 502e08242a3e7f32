import Foundation
import KithCore
import KithStore

/// How the customers that Kith found compare with the people whom the sample data was made from.
struct TruthComparison {
  /// Profiles that both the truth and the hub know.
  private(set) var profiles = 0
  /// People behind them.
  private(set) var people = 0
  /// Customers made of them.
  private(set) var customers = 0
  /// People who are exactly one customer, shared with nobody.
  private(set) var exact = 0
  /// Of all pairs of profiles that Kith put together, the share that belongs together.
  private(set) var precision = 1.0
  /// Of all pairs of profiles that belong together, the share that Kith put together.
  private(set) var recall = 1.0

  /// `people` by (source, stream, key).
  init(people truth: [String: String], memberships: [ProfileMembership]) {
    var cells: [String: [Int64: Int]] = [:]
    var customerSizes: [Int64: Int] = [:]
    for membership in memberships {
      guard let person = truth[Self.place(membership.source, membership.stream, membership.key)] else { continue }
      profiles += 1
      cells[person, default: [:]][membership.customerID, default: 0] += 1
      customerSizes[membership.customerID, default: 0] += 1
    }
    people = cells.count
    customers = customerSizes.count
    func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }
    var (together, found, wanted) = (0.0, 0.0, 0.0)
    for (_, parts) in cells {
      wanted += pairs(parts.values.reduce(0, +))
      for count in parts.values { together += pairs(count) }
      if parts.count == 1, let (customer, count) = parts.first, customerSizes[customer] == count { exact += 1 }
    }
    for count in customerSizes.values { found += pairs(count) }
    if found > 0 { precision = together / found }
    if wanted > 0 { recall = together / wanted }
  }

  static func place(_ source: String, _ stream: String, _ key: String) -> String {
    "\(source)\u{1}\(stream)\u{1}\(key)"
  }

  /// Reads the truth that was written beside the samples.
  static func truth(at path: String) throws(KithError) -> [String: String] {
    guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
      throw KithError(.bug, "the truth of the sample data cannot be read", seen: path)
    }
    var people: [String: String] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      // The person never contains a comma; a key that does is quoted.
      let parts = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let comma = parts[2].lastIndex(of: ",") else { continue }
      var key = String(parts[2][..<comma])
      if key.hasPrefix("\""), key.hasSuffix("\"") {
        key = String(key.dropFirst().dropLast()).replacing("\"\"", with: "\"")
      }
      people[place(String(parts[0]), String(parts[1]), key)] = String(parts[2][parts[2].index(after: comma)...])
    }
    return people
  }
}
