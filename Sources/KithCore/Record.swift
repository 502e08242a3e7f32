/// One item of a stream in the unified model. Connectors map a tool's rows to these; the core cleans, stores and matches.
public enum Record: Sendable, Equatable {
  case profile(Profile)
  case touchpoint(Touchpoint)
  case order(Order)
  /// One line of an order in a flat export, where every row repeats the order's own columns.
  case orderLine(FlatOrderLine)
  case product(Product)
  case response(SurveyResponse)
  case ticket(Ticket)
  case traffic(Traffic)
  /// The tool says that it no longer has this record.
  case deletion(Deletion)

  /// The kinds that a mapping can name, with the word it uses.
  public enum Kind: String, Sendable, CaseIterable {
    case profile, touchpoint, order, orderLine = "order_line", product, response, ticket, traffic
  }

  /// What it is; for a deletion what is gone.
  public var kind: Kind {
    switch self {
    case .profile: .profile
    case .touchpoint: .touchpoint
    case .order: .order
    case .orderLine: .orderLine
    case .product: .product
    case .response: .response
    case .ticket: .ticket
    case .traffic: .traffic
    case .deletion(let deletion): deletion.kind
    }
  }
}

/// A record that is gone at the source.
public struct Deletion: Sendable, Equatable {
  public var kind: Record.Kind
  public var key: String

  public init(kind: Record.Kind, key: String) {
    self.kind = kind
    self.key = key
  }
}

/// One interaction between a person and the company.
public struct Touchpoint: Sendable, Equatable {
  public enum Channel: String, Sendable, CaseIterable {
    case web, app, email, commerce, store, survey, support, event, phone, post, social, sales
  }

  public var key: String
  public var person: Profile?
  public var channel: Channel
  /// What happened, a past participle phrase in snake case: `page_viewed`, `email_opened`, `workshop_attended`.
  public var type: String
  public var occurredAt: Timestamp
  /// How the customer lived it, -1 (bad) to 1 (good); nil lets Kith use the type's default.
  public var valence: Double?
  /// Page title, mail subject, workshop name.
  public var subject: String?
  /// Page address, place, room.
  public var location: String?
  public var campaign: String?
  /// Where it came from: referrer, medium.
  public var referrer: String?
  public var sessionID: String?
  public var durationSeconds: Double?

  public init(
    key: String, person: Profile? = nil, channel: Channel, type: String, occurredAt: Timestamp,
    valence: Double? = nil, subject: String? = nil, location: String? = nil, campaign: String? = nil,
    referrer: String? = nil, sessionID: String? = nil, durationSeconds: Double? = nil
  ) {
    self.key = key
    self.person = person
    self.channel = channel
    self.type = type
    self.occurredAt = occurredAt
    self.valence = valence
    self.subject = subject
    self.location = location
    self.campaign = campaign
    self.referrer = referrer
    self.sessionID = sessionID
    self.durationSeconds = durationSeconds
  }
}

/// A purchase or a return.
public struct Order: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable { case sale, `return` }

  public var key: String
  public var person: Profile?
  public var kind: Kind
  public var channel: Touchpoint.Channel
  public var placedAt: Timestamp
  /// The tool's own word: `paid`, `refunded`, `cancelled`.
  public var status: String?
  /// ISO 4217; nil stands for the hub's base currency.
  public var currency: String?
  /// What the customer pays in all. Nil: the sum of the lines.
  public var total: Amount?
  public var tax: Amount?
  public var shipping: Amount?
  public var discount: Amount?
  /// What was paid back, a positive number.
  public var refunded: Amount?
  public var country: String?
  public var campaign: String?
  /// All lines of the order; a flat export delivers them one by one as `orderLine` instead.
  public var lines: [OrderLine]

  public init(
    key: String, person: Profile? = nil, kind: Kind = .sale, channel: Touchpoint.Channel = .commerce,
    placedAt: Timestamp, status: String? = nil, currency: String? = nil, total: Amount? = nil, tax: Amount? = nil,
    shipping: Amount? = nil, discount: Amount? = nil, refunded: Amount? = nil, country: String? = nil,
    campaign: String? = nil, lines: [OrderLine] = []
  ) {
    self.key = key
    self.person = person
    self.kind = kind
    self.channel = channel
    self.placedAt = placedAt
    self.status = status
    self.currency = currency
    self.total = total
    self.tax = tax
    self.shipping = shipping
    self.discount = discount
    self.refunded = refunded
    self.country = country
    self.campaign = campaign
    self.lines = lines
  }
}

public struct OrderLine: Sendable, Equatable {
  /// Unique within the order.
  public var key: String
  public var productKey: String?
  public var name: String?
  public var category: String?
  /// Negative when goods came back.
  public var quantity: Amount
  public var unitPrice: Amount?
  /// Nil: quantity × unit price.
  public var total: Amount?

  public init(
    key: String, productKey: String? = nil, name: String? = nil, category: String? = nil,
    quantity: Amount = Amount(mantissa: 1), unitPrice: Amount? = nil, total: Amount? = nil
  ) {
    self.key = key
    self.productKey = productKey
    self.name = name
    self.category = category
    self.quantity = quantity
    self.unitPrice = unitPrice
    self.total = total
  }
}

/// A row of a flat order export. `order.lines` is empty; Kith puts the order together from its rows: it was placed at
/// the earliest row's time, and totals that the rows do not give are sums. A row may lack a line (`line` nil), as in
/// exports where the first row tells the order and the next ones its lines.
public struct FlatOrderLine: Sendable, Equatable {
  public var order: Order
  public var line: OrderLine?

  public init(order: Order, line: OrderLine?) {
    self.order = order
    self.line = line
  }
}

public struct Product: Sendable, Equatable {
  public var key: String
  public var name: String?
  public var category: String?
  public var price: Amount?
  public var currency: String?

  public init(key: String, name: String? = nil, category: String? = nil, price: Amount? = nil, currency: String? = nil)
  {
    self.key = key
    self.name = name
    self.category = category
    self.price = price
    self.currency = currency
  }
}

/// One person's answer to a survey.
public struct SurveyResponse: Sendable, Equatable {
  public var key: String
  public var person: Profile?
  public var survey: String?
  public var respondedAt: Timestamp
  /// Net promoter question, 0 to 10.
  public var nps: Int?
  /// Customer satisfaction, on `csatScale` (the best answer, usually 5).
  public var csat: Double?
  public var csatScale: Double?
  /// Customer effort: on `cesScale` (usually 7), high is easy.
  public var ces: Double?
  public var cesScale: Double?
  public var comment: String?
  public var language: String?
  /// What the survey was about: an order, a ticket, a visit.
  public var subject: String?

  public init(
    key: String, person: Profile? = nil, survey: String? = nil, respondedAt: Timestamp, nps: Int? = nil,
    csat: Double? = nil, csatScale: Double? = nil, ces: Double? = nil, cesScale: Double? = nil,
    comment: String? = nil, language: String? = nil, subject: String? = nil
  ) {
    self.key = key
    self.person = person
    self.survey = survey
    self.respondedAt = respondedAt
    self.nps = nps
    self.csat = csat
    self.csatScale = csatScale
    self.ces = ces
    self.cesScale = cesScale
    self.comment = comment
    self.language = language
    self.subject = subject
  }
}

/// A request for help.
public struct Ticket: Sendable, Equatable {
  public var key: String
  public var person: Profile?
  public var subject: String?
  public var channel: String?
  /// The tool's own word: `open`, `solved`.
  public var status: String?
  public var priority: String?
  public var group: String?
  public var createdAt: Timestamp
  public var firstResponseAt: Timestamp?
  public var solvedAt: Timestamp?
  /// The customer's verdict, -1 (bad) to 1 (good).
  public var satisfaction: Double?
  public var comment: String?

  public init(
    key: String, person: Profile? = nil, subject: String? = nil, channel: String? = nil, status: String? = nil,
    priority: String? = nil, group: String? = nil, createdAt: Timestamp, firstResponseAt: Timestamp? = nil,
    solvedAt: Timestamp? = nil, satisfaction: Double? = nil, comment: String? = nil
  ) {
    self.key = key
    self.person = person
    self.subject = subject
    self.channel = channel
    self.status = status
    self.priority = priority
    self.group = group
    self.createdAt = createdAt
    self.firstResponseAt = firstResponseAt
    self.solvedAt = solvedAt
    self.satisfaction = satisfaction
    self.comment = comment
  }
}

/// How many came on a day, by where they came from and what they saw: what web analytics tell that know no persons. It
/// belongs to no profile and is no touchpoint. The counts of two rows may be added up, but for the visitors of two days
/// or pages, who may be the same ones.
public struct Traffic: Sendable, Equatable {
  /// Made of all dimensions where the tool has none of its own, so that a later reading of the same day replaces.
  public var key: String
  /// The day as the tool counts it, in the time zone that is set there.
  public var date: CalendarDate
  public var channel: Touchpoint.Channel
  /// Where they came from: `google`, `newsletter`, a site's name.
  public var trafficSource: String?
  /// How: `organic`, `referral`, `email`, `cpc`.
  public var medium: String?
  public var campaign: String?
  /// The page that was seen, or where the visit began.
  public var page: String?
  public var country: String?
  /// `desktop`, `mobile`, `tablet`.
  public var device: String?
  /// What was reached, where conversions are counted by it: `Signup`, `purchase`.
  public var goal: String?
  /// Counts, 0 or more; nil when the tool does not tell.
  public var visitors: Int?
  public var visits: Int?
  public var pageViews: Int?
  public var conversions: Int?

  public init(
    key: String, date: CalendarDate, channel: Touchpoint.Channel = .web, trafficSource: String? = nil,
    medium: String? = nil, campaign: String? = nil, page: String? = nil, country: String? = nil, device: String? = nil,
    goal: String? = nil, visitors: Int? = nil, visits: Int? = nil, pageViews: Int? = nil, conversions: Int? = nil
  ) {
    self.key = key
    self.date = date
    self.channel = channel
    self.trafficSource = trafficSource
    self.medium = medium
    self.campaign = campaign
    self.page = page
    self.country = country
    self.device = device
    self.goal = goal
    self.visitors = visitors
    self.visits = visits
    self.pageViews = pageViews
    self.conversions = conversions
  }
}
