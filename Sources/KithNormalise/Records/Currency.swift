/// Currencies as ISO 4217 codes.
enum Currency {
  /// The code of a text: `CHF` for `Fr.`, `EUR` for `€`; what is neither a sign nor a name comes back in capitals.
  /// `base` (ISO 4217) decides what a sign of several currencies means.
  static func canonical(_ text: String, base: String) -> String {
    let isCode = withBytes(of: text) { $0.count == 3 && $0.allSatisfy { $0 &- 0x41 < 26 } }
    if isCode { return obsolete[text] ?? text }
    let line = TidyText.line(text)
    let folded = line.lowercased()
    if let several = shared[folded], several.contains(base) { return base }
    if let code = words[folded] { return code }
    let upper = line.uppercased()
    return obsolete[upper] ?? upper
  }

  /// Digits behind the point of the currency's smallest unit.
  static func minorDigits(_ code: String) -> UInt8 { exceptions[code] ?? 2 }

  private static let obsolete = ["SFR": "CHF", "RMB": "CNY", "EURO": "EUR", "STG": "GBP", "NIS": "ILS"]

  private static let shared: [String: Set<String>] = [
    "$": ["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD", "UYU"], "¥": ["JPY", "CNY"],
    "kr": ["DKK", "SEK", "NOK", "ISK"], "kr.": ["DKK", "SEK", "NOK", "ISK"], "£": ["GBP", "EGP"],
  ]

  private static let words: [String: String] = [
    "€": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd$": "USD", "dollar": "USD",
    "dollars": "USD", "us dollar": "USD", "£": "GBP", "pound": "GBP", "pounds": "GBP", "pound sterling": "GBP",
    "pfund": "GBP", "fr.": "CHF", "fr": "CHF", "sfr": "CHF", "sfr.": "CHF", "franken": "CHF",
    "schweizer franken": "CHF",
    "swiss franc": "CHF", "swiss francs": "CHF", "francs suisses": "CHF", "franchi": "CHF", "chf.": "CHF",
    "¥": "JPY", "jp¥": "JPY", "yen": "JPY", "円": "JPY", "cn¥": "CNY", "元": "CNY", "yuan": "CNY", "₩": "KRW",
    "₹": "INR", "rs.": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND",
    "₦": "NGN", "₱": "PHP", "zł": "PLN", "zl": "PLN", "kč": "CZK", "ft": "HUF", "r$": "BRL", "a$": "AUD",
    "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "nz$": "NZD", "s$": "SGD", "mx$": "MXN",
  ]

  // ISO 4217, list one: currencies whose smallest unit is not a hundredth.
  private static let exceptions: [String: UInt8] = [
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3,
    "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
  ]
}
