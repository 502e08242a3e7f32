import KithCore

/// What the hub knows when a record is silent.
public struct NormaliseSettings: Sendable {
  /// ISO 3166 alpha-2: the country of phone numbers that name none and whose person names none.
  public var country: String
  /// ISO 4217: the currency of amounts that name none.
  public var currency: String
  /// Birth dates after this day are missing; nil: the clock is not asked and later days pass.
  public var today: CalendarDate?

  public init(country: String, currency: String, today: CalendarDate? = nil) {
    self.country = country
    self.currency = currency
    self.today = today
  }
}
