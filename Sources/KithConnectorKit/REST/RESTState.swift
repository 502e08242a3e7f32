import Foundation
import KithCore
import KithHTTP

/// A checkpoint of a stream that is read over HTTP: where each of its lists goes on.
struct RESTState: Codable, Equatable {
  struct Position: Codable, Equatable {
    /// The greatest value that is covered: a moment in ISO 8601, or a number.
    var since: String?
    var token: String?
    var link: String?
  }

  /// By the parent's first value; "" for the one list of a stream without parents.
  var lists: [String: Position] = [:]
  /// Of what decides how records are mapped: when it changes, everything is read again.
  var mapping: Int64

  init(mapping: Int64) { self.mapping = mapping }

  init(_ checkpoint: Checkpoint) throws(KithError) {
    guard let state = try? JSONDecoder().decode(RESTState.self, from: Data(checkpoint.text.utf8)) else {
      throw KithError(
        .configuration, "the checkpoint is not one of this connector", seen: String(checkpoint.text.prefix(100)),
        fix: "Run the sync once with --full.")
    }
    self = state
  }

  var checkpoint: Checkpoint {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and a number only: encoding them does not fail.
    return Checkpoint((try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}")
  }
}

/// The greatest value of a cursor field that was seen.
struct RESTCursorValue: Comparable {
  /// Microseconds, or the number itself.
  private let order: Double
  private let moment: Timestamp?
  private let number: String

  init(_ moment: Timestamp) {
    order = Double(moment.microseconds)
    self.moment = moment
    number = ""
  }

  /// As checkpoints hold it. It is made when it is asked for: each record has a value, and only the greatest is written.
  var text: String { moment.map { TimeText.iso(microseconds: $0) } ?? number }

  init?(number text: String) {
    guard let value = Double(text), value.isFinite else { return nil }
    order = value
    moment = nil
    number = text
  }

  /// As `text` wrote it.
  init?(stored text: String, _ field: RESTCursorField) {
    switch field.format {
    case .number: self.init(number: text)
    case .time:
      guard let moment = RESTCursorField.moment(text) else { return nil }
      self.init(moment)
    }
  }

  /// What a record says; nil for no value, and for the dates that tools write when there is none.
  init?(_ value: UnsafeBufferPointer<UInt8>, _ field: RESTCursorField, zone: ZoneOffsets) {
    switch field.format {
    case .number: self.init(number: String(decoding: value, as: UTF8.self))
    case .time(let format):
      guard let written = format.parse(value) else { return nil }
      let moment = zone.timestamp(written)
      if moment.microseconds <= 0 { return nil }
      self.init(moment)
    }
  }

  static func < (left: RESTCursorValue, right: RESTCursorValue) -> Bool { left.order < right.order }
  static func == (left: RESTCursorValue, right: RESTCursorValue) -> Bool { left.order == right.order }

  /// What `${since}` is, `lookback` seconds earlier.
  func written(_ field: RESTCursorField, lookback: Double) -> RESTValue {
    guard let moment else { return .number(text) }
    return field.written.value(of: moment.adding(seconds: -lookback))
  }

  /// For people: `2026-11-01 12:00:00 UTC`, or the number.
  var words: String { moment.map { "\($0.sqlText) UTC" } ?? text }

  /// So many seconds earlier; a number stays.
  func earlier(by seconds: Double) -> RESTCursorValue {
    moment.map { RESTCursorValue($0.adding(seconds: -seconds)) } ?? self
  }

  /// Not later than `limit`: one record from the future must not hide what comes before then.
  func capped(at limit: Timestamp) -> RESTCursorValue {
    guard let moment, limit < moment else { return self }
    return RESTCursorValue(limit)
  }
}

/// Reads the value of a cursor field from records.
struct RESTCursorReader {
  private let field: RESTCursorField
  private let zone: ZoneOffsets

  init(_ field: RESTCursorField) {
    self.field = field
    zone = ZoneOffsets(field.zone) ?? .utc
  }

  func value(in record: RawRecord, _ item: RawRecord.NodeID) -> RESTCursorValue? {
    guard !record.nodes.isEmpty else { return nil }
    return record.withView(root: item) { view in
      var found: RESTCursorValue?
      view.walk(field.path) { node in
        guard let leaf = view.leaf(node) else { return true }
        let bytes = view.bytes[Int(leaf.start)..<Int(leaf.start + leaf.count)]
        found = RESTCursorValue(UnsafeBufferPointer(rebasing: bytes), field, zone: zone)
        return false
      }
      return found
    }
  }
}

extension Paging {
  /// Whether its pages are places that are counted, whatever stands there.
  var countsPages: Bool {
    switch method {
    case .pageNumber, .offset, .linkHeader: true
    case .single, .cursor, .keyset, .nextURL: false
    }
  }
}

extension TimeText {
  /// As a request's template takes it: a count is a number in JSON.
  func value(of moment: Timestamp) -> RESTValue { isNumber ? .number(text(of: moment)) : .text(text(of: moment)) }

  /// ISO 8601 with all that a moment has.
  static func iso(microseconds moment: Timestamp) -> String {
    let text = moment.sqlText
    let rest = moment.microseconds - moment.seconds * 1_000_000
    let fraction = String(1_000_000 + rest).dropFirst()
    return "\(text.prefix(10))T\(text.dropFirst(11)).\(fraction)Z"
  }
}
