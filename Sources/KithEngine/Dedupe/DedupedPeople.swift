import KithIdentity

/// What a file of people comes to: clusters numbered from 1 in the order of the file, and the pairs in doubt.
public struct DedupedPeople {
  private let keys: [String]
  private let matching: Matching
  private let numbers: [Int]
  public let count: Int

  public init(keys: [String], matching: Matching) {
    self.keys = keys
    self.matching = matching
    var number = [Int](repeating: 0, count: keys.count)
    var count = 0
    for (row, lead) in matching.clusters.enumerated() {
      // The lead is the lowest row of its cluster, so it has its number already.
      if Int(lead) == row {
        count += 1
        number[row] = count
      } else {
        number[row] = number[Int(lead)]
      }
    }
    numbers = number
    self.count = count
  }

  /// CSV with the columns `record_id` and `cluster_id`, a line for each record in the order of the file.
  public var clustersCSV: [UInt8] {
    var text = Array("record_id,cluster_id\n".utf8)
    text.reserveCapacity(keys.count * 24)
    for (row, key) in keys.enumerated() {
      text.append(contentsOf: Self.quoted(key).utf8)
      text.append(UInt8(ascii: ","))
      text.append(contentsOf: String(numbers[row]).utf8)
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  /// CSV with the columns `record_id_l`, `record_id_r`, `odds` and `joined`: odds as log2, the most even first.
  public var reviewCSV: [UInt8] {
    let lines = matching.doubts.map { doubt in
      let odds = Double((doubt.weight * 100).rounded()) / 100
      return "\(Self.quoted(keys[Int(doubt.low)])),\(Self.quoted(keys[Int(doubt.high)])),\(odds),"
        + (doubt.isJoined ? "1" : "0")
    }
    return Array((["record_id_l,record_id_r,odds,joined"] + lines).joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
  }

  /// As RFC 4180 has it.
  private static func quoted(_ text: String) -> String {
    text.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
