/// Where somebody lives: a real town, a street that is made up.
struct Home {
  let town: Town
  let street: String
  let house: Int

  init(_ random: inout SplitMix64) { self.init(in: Town.swiss.pick(&random), &random) }

  private init(in town: Town, _ random: inout SplitMix64) {
    self.town = town
    street = NameStock.of(town).streets.pick(&random)
    house = 1 + random.below(90)
  }
}

extension Town {
  /// Large ones first; those of `all` and many more, as addresses of 22 towns would say too little.
  static let swiss = RankedList(
    all.filter { $0.country == "CH" } + make("CH", .german, moreGerman) + make("CH", .french, moreFrench)
      + make("CH", .italian, moreItalian), head: 25)

  private static let moreGerman = """
    8001 Zürich,8005 Zürich,8050 Zürich,3012 Bern,3018 Bern,4051 Basel,4058 Basel,6004 Luzern,9008 St. Gallen,\
    8404 Winterthur,8953 Dietikon,8952 Schlieren,8620 Wetzikon,8640 Rapperswil,8820 Wädenswil,8810 Horgen,8800 Thalwil,\
    8302 Kloten,8600 Dübendorf,8180 Bülach,8105 Regensdorf,5400 Baden,5430 Wettingen,5200 Brugg,5600 Lenzburg,\
    4500 Solothurn,2540 Grenchen,4900 Langenthal,3400 Burgdorf,3098 Köniz,3110 Münsingen,4132 Muttenz,4133 Pratteln,\
    4410 Liestal,4123 Allschwil,6010 Kriens,6020 Emmenbrücke,6210 Sursee,6340 Baar,6330 Cham,6430 Schwyz,6460 Altdorf,\
    8750 Glarus,8500 Frauenfeld,8280 Kreuzlingen,8570 Weinfelden,9500 Wil,9400 Rorschach,9450 Altstätten,9470 Buchs,\
    9200 Gossau,9100 Herisau,7270 Davos,3900 Brig
    """
  private static let moreFrench = """
    1003 Lausanne,1201 Genève,1213 Onex,1217 Meyrin,1214 Vernier,1227 Carouge,1260 Nyon,1110 Morges,1020 Renens,\
    1800 Vevey,1820 Montreux,1400 Yverdon,1530 Payerne,1630 Bulle,1870 Monthey,1920 Martigny,3960 Sierre,\
    2300 La Chaux-de-Fonds,2400 Le Locle,2740 Moutier,2900 Porrentruy,1180 Rolle
    """
  private static let moreItalian = "6830 Chiasso,6850 Mendrisio,6612 Ascona,6710 Biasca,6780 Airolo"
}
