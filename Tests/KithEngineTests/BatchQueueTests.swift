import KithTesting
import Testing

@testable import KithEngine

@Suite struct BatchQueueTests {
  @Test(arguments: [1, 3]) func allComeInOrderAndFewWait(limit: Int) async {
    let queue = BatchQueue<Int>(limit: limit)
    async let sent: Void = {
      for number in 0..<1_000 { await queue.send(number) }
      queue.finish()
    }()
    var taken: [Int] = []
    while case let batches = await queue.next(), !batches.isEmpty {
      #expect(batches.count <= limit)
      taken += batches
    }
    await sent
    #expect(taken == Array(0..<1_000))
    #expect(await queue.next().isEmpty)
  }

  /// What was sent before the end can be taken, what is sent later goes nowhere.
  @Test func theEndKeepsWhatWaits() async {
    let queue = BatchQueue<Int>(limit: 2)
    await queue.send(1)
    queue.finish()
    await queue.send(2)
    #expect(queue.isFinished)
    #expect(await queue.next() == [1])
    #expect(await queue.next().isEmpty)
  }

  /// A sender that waits for room goes on when nobody takes any more, and so does one who comes later.
  @Test func nobodyWaitsForAQueueThatIsGivenUp() async {
    let queue = BatchQueue<Int>(limit: 1)
    await queue.send(1)
    async let second: Void = queue.send(2)
    queue.abandon()
    await second
    await queue.send(3)
    #expect(await queue.next().isEmpty)
  }
}
