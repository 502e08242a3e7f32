import Foundation

/// The cases of one fault test: which of them run, with which seed, and how one of them is repeated.
///
/// A test makes the list of all its cases, each with a name of its own, and says how many of them the short form takes.
/// The environment decides the rest:
///
/// - `KITH_TESTS=full` runs all of them;
/// - `KITH_FAULT_SEED` is the seed of all that is drawn (else a fixed one in the short form, a new one in the full form);
/// - `KITH_FAULT_CASE` runs only the case of that name.
public struct FaultCases: Sendable {
  public static let isFull = environment["KITH_TESTS"] == "full"

  public static let seed: UInt64 =
    environment["KITH_FAULT_SEED"].flatMap(UInt64.init) ?? (isFull ? UInt64.random(in: 1..<1_000_000) : 1)

  private static let environment = ProcessInfo.processInfo.environment
  private static let only = environment["KITH_FAULT_CASE"]

  /// What `swift test --filter` knows the test by: `FaultTests.KillTests/anyCall`.
  private let test: String

  public init(test: String) { self.test = test }

  /// The generator of one case.
  public static func generator(_ name: String) -> SeededGenerator { SeededGenerator(seed: seed, purpose: name) }

  /// Runs the cases, two at a time, and returns what is wrong with each, with the command that repeats it. `body` says
  /// what is wrong, nothing when all is well; what it throws is wrong as well.
  ///
  /// The short form runs the cases of `always` and so many of the others that they are `limit` together, spread evenly
  /// from a place that the seed decides.
  public func failures<Case: CustomStringConvertible & Sendable>(
    always: [Case] = [], of others: [Case], limit: Int, _ body: @escaping @Sendable (Case) throws -> [String]
  ) async -> [String] {
    if let only = FaultCases.only {
      guard let wanted = (always + others).first(where: { $0.description == only }) else {
        let example = (others + always).first?.description ?? ""
        return ["there is no case \(only) in \(test); there are \(always.count + others.count), as \(example)"]
      }
      return run(wanted, body)
    }
    let chosen = always + (FaultCases.isFull ? others : spread(others, count: max(0, limit - always.count)))
    return await withTaskGroup(of: [String].self) { group in
      var failures: [String] = []
      var rest = chosen.makeIterator()
      for _ in 0..<2 { if let next = rest.next() { group.addTask { run(next, body) } } }
      while let found = await group.next() {
        failures += found
        // A mistake that is everywhere is told a few times, not a thousand.
        if failures.count < 20, let next = rest.next() { group.addTask { run(next, body) } }
      }
      return failures
    }
  }

  private func spread<Case>(_ cases: [Case], count: Int) -> [Case] {
    guard count < cases.count else { return cases }
    var random = FaultCases.generator(test)
    let offset = random.below(cases.count)
    return (0..<count).map { cases[(offset + $0 * cases.count / count) % cases.count] }
  }

  private func run<Case: CustomStringConvertible>(_ one: Case, _ body: (Case) throws -> [String]) -> [String] {
    var problems: [String]
    do {
      problems = try body(one)
    } catch {
      problems = ["\(error)"]
    }
    return problems.map { "\(one): \($0)\nTo repeat it: \(command(one.description))" }
  }

  private func command(_ name: String) -> String {
    "KITH_FAULT_SEED=\(FaultCases.seed) KITH_FAULT_CASE=\(name) swift test --filter \(test)"
  }
}
