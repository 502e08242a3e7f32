import Dispatch
import Synchronization

/// Golden records that are worked out on other cores while their reader goes on.
final class GoldenBatch: Sendable {
  typealias Customer = (id: Int64, members: [StoredProfile])

  /// Customers in a batch.
  static let size = 4_096
  private static let share = 512

  private let result = Mutex<[[GoldenCustomer]]>([])
  private let group = DispatchGroup()

  init(
    _ customers: [Customer],
    _ golden: @escaping @Sendable (_ customer: Int64, _ members: [StoredProfile]) -> GoldenCustomer
  ) {
    let shares = stride(from: 0, to: customers.count, by: Self.share).map {
      customers[$0..<min(customers.count, $0 + Self.share)]
    }
    result.withLock { $0 = Array(repeating: [], count: shares.count) }
    for (place, share) in shares.enumerated() {
      DispatchQueue.global().async(group: group) {
        let records = share.map { golden($0.id, $0.members) }
        self.result.withLock { $0[place] = records }
      }
    }
  }

  /// In the order of the customers; waits until all are there.
  func records() -> [GoldenCustomer] {
    group.wait()
    return result.withLock { $0.flatMap { $0 } }
  }
}
