/// What a human said about two profiles. It binds for ever, whatever the evidence says.
///
/// "Different" also holds through third profiles and wins over any "same" that contradicts it.
public struct Decision: Hashable, Sendable {
  public enum Verdict: String, Sendable, CaseIterable { case same, different }

  public var verdict: Verdict
  /// The smaller profile id of the two.
  public let left: Int64
  /// The larger profile id of the two.
  public let right: Int64

  public init(_ verdict: Verdict, _ one: Int64, _ other: Int64) {
    self.verdict = verdict
    left = min(one, other)
    right = max(one, other)
  }

  public static func same(_ one: Int64, _ other: Int64) -> Decision { Decision(.same, one, other) }
  public static func different(_ one: Int64, _ other: Int64) -> Decision { Decision(.different, one, other) }
}
