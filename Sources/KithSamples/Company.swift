import KithCore

/// A firm that buys: an account of the CRM.
struct Employer: Sendable {
  let id: String
  let truth: String
  let name: String
  let domain: String
  let home: Address
  let phone: String?
  let industry: String
  let created: Timestamp
}

/// What the sample company, the outdoor shop "Murmel & Meile", sells.
struct Article: Sendable {
  let sku: String
  let name: String
  let french: String
  /// In Swiss francs; the French shop asks the same number of euros.
  let cents: Int

  static let all: [Article] = [
    Article(sku: "MM-101", name: "Wanderschuh Gämse", french: "Chaussure de marche Chamois", cents: 18_900),
    Article(sku: "MM-102", name: "Trailschuh Wiesel", french: "Chaussure de trail Belette", cents: 14_950),
    Article(sku: "MM-201", name: "Regenjacke Föhn", french: "Veste de pluie Foehn", cents: 24_900),
    Article(sku: "MM-202", name: "Daunenweste Schneehuhn", french: "Gilet Lagopède", cents: 15_900),
    Article(sku: "MM-301", name: "Rucksack Murmel 28 l", french: "Sac Marmotte 28 l", cents: 12_900),
    Article(sku: "MM-302", name: "Tagesrucksack Kiesel", french: "Sac Galet", cents: 7_900),
    Article(sku: "MM-401", name: "Zelt Drachen, 2 Personen", french: "Tente Cerf-Volant, 2 places", cents: 39_900),
    Article(sku: "MM-402", name: "Kocher Glühwurm", french: "Réchaud Luciole", cents: 5_990),
    Article(sku: "MM-403", name: "Stirnlampe Laterne", french: "Lampe frontale Lanterne", cents: 4_450),
    Article(sku: "MM-501", name: "Merinosocken \"Zwei Paar\"", french: "Chaussettes mérinos", cents: 2_490),
    Article(sku: "MM-502", name: "Trinkflasche Bergbach", french: "Gourde Ruisseau", cents: 2_950),
    Article(sku: "MM-503", name: "Veloflickzeug", french: "Kit de réparation", cents: 1_290),
    Article(sku: "MM-504", name: "Velotasche Holunder", french: "Sacoche Sureau", cents: 8_900),
  ]
}

/// A course or evening that people come to.
struct Workshop: Sendable {
  let code: String
  let title: String
  let place: String
  let at: Timestamp
}

/// One newsletter.
struct Campaign: Sendable {
  let code: String
  let subject: String
  let at: Timestamp
}
