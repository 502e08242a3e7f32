import KithCore
import KithStore

extension AlertRecord {
  /// What a person is to do about it, in a sentence or two with the commands.
  public var advice: String {
    let source = key.source
    let run = details.runID.map { "kith runs show \($0)" } ?? "kith runs --source \(source)"
    switch key.kind {
    case .runFailed: return failed(run)
    case .sourceGivenUp:
      return recovery == .authorisation
        ? "Give it credentials that the tool takes, ask it with: kith check \(source). Then: kith resume \(source)"
        : "\(run) tells why. It is tried once an hour by itself; when it is mended, at once with: kith sync \(source)"
    case .sourceLate:
      let stream = key.stream.map { " --stream \($0)" } ?? ""
      return "Does `kith serve` run, and has the source a schedule that suffices? Now: kith sync \(source)\(stream)"
    case .nothingNew:
      return
        "Does the tool still have something new? kith preview \(source) \(key.stream ?? "STREAM") shows what comes. "
        + "Where so little is right, raise new_within"
    case .quarantineHigh:
      let list = "kith quarantine list --source \(source)\(details.runID.map { " --run \($0)" } ?? "")"
      return "\(list) tells why. Put the mapping right, then: kith quarantine replay --source \(source)"
    case .drift:
      return "kith drift \(source) shows the fields. Put the mapping right where it needs them; "
        + "where the change is right: kith drift \(source) --accept"
    }
  }

  private var recovery: KithError.Recovery? { details.errorClass.flatMap(KithError.Recovery.init(rawValue:)) }

  private func failed(_ run: String) -> String {
    let source = key.source
    return switch recovery {
    case .authorisation:
      "Give it credentials that the tool takes, ask it with: kith check \(source). Then: kith sync \(source)"
    case .configuration:
      "\(run) tells what is wrong and where. Mend it, look with: kith check \(source). Then: kith sync \(source)"
    case .transient:
      "\(run) tells what the tool said. Is it there? kith check \(source) asks it. Then: kith sync \(source)"
    case .bug: "That is a mistake of Kith's: report what this shows: \(run)"
    case .record, nil: "\(run) tells what is wrong. Then: kith sync \(source)"
    }
  }
}
