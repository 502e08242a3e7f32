import Dispatch
import KithCore
import KithNormalise

/// Some people of a file on their way from reading through normalising into the table.
final class PeopleBatch: @unchecked Sendable {
  // Unchecked: one task at a time has it; `waitUntilClean` hands it over.
  struct Person {
    var key = ""
    var profile = Profile(key: "-")
    var birth: Int32 = 0
  }

  static let size = 4_096

  var people: [Person] = []
  private(set) var clean: [CanonicalProfile?] = []
  private let isClean = DispatchSemaphore(value: 0)

  func normalise(_ normaliser: inout Normaliser) {
    clean.reserveCapacity(people.count)
    for person in people { clean.append(normaliser.profile(person.profile, source: "file")) }
    isClean.signal()
  }

  func waitUntilClean() { isClean.wait() }
}

/// Normalises batches one after the other, beside the task that reads them.
final class PeopleCleaning: @unchecked Sendable {
  // Unchecked: the normaliser is only used on the queue.
  private var normaliser: Normaliser
  private let queue = DispatchQueue(label: "kith.dedupe.normalise")

  init(_ settings: NormaliseSettings) { normaliser = Normaliser(settings) }

  func start(_ batch: PeopleBatch) { queue.async { batch.normalise(&self.normaliser) } }
}
