/// The fast path: numbers of digits and the usual separators, read with the installed library's own plans. Says
/// `unsure` wherever the library has rules of its own (carrier codes, rewritten area codes, letters, extensions), and
/// otherwise exactly what the library says, which a test holds against it. Follows the steps of
/// PhoneNumberUtil::ParseHelper and IsValidNumber.
struct PhonePlans: Sendable {
  enum Verdict: Equatable {
    case number(String)
    case invalid
    case unsure
  }

  /// All regions of a calling code in the library's order, the main one first.
  private struct CallingCode: Sendable {
    var regions: [RegionPlan]
  }

  private let metadata: PhoneMetadata
  private var regionsOfCode: [[Int]]
  private var regionByID: [String: Int] = [:]
  /// Compiled when first needed; an inner nil means that the plan cannot be compiled.
  private var codes: [CallingCode??]
  private var compiled: [RegionPlan??]
  /// The region asked for last: records of one country follow one another.
  private var home: (id: String, plan: RegionPlan?) = ("", nil)

  init(_ metadata: PhoneMetadata = .installed) {
    self.metadata = metadata
    regionsOfCode = Array(repeating: [], count: 1_000)
    codes = Array(repeating: nil, count: 1_000)
    compiled = Array(repeating: nil, count: metadata.regions.count)
    for (index, region) in metadata.regions.enumerated() where (1..<1_000).contains(region.callingCode) {
      if region.isMain {
        regionsOfCode[region.callingCode].insert(index, at: 0)
      } else {
        regionsOfCode[region.callingCode].append(index)
      }
      if region.id != "001" { regionByID[region.id] = index }
    }
  }

  /// `digits` with the plus taken off.
  mutating func read(_ digits: PhoneDigits, hasPlus: Bool, region: String) -> Verdict {
    if hasPlus { return international(digits) }
    guard let home = plan(of: region) else { return .unsure }
    switch home.internationalPrefix.strip(digits) {
    case .unsure: return .unsure
    case .rest(let rest) where rest.first != 0: return international(rest)
    case .rest, .unchanged: return national(digits, home)
    }
  }

  private mutating func international(_ digits: PhoneDigits) -> Verdict {
    guard digits.count > 4, digits.first != 0 else { return .unsure }
    var code = 0
    for (length, digit) in digits.prefix(3).enumerated() {
      code = code * 10 + Int(digit)
      guard !regionsOfCode[code].isEmpty else { continue }
      guard let plans = callingCode(code) else { return .unsure }
      return finish(digits.dropFirst(length + 1), with: plans.regions[0], plans)
    }
    return .unsure
  }

  private mutating func national(_ digits: PhoneDigits, _ home: RegionPlan) -> Verdict {
    guard let plans = callingCode(home.callingCode) else { return .unsure }
    var code = home.callingCode
    var codeDigits = 0
    while code > 0 {
      codeDigits += 1
      code /= 10
    }
    let claimed = digits.prefix(codeDigits).reduce(0) { $0 * 10 + Int($1) }
    guard claimed == home.callingCode, digits.first != 0, digits.count > codeDigits else {
      return finish(digits, with: home, plans)
    }
    // The number begins like the calling code: it is one when the number makes sense only without it.
    var rest = digits.dropFirst(codeDigits)
    switch home.withoutNationalPrefix(rest) {
    case .unsure: return .unsure
    case .rest(let stripped): rest = stripped
    case .unchanged: break
    }
    let makesSense = home.fitsGeneralPattern(digits)
    if (!makesSense && home.fitsGeneralPattern(rest)) || digits.count > home.longest {
      return finish(rest, with: plans.regions[0], plans)
    }
    return finish(digits, with: home, plans)
  }

  /// Takes the national prefix off and looks whether a region of the calling code has such a number.
  private func finish(_ digits: PhoneDigits, with plan: RegionPlan, _ plans: CallingCode) -> Verdict {
    var number = digits
    switch plan.withoutNationalPrefix(digits) {
    case .unsure: return .unsure
    case .rest(let rest) where plan.isPossibleRest(rest): number = rest
    case .rest, .unchanged: break
    }
    guard (2...17).contains(number.count) else { return .invalid }
    // Leading digits only tell regions of one calling code apart.
    for region in plans.regions {
      if plans.regions.count > 1, let claims = region.claimsByLeadingDigits(number) {
        if claims { return region.isValid(number) ? .number(e164(plan.callingCode, number)) : .invalid }
      } else if region.isValid(number) {
        return .number(e164(plan.callingCode, number))
      }
    }
    return .invalid
  }

  private func e164(_ code: Int, _ number: PhoneDigits) -> String {
    String(unsafeUninitializedCapacity: number.count + 4) { buffer in
      buffer[0] = UInt8(ascii: "+")
      var length = 1
      var divisor = code >= 100 ? 100 : code >= 10 ? 10 : 1
      while divisor > 0 {
        buffer[length] = 0x30 + UInt8(code / divisor % 10)
        length += 1
        divisor /= 10
      }
      for digit in number {
        buffer[length] = 0x30 + digit
        length += 1
      }
      return length
    }
  }

  private mutating func plan(of region: String) -> RegionPlan? {
    if home.id == region { return home.plan }
    home = (region, regionByID[region].flatMap { plan(at: $0) })
    return home.plan
  }

  private mutating func plan(at index: Int) -> RegionPlan? {
    if let plan = compiled[index] { return plan }
    let plan = RegionPlan(metadata.regions[index])
    compiled[index] = .some(plan)
    return plan
  }

  private mutating func callingCode(_ code: Int) -> CallingCode? {
    if let known = codes[code] { return known }
    let plans = regionsOfCode[code].compactMap { plan(at: $0) }
    let isWhole = !plans.isEmpty && plans.count == regionsOfCode[code].count
    let made = isWhole ? CallingCode(regions: plans) : nil
    codes[code] = .some(made)
    return made
  }
}
