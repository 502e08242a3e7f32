/// Everyday names by language, compiled for these samples: the weights are a rough feeling for how common a name is,
/// not a statistic.
struct NameBook: Sendable {
  let women: WeightedWords
  let men: WeightedWords
  let families: WeightedWords

  static func of(_ language: Language) -> NameBook {
    switch language {
    case .german: german
    case .french: french
    case .italian: italian
    case .english: english
    }
  }

  private static let german = NameBook(
    women: WeightedWords(
      """
      Anna 9, Laura 8, Sandra 8, Nicole 8, Barbara 7, Ursula 7, Claudia 7, Karin 6, Monika 6, Julia 6, Lea 6, \
      Franziska 5, Regula 5, Sabine 5, Katharina 5, Elisabeth 5, Verena 4, Susanne 4, Brigitte 4, Jana 4, Lena 4, \
      Zoë 2, Vreni 2, Heidi 3, Doris 3, Annelies 2, Käthi 2, Rahel 3, Selina 3, Noëlle 1
      """),
    men: WeightedWords(
      """
      Daniel 9, Thomas 9, Peter 9, Andreas 8, Markus 8, Martin 8, Christian 7, Stefan 7, Hans 7, Michael 7, Urs 6, \
      Beat 5, Lukas 5, Simon 5, Matthias 5, Reto 4, Roland 4, Bruno 4, Jürg 4, Jörg 3, Tobias 4, Fabian 4, Jonas 4, \
      Noah 3, Hans-Peter 3, Ueli 2, Björn 2, Köbi 1, Alexander 4, Johannes 3
      """),
    families: WeightedWords(
      """
      Müller 12, Meier 11, Schmid 10, Keller 8, Weber 8, Huber 7, Schneider 6, Meyer 6, Steiner 5, Fischer 5, \
      Gerber 5, Brunner 5, Baumann 5, Frei 4, Zimmermann 4, Moser 4, Widmer 4, Wyss 4, Graf 4, Roth 4, Suter 4, \
      Bühler 4, Kälin 2, Zürcher 2, Hofstetter 2, Ammann 2, von Arx 2, Lüthi 3, Bürgi 2, Sägesser 1, Flückiger 2, \
      Käser 2, Rüegg 2, Vögeli 2, Grünig 1, Hänni 2, Schär 2, Lötscher 1, Krüger 3, Köhler 3, Schröder 3, Jäger 2, \
      Groß 1, Weiß 1, Becker 4, Hoffmann 4, Wagner 4, Schulz 3, Böhm 1, Vogel 3
      """))

  private static let french = NameBook(
    women: WeightedWords(
      """
      Marie 9, Nathalie 7, Isabelle 7, Sophie 7, Christine 6, Céline 6, Valérie 5, Catherine 5, Anne 5, Camille 5, \
      Chloé 4, Aurélie 4, Françoise 4, Hélène 3, Zoé 3, Émilie 4, Mélanie 3, Corinne 3, Anne-Lise 2, Océane 2, \
      Élodie 3, Manon 3, Danièle 2, Noémie 3
      """),
    men: WeightedWords(
      """
      Jean 7, Pierre 7, Philippe 7, Laurent 6, Nicolas 7, Olivier 6, Michel 5, Alain 5, Patrick 5, Julien 5, \
      Sébastien 5, Jérôme 4, François 4, Frédéric 4, Jean-Luc 3, Jean-Marc 3, Loïc 3, Benoît 3, Mathieu 4, Lucas 4, \
      Rémy 2, Théo 3, André 3, Gaël 2
      """),
    families: WeightedWords(
      """
      Martin 8, Favre 7, Rochat 6, Bernard 5, Dubois 5, Blanc 5, Perret 5, Monnier 4, Girard 4, Jaquet 4, Rey 4, \
      Lefèvre 3, Fournier 3, Béguin 2, Chevalley 3, Crausaz 2, Bolomey 1, Gagnebin 2, Berthoud 3, Châtelain 2, \
      Corboz 2, Dufour 3, Genoud 2, Pittet 3, Renaud 3, Vuilleumier 2, Besançon 1, Géroudet 1, de Montet 1, Müller 2
      """))

  private static let italian = NameBook(
    women: WeightedWords(
      """
      Maria 7, Giulia 6, Chiara 5, Francesca 5, Elena 5, Paola 4, Lucia 4, Sofia 4, Daniela 4, Alessia 3, Noemi 2, \
      Ilaria 2
      """),
    men: WeightedWords(
      """
      Marco 7, Luca 7, Andrea 5, Paolo 5, Giovanni 5, Matteo 4, Davide 4, Fabio 4, Nicolò 2, Roberto 4, Michele 3, \
      Elia 2
      """),
    families: WeightedWords(
      """
      Bernasconi 7, Rossi 6, Bianchi 6, Ferrari 5, Fontana 5, Colombo 4, Galli 4, Cattaneo 3, Crivelli 3, \
      Pedrazzini 2, Lurati 2, Cavalli 2, Rusca 1, Poretti 1, D'Angelo 2, De Luca 2
      """))

  private static let english = NameBook(
    women: WeightedWords(
      "Emma 5, Olivia 5, Sarah 5, Emily 4, Rachel 4, Grace 3, Siobhán 1, Hannah 3, Megan 2, Priya 2"),
    men: WeightedWords("James 5, Oliver 5, David 5, Jack 4, Daniel 4, Robert 4, William 4, Ian 2, Sean 2, Arjun 2"),
    families: WeightedWords(
      """
      Smith 6, Jones 5, Taylor 5, Brown 5, Walker 4, Wright 3, O'Neill 3, Clarke 3, Patel 3, Bennett 2, Macdonald 2, \
      Hughes 3
      """))

  /// What friends, and web forms, know them by.
  static let nicknames: [String: String] = [
    "Katharina": "Kathi", "Elisabeth": "Lisi", "Franziska": "Fränzi", "Susanne": "Susi", "Barbara": "Babs",
    "Nicole": "Niki", "Verena": "Vreni", "Ursula": "Ursi", "Monika": "Moni", "Thomas": "Tom", "Andreas": "Andi",
    "Christian": "Chrigi", "Stefan": "Stef", "Michael": "Michi", "Matthias": "Mätthu", "Tobias": "Tobi",
    "Alexander": "Alex", "Johannes": "Hannes", "Hans-Peter": "Hampi", "Daniel": "Dani", "Sébastien": "Seb",
    "Nicolas": "Nico", "Philippe": "Phil", "Nathalie": "Nath", "Catherine": "Cathy", "Frédéric": "Fred",
    "Francesca": "Franca", "Giovanni": "Gianni", "Alessia": "Ale", "Robert": "Rob", "William": "Will",
  ]
}

enum Language: String, Sendable {
  case german = "de"
  case french = "fr"
  case italian = "it"
  case english = "en"
}

enum Gender: Sendable { case woman, man }
