/// Whether a list that the manifest calls sorted is. A sync that was stopped goes on from the greatest value that it had
/// seen: of a list in another order it would leave out what is lower and had not come yet, and nobody would see that.
/// One for all pages of a list, whose records are looked at by one task.
final class OrderCheck {
  /// A value that is lower than one before it.
  struct Break {
    var value: RESTCursorValue
    var before: RESTCursorValue
    /// The record's number on its page.
    var record: Int
    /// Which request and page.
    var place: String
  }

  /// Which page is being looked at.
  var place = ""
  /// Seconds by which a value may be lower: so far back the next sync looks anyway.
  let slack: Double
  private var greatest: RESTCursorValue?
  private(set) var first: Break?

  /// Nil for a list of which nothing is said.
  init?(_ incremental: RESTIncremental?) {
    guard let incremental, incremental.isSorted else { return nil }
    slack = incremental.lookback + incremental.tie
  }

  func look(at value: RESTCursorValue, record: Int) {
    guard let before = greatest else {
      greatest = value
      return
    }
    if before < value {
      greatest = value
    } else if first == nil, value < before, value < before.earlier(by: slack) {
      first = Break(value: value, before: before, record: record, place: place)
    }
  }
}
