import KithCore

/// Records as text for people and for golden files: one record begins at the margin, what it says is indented below.
/// What is nil is left out; texts are in quotes with control characters escaped, so that a line is one fact.
public struct RecordText {
  private var lines: [String] = []

  private init() {}

  public static func text(of record: Record) -> String {
    var printer = RecordText()
    printer.add(record)
    return printer.lines.joined(separator: "\n")
  }

  /// `reject input.csv:4 missing_key`: no reason, whose wording may change.
  public static func text(of reject: Reject) -> String {
    let place = reject.place.split(separator: "/").last.map(String.init) ?? reject.place
    return "reject \(place) \(reject.code)"
  }

  private mutating func head(_ kind: String, _ key: String, _ more: String...) {
    lines.append(([kind, quoted(key)] + more.filter { !$0.isEmpty }).joined(separator: " "))
  }

  private mutating func add(_ name: String, _ value: String?) {
    if let value { lines.append("  \(name) = \(quoted(value))") }
  }

  private mutating func add(_ name: String, plain value: String?) {
    if let value { lines.append("  \(name) = \(value)") }
  }

  private mutating func add(_ name: String, _ value: Timestamp?) { add(name, plain: value?.sqlText) }

  private mutating func add(_ name: String, _ value: Amount?) { add(name, plain: value?.text) }

  private mutating func add(_ name: String, _ value: Double?) { add(name, plain: value.map { "\($0)" }) }

  private mutating func add(_ record: Record) {
    switch record {
    case .profile(let profile): add(profile, indent: false)
    case .touchpoint(let touchpoint): add(touchpoint)
    case .order(let order): add(order, as: "order")
    case .orderLine(let row):
      add(row.order, as: "order_line")
      if let line = row.line { add(line) } else { lines.append("  no line") }
    case .product(let product): add(product)
    case .response(let response): add(response)
    case .ticket(let ticket): add(ticket)
    case .deletion(let deletion): head("deletion", deletion.key, deletion.kind.rawValue)
    }
  }

  private mutating func add(_ profile: Profile, indent: Bool) {
    if indent {
      lines.append("  person \(quoted(profile.key))\(profile.kind == .person ? "" : " \(profile.kind.rawValue)")")
    } else {
      head("profile", profile.key, profile.kind == .person ? "" : profile.kind.rawValue)
    }
    let first = lines.count
    for identifier in profile.identifiers {
      add(identifier.namespace.map { "\(identifier.kind.name)@\($0)" } ?? identifier.kind.name, identifier.value)
    }
    for attribute in profile.attributes { add(attribute.attribute.name, attribute.value) }
    for consent in profile.consents {
      add("consent.\(consent.purpose)", plain: consent.status.rawValue)
      add("consent.\(consent.purpose).at", consent.changedAt)
    }
    for trait in profile.traits { add("trait.\(trait.name)", trait.value) }
    add("created_at", profile.createdAt)
    add("updated_at", profile.updatedAt)
    if indent { for index in first..<lines.count { lines[index] = "  " + lines[index] } }
  }

  private mutating func add(_ touchpoint: Touchpoint) {
    head("touchpoint", touchpoint.key, touchpoint.channel.rawValue, touchpoint.type)
    add("occurred_at", touchpoint.occurredAt)
    add("valence", touchpoint.valence)
    add("subject", touchpoint.subject)
    add("location", touchpoint.location)
    add("campaign", touchpoint.campaign)
    add("referrer", touchpoint.referrer)
    add("session_id", touchpoint.sessionID)
    add("duration_seconds", touchpoint.durationSeconds)
    if let person = touchpoint.person { add(person, indent: true) }
  }

  private mutating func add(_ order: Order, as word: String) {
    head(word, order.key, order.kind.rawValue, order.channel.rawValue)
    add("placed_at", order.placedAt)
    add("status", order.status)
    add("currency", order.currency)
    add("total", order.total)
    add("tax", order.tax)
    add("shipping", order.shipping)
    add("discount", order.discount)
    add("refunded", order.refunded)
    add("order_country", order.country)
    add("campaign", order.campaign)
    if let person = order.person { add(person, indent: true) }
    for line in order.lines { add(line) }
  }

  private mutating func add(_ line: OrderLine) {
    lines.append("  line \(quoted(line.key))")
    let first = lines.count
    add("product_key", line.productKey)
    add("name", line.name)
    add("category", line.category)
    add("quantity", line.quantity)
    add("unit_price", line.unitPrice)
    add("total", line.total)
    for index in first..<lines.count { lines[index] = "  " + lines[index] }
  }

  private mutating func add(_ product: Product) {
    head("product", product.key)
    add("name", product.name)
    add("category", product.category)
    add("price", product.price)
    add("currency", product.currency)
  }

  private mutating func add(_ response: SurveyResponse) {
    head("response", response.key)
    add("survey", response.survey)
    add("responded_at", response.respondedAt)
    add("nps", plain: response.nps.map { "\($0)" })
    add("csat", plain: response.csat.map { "\($0)\(scale(response.csatScale))" })
    add("ces", plain: response.ces.map { "\($0)\(scale(response.cesScale))" })
    add("comment", response.comment)
    add("response_language", response.language)
    add("subject", response.subject)
    if let person = response.person { add(person, indent: true) }
  }

  private func scale(_ value: Double?) -> String { value.map { " of \($0)" } ?? "" }

  private mutating func add(_ ticket: Ticket) {
    head("ticket", ticket.key)
    add("subject", ticket.subject)
    add("channel", ticket.channel)
    add("status", ticket.status)
    add("priority", ticket.priority)
    add("group", ticket.group)
    add("created_at", ticket.createdAt)
    add("first_response_at", ticket.firstResponseAt)
    add("solved_at", ticket.solvedAt)
    add("satisfaction", ticket.satisfaction)
    add("comment", ticket.comment)
    if let person = ticket.person { add(person, indent: true) }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
