/// Digits (values 0 to 9) of a number.
typealias PhoneDigits = Slice<UnsafeBufferPointer<UInt8>>

/// What a region's numbers look like, ready to be matched. A class, so that passing it on costs one reference.
final class RegionPlan: Sendable {
  /// How a prefix is recognised: there is none; exactly these digits; or a pattern that only the library can apply,
  /// with an automaton that tells when it certainly does not occur.
  enum Prefix: Sendable {
    case none
    case literal([UInt8])
    case pattern(DigitAutomaton)
  }

  /// What stands behind a prefix, or that only the library knows.
  enum Stripped {
    case unchanged
    case rest(PhoneDigits)
    case unsure
  }

  let callingCode: Int
  let internationalPrefix: Prefix
  let nationalPrefix: Prefix
  private let leadingDigits: DigitAutomaton?
  private let general: PhoneMetadata.NumberPattern
  /// Pattern 0 is the region's general one, then one per type.
  private let numbers: DigitAutomaton
  private let typeLengths: [UInt32]

  init?(_ region: PhoneMetadata.Region) {
    guard region.types.count < 15,
      let numbers = DigitAutomaton([region.general.pattern] + region.types.map(\.pattern)),
      let international = Prefix(region.internationalPrefix, transform: ""),
      let national = Prefix(region.nationalPrefixForParsing, transform: region.nationalPrefixTransform)
    else { return nil }
    if region.leadingDigits.isEmpty {
      leadingDigits = nil
    } else if let automaton = DigitAutomaton([region.leadingDigits]) {
      leadingDigits = automaton
    } else {
      return nil
    }
    callingCode = region.callingCode
    internationalPrefix = international
    nationalPrefix = national
    general = region.general
    self.numbers = numbers
    typeLengths = region.types.map(\.lengths)
  }

  func fitsGeneralPattern(_ digits: PhoneDigits) -> Bool {
    !general.pattern.isEmpty && numbers.matches(digits) & 1 != 0
  }

  /// Whether the number is one of this region's, of any type.
  func isValid(_ digits: PhoneDigits) -> Bool {
    let matched = numbers.matches(digits)
    let length = UInt32(1) << UInt32(digits.count)
    guard matched & 1 != 0, general.lengths & length != 0 else { return false }
    for (index, lengths) in typeLengths.enumerated()
    where matched >> UInt16(index + 1) & 1 != 0 && lengths & length != 0 { return true }
    return false
  }

  /// Nil: the plan does not tell by leading digits.
  func claimsByLeadingDigits(_ digits: PhoneDigits) -> Bool? { leadingDigits?.matchesPrefix(of: digits) }

  var longest: Int { 31 - general.lengths.leadingZeroBitCount }

  /// Whether a national prefix may be taken off when this is left: long enough, and no local number.
  func isPossibleRest(_ digits: PhoneDigits) -> Bool {
    let length = UInt32(1) << UInt32(digits.count)
    if general.localLengths & length != 0 { return false }
    return general.lengths & length != 0 || digits.count > longest
  }

  /// Takes the national prefix off as libphonenumber does: not when the number fits the plan with it and no longer
  /// without.
  func withoutNationalPrefix(_ digits: PhoneDigits) -> Stripped {
    let stripped = nationalPrefix.strip(digits)
    guard case .rest(let rest) = stripped else { return stripped }
    return fitsGeneralPattern(digits) && !fitsGeneralPattern(rest) ? .unchanged : stripped
  }
}

extension RegionPlan.Prefix {
  /// Nil when the pattern cannot be compiled.
  init?(_ pattern: String, transform: String) {
    if pattern.isEmpty {
      self = .none
    } else if transform.isEmpty, pattern.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      self = .literal(pattern.utf8.map { $0 - 0x30 })
    } else if let automaton = DigitAutomaton([pattern]) {
      self = .pattern(automaton)
    } else {
      return nil
    }
  }

  func strip(_ digits: PhoneDigits) -> RegionPlan.Stripped {
    switch self {
    case .none: return .unchanged
    case .literal(let prefix): return digits.starts(with: prefix) ? .rest(digits.dropFirst(prefix.count)) : .unchanged
    case .pattern(let automaton): return automaton.matchesPrefix(of: digits) ? .unsure : .unchanged
    }
  }
}
