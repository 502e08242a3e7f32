import KithCore
import Testing

@testable import KithIdentity

@Suite struct NameAgreementTests {
  private func compare(_ left: IdentityProfile, _ right: IdentityProfile) -> FacetComparison {
    let one = FacetComparison(Facet(left), Facet(right))
    let other = FacetComparison(Facet(right), Facet(left))
    #expect(one.agrees(.givenName) == other.agrees(.givenName))
    #expect(one.agrees(.fullName) == other.agrees(.fullName))
    #expect(one.contradicts(.none) == other.contradicts(.none))
    return one
  }

  @Test(arguments: [
    ("anna meier", "anna meier"), ("anna meier", "anna maria meier"), ("a meier", "anna meier"),
    ("annamaria meier", "anna maria meier"), ("meier anna", "anna meier"), ("michael graf", "michale graf"),
    ("maximilian graf", "maximiliann graf"), ("anna meier", "anna meyer"), ("- meier", "anna meier"),
    ("anna -", "anna meier"), ("", "anna meier"), ("anna m meier", "anna maria meier"),
  ])
  func agreeInAll(_ left: String, _ right: String) {
    let result = compare(person(1, left), person(2, right))
    #expect(result.agrees(.fullName))
    #expect(result.agrees(.givenName))
    #expect(!result.contradicts(.fullName))
  }

  @Test(arguments: [
    ("anna meier", "beat meier"), ("jan graf", "jon graf"), ("maria graf", "mario graf"),
    ("andrea graf", "andreas graf"), ("christian graf", "christina graf"), ("daniel graf", "daniela graf"),
    ("alexander graf", "alexandra graf"), ("b meier", "anna meier"), ("hans peter graf", "hans jakob graf"),
    ("maria meier", "anna maria meier"),
  ])
  func otherPersons(_ left: String, _ right: String) {
    let result = compare(person(1, left), person(2, right))
    #expect(!result.agrees(.givenName))
    #expect(result.contradicts(.givenName))
  }

  @Test func familyNameMayChangeOnlyForOneWhoseGivenNameAgrees() {
    let married = compare(person(1, "anna meier"), person(2, "anna kunz"))
    #expect(married.agrees(.givenName) && !married.agrees(.fullName) && !married.contradicts(.fullName))
    #expect(!compare(person(1, "a meier"), person(2, "anna kunz")).agrees(.givenName))
    #expect(!compare(person(1, "- meier"), person(2, "anna kunz")).agrees(.givenName))
    #expect(!compare(person(1, "- meier"), person(2, "- kunz")).agrees(.givenName))
  }

  @Test func doubleFamilyName() {
    var double = person(1, "anna meier")
    double.family = ["kunz", "meier"]
    #expect(compare(double, person(2, "anna meier")).agrees(.fullName))
    #expect(!compare(double, person(2, "anna graf")).agrees(.fullName))
  }

  @Test func nicknameClasses() {
    var (bob, robert, bert) = (person(1, "bob graf"), person(2, "robert graf"), person(3, "bert graf"))
    #expect(!compare(bob, robert).agrees(.givenName))
    bob.givenClasses = ["robert"]
    #expect(compare(bob, robert).agrees(.fullName))
    bert.givenClasses = ["albert", "robert"]
    #expect(compare(bob, bert).agrees(.fullName))
    robert.givenClasses = ["x"]
    #expect(compare(bob, robert).agrees(.fullName))
  }

  @Test(arguments: [
    ("1980-05-12", "1980-05-12", false), ("1980-05-12", "1980-12-05", false), ("1980-05-12", "1981-05-12", false),
    ("1980-05-12", "1980-06-13", true), ("1950-05-12", "1981-05-12", true), ("1980-05-12", "1980-05-21", true),
  ])
  func birthDates(_ left: String, _ right: String, _ conflict: Bool) {
    let result = compare(person(1, "anna graf", left), person(2, "anna graf", right))
    #expect(result.contradicts(.givenName) == conflict)
    #expect(!result.contradicts(.none))
    #expect(compare(person(1, "anna graf", left), person(2, "beat kunz", right)).contradicts(.none) == conflict)
  }

  @Test func editDistanceBounds() {
    func within(_ limit: Int, _ left: String, _ right: String) -> Bool {
      isWithin(limit, Array(left.unicodeScalars), Array(right.unicodeScalars))
    }
    #expect(within(1, "abcde", "abdce") && !within(0, "abcde", "abdce"))
    #expect(within(2, "abcdefghi", "bacdefgih") && !within(1, "abcdefghi", "bacdefgih"))
    #expect(within(1, "", "a") && !within(1, "", "ab") && within(0, "", ""))
    #expect(within(2, "kitten", "sittin") && !within(1, "kitten", "sittin"))
  }

  /// Against a distance without shortcuts, over every pair of words of up to four letters.
  @Test func editDistanceOracle() {
    func distance(_ left: ArraySlice<Unicode.Scalar>, _ right: ArraySlice<Unicode.Scalar>) -> Int {
      guard let one = left.last, let other = right.last else { return left.count + right.count }
      var best = min(
        distance(left.dropLast(), right) + 1, distance(left, right.dropLast()) + 1,
        distance(left.dropLast(), right.dropLast()) + (one == other ? 0 : 1))
      if left.count > 1, right.count > 1, one == right.dropLast().last, other == left.dropLast().last {
        best = min(best, distance(left.dropLast(2), right.dropLast(2)) + 1)
      }
      return best
    }
    var words: [[Unicode.Scalar]] = [[]]
    for length in 0..<4 {
      for word in words where word.count == length { words += [word + ["a"], word + ["b"]] }
    }
    for left in words {
      for right in words {
        let expected = distance(left[...], right[...])
        for limit in 0...3 { #expect(isWithin(limit, left, right) == (expected <= limit), "\(left) \(right)") }
      }
    }
  }
}
