import KithCore

/// Somebody who does not exist, with what is true about them; what the tools wrote down is another matter.
struct Person: Sendable {
  /// What the truth calls them: `P0001`.
  let truth: String
  let number: Int
  let language: Language
  let gender: Gender
  let country: String
  let given: String
  let family: String
  /// The family name before a wedding, and the day of it.
  var formerFamily: String?
  var marriedOn: CalendarDate?
  let birth: CalendarDate
  let home: Address
  var formerHome: Address?
  var movedOn: CalendarDate?
  /// Their own address first, then perhaps a second one.
  var emails: [String]
  /// The one that the household shares, which some members use for everything.
  var householdEmail: String?
  /// In E.164.
  let mobile: String?
  let landline: String?
  /// Index of the company they work for.
  let employer: Int?
  let workEmail: String?
  let temper: Temper
  var memberships: Memberships
  /// The ids that web analytics gave their browsers.
  let visitors: [String]
  let network: String

  func family(on day: CalendarDate) -> String {
    if let formerFamily, let marriedOn, day < marriedOn { return formerFamily }
    return family
  }

  func home(on day: CalendarDate) -> Address {
    if let formerHome, let movedOn, day < movedOn { return formerHome }
    return home
  }

  /// The address they type without thinking.
  var usualEmail: String { householdEmail ?? emails[0] }

  var salutation: String {
    switch (language, gender) {
    case (.german, .woman): "Frau"
    case (.german, .man): "Herr"
    case (.french, .woman): "Madame"
    case (.french, .man): "Monsieur"
    case (.italian, .woman): "Signora"
    case (.italian, .man): "Signor"
    case (.english, .woman): "Ms."
    case (.english, .man): "Mr."
    }
  }
}

/// What kind of customer somebody is: it decides how much happens and how they take it.
enum Temper: Sendable, CaseIterable {
  case enthusiast, regular, bargainHunter, quiet, troubled, newcomer

  /// Orders in the year.
  var orders: ClosedRange<Int> {
    switch self {
    case .enthusiast: 2...5
    case .regular: 0...2
    case .bargainHunter: 0...2
    case .quiet: 0...1
    case .troubled: 1...2
    case .newcomer: 0...1
    }
  }

  /// How they would answer the recommendation question on a day without trouble.
  var mood: Int {
    switch self {
    case .enthusiast: 10
    case .regular: 9
    case .bargainHunter, .newcomer: 8
    case .quiet: 7
    case .troubled: 7
    }
  }
}

/// Which tools know them, and by which number.
struct Memberships: Sendable {
  var isContact = false
  var isLead = false
  var hasCard = false
  /// The shop's customer number.
  var shopNumber: String?
  /// The number in the old French shop.
  var frenchShopNumber: String?
  var isSubscriber = false
  var loyaltyNumber: String?
  var surfs = false
}
