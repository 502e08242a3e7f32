/// What a request was about, in the customer's language.
struct CaseTopic: Sendable {
  let code: String
  let german: String
  let french: String
  let english: String
  /// How much such a matter spoils the mood, in points of the recommendation question.
  let weight: Int

  func subject(_ language: Language) -> String {
    switch language {
    case .french: french
    case .english: english
    default: german
    }
  }

  static let late = CaseTopic(
    code: "lieferung", german: "Wo bleibt meine Bestellung?", french: "Où est ma commande ?",
    english: "Where is my order?", weight: 3)
  static let damaged = CaseTopic(
    code: "defekt", german: "Reissverschluss klemmt nach zwei Tagen", french: "Fermeture cassée après deux jours",
    english: "Zip broken after two days", weight: 4)
  static let returning = CaseTopic(
    code: "retoure", german: "Rücksendung: wann kommt mein Geld?", french: "Retour : quand serai-je remboursé ?",
    english: "Return: when do I get my money back?", weight: 3)
  static let size = CaseTopic(
    code: "beratung", german: "Welche Grösse soll ich nehmen?", french: "Quelle taille choisir ?",
    english: "Which size should I take?", weight: 0)
  static let address = CaseTopic(
    code: "konto", german: "Neue Adresse nach Umzug", french: "Changement d'adresse",
    english: "My address has changed", weight: 0)
}

/// Comments that people leave, by how content they are.
enum Comments {
  static func of(_ language: Language, nps: Int) -> [String] {
    let row = nps >= 9 ? 0 : nps >= 7 ? 1 : 2
    switch language {
    case .german, .italian: return german[row]
    case .french: return french[row]
    case .english: return english[row]
    }
  }

  private static let german = [
    [
      "Sehr freundliche Beratung, die Schuhe passen perfekt.", "Schnelle Lieferung, alles bestens!",
      "Ich komme immer wieder gerne.", "Der Kurs war super, ich habe viel gelernt.",
      "Tolle Qualität, der Rucksack hält seit Jahren.",
    ],
    [
      "Alles in Ordnung, aber die Lieferung dürfte schneller sein.", "Gute Auswahl, etwas teuer.",
      "War okay.", "Der Online-Shop ist ein wenig unübersichtlich.",
    ],
    [
      "Drei Wochen auf das Paket gewartet, und niemand antwortet. Enttäuschend!",
      "Die Jacke war nach zwei Tagen kaputt; die Rückerstattung dauert ewig.",
      "Am Telefon warte ich jedes Mal über 20 Minuten.", "Leider falsche Grösse geliefert, mühsame Rücksendung.",
    ],
  ]
  private static let french = [
    ["Très bon accueil, livraison rapide.", "Excellente qualité, je recommande !", "Atelier passionnant, merci."],
    ["Bien, mais un peu cher.", "Correct, la livraison pourrait être plus rapide."],
    [
      "Colis reçu après trois semaines, aucune réponse du service client.",
      "Déçue : la veste s'est déchirée tout de suite.", "Remboursement toujours pas reçu.",
    ],
  ]
  private static let english = [
    ["Great service, fast delivery.", "Love the tent, will buy again!"],
    ["Fine, but shipping took a while.", "Good range, a bit pricey."],
    ["Waited three weeks and nobody answered.", "The zip broke at once, very disappointing."],
  ]
}
