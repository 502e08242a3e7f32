/// Whether records are as new as was asked for. Many tools ignore a filter that they do not know and give everything: that
/// loses nothing, but nobody would see why each sync takes so long.
struct FilterCheck {
  /// Seconds by which filters may be coarser than what was asked for: some know days only.
  static let tolerance = 86_400.0

  /// What records should be no older than; nil when the list was not asked for by a time.
  var asked: RESTCursorValue?
  private var dated = 0
  private var older = 0

  mutating func look(at value: RESTCursorValue) {
    guard let asked else { return }
    dated += 1
    if value < asked { older += 1 }
  }

  /// Takes in what another list of the same stream has shown.
  mutating func add(_ other: FilterCheck) {
    asked = asked ?? other.asked
    dated += other.dated
    older += other.older
  }

  /// A few that are older may have come for another reason, as for a change of what belongs to them.
  private static let few = 2

  var note: String? {
    guard older > Self.few, older * 2 > dated else { return nil }
    return "\(older) of \(dated) records are older than what was asked for: the tool seems to ignore the filter. "
      + "Nothing is lost, but each sync reads everything."
  }
}
