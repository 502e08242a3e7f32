import KithCore

/// Lets the year happen: for every person a chain of campaign, visit, order, trouble, answer and workshop, in which
/// what went wrong shows in what they say afterwards.
struct Storyteller {
  let until: CalendarDate
  let workshops: [Workshop]
  let campaigns: [Campaign]
  private let seed: UInt64
  private(set) var chronicle = Chronicle()

  init(people: [Person], until: CalendarDate, seed: UInt64) {
    self.until = until
    self.seed = seed
    workshops = Storyteller.makeWorkshops(until)
    campaigns = Storyteller.makeCampaigns(until)
    for person in people {
      var random = SampleRandom(seed: seed, purpose: "life", number: person.number)
      live(person, &random)
    }
    sortByTime()
  }

  private mutating func live(_ person: Person, _ random: inout SampleRandom) {
    var mood = person.temper.mood
    receiveNewsletters(person, &random)
    for _ in 0..<random.within(person.temper.orders) { buy(person, &mood, &random) }
    if person.memberships.surfs, random.chance(30) { browse(person, &random) }
    if random.chance(8) {
      let topic: CaseTopic = random.chance(60) ? .size : .address
      ask(person, topic: topic, about: nil, someTime(&random), &mood, &random)
    }
    if random.chance(person.temper == .enthusiast ? 60 : 20) { attend(person, &mood, &random) }
    if person.memberships.loyaltyNumber != nil || random.chance(8) { visitBranch(person, mood, &random) }
  }

  // MARK: newsletter and website

  private mutating func receiveNewsletters(_ person: Person, _ random: inout SampleRandom) {
    guard person.memberships.isSubscriber else { return }
    let eager = person.temper == .enthusiast ? 70 : person.temper == .bargainHunter ? 60 : 28
    let mailboxIsDead = random.chance(3)
    for campaign in campaigns {
      let sent = campaign.at.adding(minutes: random.below(20))
      if mailboxIsDead {
        chronicle.mailings.append(Mailing(person: person.number, campaign: campaign, steps: [(.bounce, sent)]))
        return
      }
      var steps: [(step: Mailing.Step, at: Timestamp)] = [(.delivered, sent)]
      if random.chance(eager) {
        let opened = sent.adding(minutes: random.within(5...2_000))
        steps.append((.open, opened))
        if random.chance(35) {
          steps.append((.click, opened.adding(minutes: 1)))
          if person.memberships.surfs {
            visit(person, at: opened.adding(minutes: 1), campaign: campaign, order: nil, articles: 1, &random)
          }
        } else if random.chance(4) {
          steps.append((random.chance(20) ? .spamreport : .unsubscribe, opened.adding(minutes: 2)))
        }
      }
      chronicle.mailings.append(Mailing(person: person.number, campaign: campaign, steps: steps))
      if let last = steps.last?.step, last == .unsubscribe || last == .spamreport { return }
    }
  }

  private mutating func browse(_ person: Person, _ random: inout SampleRandom) {
    visit(person, at: someTime(&random), campaign: nil, order: nil, articles: random.within(1...2), &random)
  }

  private mutating func visit(
    _ person: Person, at moment: Timestamp, campaign: Campaign?, order: Int?, articles: Int,
    _ random: inout SampleRandom
  ) {
    let canSignIn = person.memberships.shopNumber != nil
    chronicle.sessions.append(
      Session(
        person: person.number, visitor: random.pick(person.visitors), at: moment, campaign: campaign,
        articles: (0..<articles).map { _ in random.pick(Article.all) },
        signsIn: canSignIn && (order != nil ? random.chance(85) : random.chance(20)), order: order))
  }

  // MARK: orders and what follows

  private mutating func buy(_ person: Person, _ mood: inout Int, _ random: inout SampleRandom) {
    let inFrance = person.memberships.frenchShopNumber != nil && random.chance(40)
    var moment = someTime(&random)
    // The old shop closed at the turn of the year.
    if inFrance { moment = Timestamp(seconds: moment.seconds - 300 * 86_400) }
    let campaign =
      person.memberships.isSubscriber && !inFrance && random.chance(30)
      ? campaigns.last { $0.at < moment && moment.seconds - $0.at.seconds < 21 * 86_400 } : nil
    var lines: [Sale.Line] = []
    for _ in 0..<random.pick(weighted: [(1, 58), (2, 30), (3, 12)]) {
      let article = random.pick(Article.all)
      if lines.contains(where: { $0.article.sku == article.sku }) { continue }
      lines.append(Sale.Line(article: article, quantity: article.cents < 6_000 ? random.within(1...3) : 1))
    }
    let returns = random.chance(person.temper == .troubled ? 40 : 10)
    if returns { lines[random.below(lines.count)].returned = true }
    let goods = lines.reduce(0) { $0 + $1.quantity * $1.article.cents }
    let number = chronicle.sales.count + 1
    let isGuest = person.memberships.shopNumber == nil || random.chance(12)
    chronicle.sales.append(
      Sale(
        number: number, person: person.number, at: moment, shop: inFrance ? .french : .current,
        currency: inFrance || person.country != "CH" ? "EUR" : "CHF", lines: lines,
        shippingCents: goods >= 10_000 ? 0 : 790, isGuest: isGuest, campaign: campaign?.code,
        cancelled: !returns && random.chance(2)))
    if inFrance { return }
    if person.memberships.surfs, random.chance(75) {
      visit(
        person, at: moment.adding(minutes: -random.within(4...40)), campaign: campaign, order: number,
        articles: min(2, lines.count), &random)
    }
    afterwards(person, returns: returns, order: number, moment, &mood, &random)
  }

  private mutating func afterwards(
    _ person: Person, returns: Bool, order: Int, _ moment: Timestamp, _ mood: inout Int,
    _ random: inout SampleRandom
  ) {
    let isTroubled = person.temper == .troubled
    if returns {
      mood -= 1
      if random.chance(40) {
        ask(person, topic: .returning, about: order, moment.adding(days: random.within(8...20)), &mood, &random)
      }
    } else if random.chance(isTroubled ? 45 : 9) {
      let topic: CaseTopic = random.chance(60) ? .late : .damaged
      ask(person, topic: topic, about: order, moment.adding(days: random.within(4...12)), &mood, &random)
    }
    if random.chance(24) {
      answer(person, .afterOrder, moment.adding(days: 14).adding(minutes: random.below(5_000)), mood, &random)
    }
  }

  private mutating func ask(
    _ person: Person, topic: CaseTopic, about order: Int?, _ moment: Timestamp, _ mood: inout Int,
    _ random: inout SampleRandom
  ) {
    guard moment < end else { return }
    let isSlow = random.chance(person.temper == .troubled ? 60 : 25)
    let reply = isSlow ? random.within(1_500...9_000) : random.within(10...420)
    let solved = reply + random.within(30...(isSlow ? 12_000 : 2_000))
    let isOpen = moment.adding(minutes: solved) > end || random.chance(4)
    let bother = topic.weight + (isSlow ? 1 : -2)
    mood -= max(0, bother)
    let verdict: SupportCase.Verdict =
      isOpen || random.chance(55) ? .none : bother >= 3 ? .bad : random.chance(88) ? .good : .bad
    chronicle.cases.append(
      SupportCase(
        number: chronicle.cases.count + 1, person: person.number, at: moment, topic: topic, replyMinutes: reply,
        solvedMinutes: isOpen ? nil : solved, verdict: verdict, order: order))
    if !isOpen, random.chance(24) {
      let asked = moment.adding(minutes: solved + random.within(600...4_000))
      answer(person, .afterTicket, asked, mood, &random)
    }
  }

  private mutating func answer(
    _ person: Person, _ form: Answer.Form, _ moment: Timestamp, _ mood: Int, _ random: inout SampleRandom
  ) {
    guard moment < end else { return }
    let nps = min(10, max(0, mood + random.within(-1...1)))
    let csat = min(5, max(1, (nps + 1) / 2))
    let comment = random.chance(55) ? random.pick(Comments.of(person.language, nps: nps)) : nil
    chronicle.answers.append(
      Answer(
        person: person.number, at: moment, form: form, nps: random.chance(96) ? nps : nil,
        csat: random.chance(92) ? csat : nil, comment: comment))
  }

  // MARK: in person

  private mutating func attend(_ person: Person, _ mood: inout Int, _ random: inout SampleRandom) {
    let workshop = random.pick(workshops)
    let came = random.chance(86)
    chronicle.attendances.append(Attendance(person: person.number, workshop: workshop, came: came))
    guard came else { return }
    mood = min(10, mood + 1)
    if random.chance(40) {
      answer(person, .afterWorkshop, workshop.at.adding(minutes: random.within(180...4_000)), mood, &random)
    }
  }

  private mutating func visitBranch(_ person: Person, _ mood: Int, _ random: inout SampleRandom) {
    for _ in 0..<random.within(1...2) {
      let smile = random.chance(50) ? min(5, max(1, (mood + random.within(-1...1)) / 2)) : nil
      chronicle.visits.append(
        BranchVisit(
          person: person.number, at: someTime(&random, from: 9, to: 18),
          branch: random.pick(["Zürich Sihl", "Bern Marktgasse", "Lausanne Flon"]),
          reason: random.pick(["Beratung", "Einkauf", "Abholung", "Reparatur", "Umtausch"]), smile: smile))
    }
  }

  // MARK: times

  private var end: Timestamp { Timestamp(until, hour: 22) }

  /// A moment of the year, at hours when people are awake.
  private func someTime(_ random: inout SampleRandom, from: Int = 6, to: Int = 21) -> Timestamp {
    Timestamp(
      until.adding(days: -random.within(3...364)), hour: random.within(from...to), minute: random.below(60),
      second: random.below(60))
  }

  private mutating func sortByTime() {
    chronicle.sales.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    chronicle.cases.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    chronicle.answers.sort { ($0.at, $0.person) < ($1.at, $1.person) }
    chronicle.sessions.sort { ($0.at, $0.person) < ($1.at, $1.person) }
    chronicle.visits.sort { ($0.at, $0.person) < ($1.at, $1.person) }
    chronicle.attendances.sort { ($0.workshop.at, $0.person) < ($1.workshop.at, $1.person) }
    numberByTime()
  }

  /// Tools count their orders and tickets in the order in which they come.
  private mutating func numberByTime() {
    var renumbered: [Int: Int] = [:]
    for index in chronicle.sales.indices {
      renumbered[chronicle.sales[index].number] = index + 1
      chronicle.sales[index].number = index + 1
    }
    for index in chronicle.cases.indices {
      chronicle.cases[index].number = index + 1
      chronicle.cases[index].order = chronicle.cases[index].order.flatMap { renumbered[$0] }
    }
    for index in chronicle.sessions.indices {
      chronicle.sessions[index].order = chronicle.sessions[index].order.flatMap { renumbered[$0] }
    }
  }

  private static func makeWorkshops(_ until: CalendarDate) -> [Workshop] {
    let titles = [
      ("VELO-1", "Velo flicken für alle", "Zürich, Werkstatt"), ("KARTE-1", "Karten lesen", "Bern, Saal 2"),
      ("TOUR-1", "Tourenabend: Nacht im Zelt", "Zürich, Laden"), ("VELO-2", "Velo flicken für alle", "Bern, Werkstatt"),
      ("KNOTEN-1", "Knoten und Seile", "Lausanne, Halle"), ("KARTE-2", "Karten lesen", "Zürich, Saal 1"),
    ]
    return titles.enumerated().map { index, title in
      Workshop(
        code: title.0, title: title.1, place: title.2,
        at: Timestamp(until.adding(days: -330 + index * 57), hour: 17, minute: 30))
    }
  }

  private static func makeCampaigns(_ until: CalendarDate) -> [Campaign] {
    let subjects = [
      ("winter", "Warm durch den Winter"), ("fruehling", "Frühling: raus mit dir"),
      ("sommer", "Sommer, Zelt und Sterne"), ("herbst", "Herbstwandern: neue Schuhe"),
    ]
    return subjects.enumerated().map { index, subject in
      Campaign(
        code: subject.0, subject: subject.1, at: Timestamp(until.adding(days: -340 + index * 92), hour: 7, minute: 15))
    }
  }
}
