import KithTesting
import Testing

@testable import KithNormalise

/// The fast path must say what libphonenumber says, for every region, or leave the number to it.
struct PhonePlanTests {
  private func check(_ text: String, _ region: String, _ reader: inout PhoneReader, _ sure: inout Int) {
    let answer = PhoneReader.askLibrary(text, region: region)
    switch reader.read(text, region: region) {
    case .unsure: return
    case .number(let number): #expect(number == answer, "\(text) in \(region)")
    case .invalid: #expect(answer == nil, "\(text) in \(region)")
    }
    sure += 1
  }

  @Test func theLibraryShowsItsPlans() {
    #expect(PhoneMetadata.installed.regions.count > 240)
    #expect(PhoneMetadata.installed.regions.contains { $0.id == "CH" && $0.callingCode == 41 })
  }

  @Test func examplesOfAllRegionsAgree() {
    var reader = PhoneReader()
    var sure = 0
    var total = 0
    for region in PhoneMetadata.installed.regions {
      for type in region.types where !type.example.isEmpty {
        let (code, number) = (region.callingCode, type.example)
        let forms = [
          "+\(code)\(number)", "00\(code)\(number)", "+\(code) (0)\(number)", "0\(number)", number, "\(code)\(number)",
          "+\(code) \(number.prefix(2)) \(number.dropFirst(2))", "(0\(number.prefix(2)))/\(number.dropFirst(2))",
          "1\(number)", "8\(number)", "+\(code)\(number)1", "+\(code)\(number.dropLast())",
        ]
        for form in forms {
          check(form, region.id, &reader, &sure)
          check(form, "CH", &reader, &sure)
          total += 2
        }
      }
    }
    #expect(sure * 10 > total * 7, "only \(sure) of \(total) took the fast path")
  }

  @Test(arguments: ["CH", "DE", "AT", "FR", "IT", "GB", "US", "LI", "ES", "AU", "BR", "MX", "AR", "RU", "JP", "VA"])
  func randomNumbersAgree(region: String) {
    let seed = region.utf8.reduce(UInt64(17)) { $0 &* 31 &+ UInt64($1) }
    var random = SeededGenerator(seed: seed)
    var reader = PhoneReader()
    var sure = 0
    let prefixes = [
      "", "", "0", "00", "+", "+41", "+1", "0041", "011", "1", "8", "+49", "+39", "+7", "+44",
      "+852", "+800",
    ]
    for _ in 0..<1_500 {
      var text = prefixes[Int(random.next() % UInt64(prefixes.count))]
      for _ in 0..<(3 + random.next() % 11) {
        let choice = random.next() % 24
        text += choice < 20 ? String(choice % 10) : [" ", "-", "/", "."][Int(choice - 20)]
      }
      check(text, region, &reader, &sure)
    }
    #expect(sure > 300, "seed \(seed): only \(sure) of 1500 took the fast path")
  }

  @Test func mutatedExamplesAgree() {
    var random = SeededGenerator(seed: 4_711)
    var reader = PhoneReader()
    var sure = 0
    for region in PhoneMetadata.installed.regions {
      for type in region.types.prefix(3) where type.example.count > 4 {
        for _ in 0..<4 {
          var digits = Array(type.example)
          digits[Int(random.next() % UInt64(digits.count))] = Character(String(random.next() % 10))
          let number = String(digits)
          check("+\(region.callingCode)\(number)", "DE", &reader, &sure)
          check("0\(number)", region.id, &reader, &sure)
        }
      }
    }
    #expect(sure > 3_000)
  }

  @Test(arguments: [
    (#"[2-9]\d{2}"#, ["234", "999"], ["134", "23", "2345"]),
    (#"(?:1|20?)\d{1,2}"#, ["11", "123", "2034", "21"], ["1", "3", "20345"]),
    (#"0(?:1[0-4]|9+)$"#, ["010", "0999"], ["015", "0"]),
    (#"\d*7"#, ["7", "1237"], ["", "71"]),
  ])
  func patternsMatch(pattern: String, fits: [String], fails: [String]) throws {
    let automaton = try #require(DigitAutomaton([pattern]))
    func matches(_ text: String) -> Bool {
      text.utf8.map { $0 - 0x30 }.withUnsafeBufferPointer { automaton.matches($0[...]) == 1 }
    }
    for text in fits { #expect(matches(text), "\(pattern) \(text)") }
    for text in fails { #expect(!matches(text), "\(pattern) \(text)") }
  }

  @Test(arguments: ["(?!1)2", "a", "[1-", "(1", "1{", "[^1]", #"\w"#, "1)", "{2}"])
  func patternsOutsideTheGrammarAreRefused(pattern: String) {
    #expect(DigitAutomaton([pattern]) == nil)
  }
}
