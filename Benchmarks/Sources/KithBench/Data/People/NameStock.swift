/// What people of one language are called and where they live, in the hundreds of thousands: the everyday names of
/// `Vocabulary` first, more of them behind, and a long tail of family names and streets that are put together.
struct NameStock: Sendable {
  let women: RankedList<Word>
  let men: RankedList<Word>
  let families: RankedList<Word>
  let streets: RankedList<String>

  static func of(_ town: Town) -> NameStock {
    switch town.words.language {
    case "fr": french
    case "it": italian
    default: german
    }
  }

  func given(isWoman: Bool, _ random: inout SplitMix64) -> Word { (isWoman ? women : men).pick(&random) }

  private init(_ words: Vocabulary, women: String, men: String, families: [String], streets: [String]) {
    self.women = RankedList(words.women + Word.list(women), head: 12)
    self.men = RankedList(words.men + Word.list(men), head: 12)
    self.families = RankedList(words.families + families.map(Word.init), head: 20)
    self.streets = RankedList(words.streets + streets, head: 30)
  }

  private static let german = NameStock(
    .german, women: germanWomen, men: germanMen, families: joined(germanStems, germanEndings),
    streets: joined(germanPlaces, "strasse,weg,gasse,rain,halde,platz,ring,steig"))

  private static let french = NameStock(
    .french, women: frenchWomen, men: frenchMen, families: joined(frenchStems, frenchEndings),
    streets: joined("Rue ,Chemin ,Avenue ,Route ,Allée ,Ruelle ", frenchPlaces))

  private static let italian = NameStock(
    .italian, women: italianWomen, men: italianMen, families: joined(italianStems, italianEndings),
    streets: joined("Via ,Vicolo ,Viale ,Piazza ,Salita ", italianPlaces))

  /// Every beginning with every ending, so spread that the common ones at the front do not all begin alike.
  private static func joined(_ beginnings: String, _ endings: String) -> [String] {
    let (first, second) = (beginnings.split(separator: ","), endings.split(separator: ","))
    return second.indices.flatMap { shift in
      first.indices.map { String(first[$0] + second[($0 + shift) % second.count]) }
    }
  }
}
