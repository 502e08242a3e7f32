/// What people are called beside the name in their papers, by that name.
enum Nicknames {
  static func of(_ name: String) -> [String] { table[name] ?? [] }

  private static let table: [String: [String]] = {
    var table: [String: [String]] = [:]
    for line in lines.split(separator: "\n") {
      let names = line.split(separator: " ").map(String.init)
      if let name = names.first { table[name, default: []] += names.dropFirst() }
    }
    return table
  }()

  private static let lines = """
    Alessandra Sandra
    Alessandro Sandro
    Alexander Alex
    Alexandra Alexa Sandra
    Alexandre Alex
    Alfred Fredi
    Andreas Andi Res
    Anton Toni
    Antonia Toni
    Antonio Toni
    Barbara Babs
    Beatrice Bea
    Benjamin Beni Ben
    Catherine Cathy
    Charlotte Lotti
    Christian Chris
    Christine Christa
    Christoph Chris
    Christophe Chris
    Cornelia Conny
    Daniel Dani
    Daniela Dani
    Dominik Domi
    Elisabeth Lisa Elsbeth
    Florian Flo
    Francesco Franco
    Franziska Fränzi
    Friedrich Fritz Fredi
    Gabriela Gaby
    Gertrud Trudi
    Giovanni Gianni
    Giuseppe Beppe
    Hans Johannes Hansi
    Heinrich Heiri Heinz
    Helene Leni
    Jakob Köbi
    Johanna Hanna
    Johannes Hans Hannes
    Josef Sepp
    Karl Charly
    Katharina Käthi Kathrin
    Konrad Koni
    Lukas Luki
    Magdalena Magda Lena
    Margrit Gritli
    Maria Marie Mia
    Martina Tina
    Matthias Mathis
    Maximilien Max
    Maxime Max
    Melanie Mel
    Michael Michi Mike
    Michaela Michi
    Monika Moni
    Nicolas Nico
    Niklaus Klaus Niggi
    Oliver Oli
    Patrick Pat
    Peter Pesche Pit
    Philipp Phil
    Rebecca Becky
    Riccardo Ricky
    Richard Richi
    Robert Röbi Rob
    Roberto Rob
    Rosmarie Rosi
    Rudolf Ruedi
    Samuel Sämi
    Sebastian Basti
    Sébastien Seb
    Silvia Silvie
    Simon Simi
    Stefan Steff
    Stefanie Steffi
    Stéphanie Steph
    Susanne Susi
    Theresia Resi
    Therese Theres
    Thomas Tom
    Ulrich Ueli
    Ursula Uschi Ursi
    Verena Vreni
    Walter Wale
    Werner Wernu
    """
}
