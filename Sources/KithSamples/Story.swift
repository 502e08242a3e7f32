import KithCore

/// A purchase, or the return of one.
struct Sale: Sendable {
  struct Line: Sendable {
    let article: Article
    let quantity: Int
    var returned = false
  }
  enum Shop: Sendable { case current, french }

  /// Counts up with time.
  var number: Int
  let person: Int
  let at: Timestamp
  let shop: Shop
  let currency: String
  var lines: [Line]
  let shippingCents: Int
  /// Bought without signing in: the shop knows no more than what was typed.
  let isGuest: Bool
  let campaign: String?
  var cancelled = false

  var goodsCents: Int { lines.reduce(0) { $0 + $1.quantity * $1.article.cents } }
  var totalCents: Int { goodsCents + shippingCents }
  var refundedCents: Int { lines.reduce(0) { $0 + ($1.returned ? $1.quantity * $1.article.cents : 0) } }
}

/// A request to the support desk.
struct SupportCase: Sendable {
  enum Verdict: Sendable { case good, bad, none }

  /// Counts up with time.
  var number: Int
  let person: Int
  let at: Timestamp
  let topic: CaseTopic
  let replyMinutes: Int
  /// Minutes from the request to its solution; nil while it is open.
  let solvedMinutes: Int?
  let verdict: Verdict
  /// The number of the sale that it is about.
  var order: Int?
}

/// An answer to the yearly survey or to the form after a workshop.
struct Answer: Sendable {
  enum Form: Sendable { case afterOrder, afterTicket, afterWorkshop }

  let person: Int
  let at: Timestamp
  let form: Form
  let nps: Int?
  let csat: Int?
  let comment: String?
}

/// A visit to the website.
struct Session: Sendable {
  let person: Int
  let visitor: String
  let at: Timestamp
  let campaign: Campaign?
  let articles: [Article]
  /// Whether the customer signs in on the way, which ties the visitor to the customer number.
  let signsIn: Bool
  var order: Int?
}

/// What became of one newsletter to one person, in the order it happened.
struct Mailing: Sendable {
  enum Step: String, Sendable { case delivered, open, click, bounce, unsubscribe, spamreport }

  let person: Int
  let campaign: Campaign
  let steps: [(step: Step, at: Timestamp)]
}

/// A seat at a workshop.
struct Attendance: Sendable {
  let person: Int
  let workshop: Workshop
  let came: Bool
}

/// A visit to a branch.
struct BranchVisit: Sendable {
  let person: Int
  let at: Timestamp
  let branch: String
  let reason: String
  /// 1 to 5, as pressed on the way out; nil when not.
  let smile: Int?
}

/// All that happened in the year.
struct Chronicle: Sendable {
  var sales: [Sale] = []
  var cases: [SupportCase] = []
  var answers: [Answer] = []
  var sessions: [Session] = []
  var mailings: [Mailing] = []
  var attendances: [Attendance] = []
  var visits: [BranchVisit] = []
}
