/// People who live at one address: alone, as a couple, or as parents with two grown children.
struct Household {
  let home: Home
  private(set) var members: [Member] = []
  /// A mailbox that all of them use now and then.
  private(set) var mailbox: String?
  /// A telephone number that all of them give now and then.
  let landline: Int?

  struct Member {
    let given: Word
    let family: Word
    let isWoman: Bool
    let birth: BirthDay
  }

  init(_ seat: Seat) {
    var random = SplitMix64(.household, row: seat.household)
    home = Home(&random)
    landline = random.chance(45) ? PeoplePhone.landline(of: seat.household) : nil
    let family = NameStock.of(home.town).families.pick(&random)
    let elder = BirthDay(age: seat.size > 2 ? 44 + random.below(19) : 18 + random.below(68), &random)
    let areTwins = random.chance(15)
    for place in 0..<seat.size {
      let birth = place == 3 && areTwins ? members[2].birth : Self.birth(place, elder, &random)
      addMember(place, family, birth, &random)
    }
    if seat.size > 1 && random.chance(14) {
      mailbox = "familie.\(family.mail)\(seat.household)@\(Mailbox.domain(&random))"
    }
  }

  private mutating func addMember(_ place: Int, _ shared: Word, _ birth: BirthDay, _ random: inout SplitMix64) {
    let stock = NameStock.of(home.town)
    let isWoman = place == 1 && random.chance(95) ? !members[0].isWoman : random.chance(50)
    var given = stock.given(isWoman: isWoman, &random)
    // No two of one family are called alike.
    while members.contains(where: { $0.given.text == given.text }) { given = stock.given(isWoman: isWoman, &random) }
    let family = place == 1 && random.chance(25) ? stock.families.pick(&random) : shared
    members.append(Member(given: given, family: family, isWoman: isWoman, birth: birth))
  }

  private static func birth(_ place: Int, _ elder: BirthDay, _ random: inout SplitMix64) -> BirthDay {
    switch place {
    case 0: elder
    case 1: BirthDay(age: max(18, elder.age + random.below(9) - 4), &random)
    default: BirthDay(age: 16 + random.below(elder.age - 40), &random)
    }
  }
}

struct BirthDay {
  let year: Int
  var month: Int
  var day: Int

  var age: Int { Self.today - year }

  private static let today = 2025

  init(age: Int, _ random: inout SplitMix64) {
    year = Self.today - age
    month = 1 + random.below(12)
    day = 1 + random.below(month == 2 ? 28 : 30)
  }
}
