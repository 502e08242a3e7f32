import KithCore

/// A batch as flat memory: all texts in one run of bytes, all rows as cells that refer to it.
///
/// The reading side builds it, so that the writer, which is the slower one, neither touches a `String` nor counts a
/// reference: it hands addresses of these bytes to SQLite. Made by `BatchEncoder`.
public struct EncodedBatch: Sendable {
  /// A text of the batch: a place in `bytes`.
  struct Text: BitwiseCopyable, Sendable {
    var offset: UInt32
    var count: UInt32

    /// No text, which is NULL.
    static let none = Text(offset: .max, count: 0)
    var isNone: Bool { offset == .max }
  }

  /// A value that is not NULL, and the column of its row that it belongs to, counted from the first one of the content.
  struct Cell: BitwiseCopyable, Sendable {
    enum Kind: UInt8, BitwiseCopyable { case integer, real, text }
    /// The integer, the bits of the double, or the offset of the text.
    var value: Int64
    /// Bytes of the text.
    var count: UInt32
    var column: UInt16
    var kind: Kind
  }

  /// Neighbouring elements of one of the lists below.
  struct Slice: BitwiseCopyable, Sendable {
    var start: UInt32 = 0
    var count: UInt32 = 0
  }

  /// One record that was delivered.
  struct Record: BitwiseCopyable, Sendable {
    var table: RecordTable
    /// A later record of the batch has the same key, and replaces this one.
    var isReplaced = false
    var key: Text
    var hash: Int64
    /// When what it tells happened: decides which of the persons met in records is the newest.
    var at: Timestamp
    var cells = Slice()
    /// Place in `persons`; negative: it names nobody.
    var person: Int32 = -1
    var lines = Slice()
    /// The touchpoint that it is, besides being a record of its own; place in `derived`, negative when it is none.
    var derived: Int32 = -1
    /// Place in `typed` for what cannot be told in cells alone; negative for all others.
    var typed: Int32 = -1
  }

  /// The touchpoint of an order, an answer or a ticket.
  struct Derived: BitwiseCopyable, Sendable {
    var key: Text
    /// Of the content, without the profile.
    var hash: Int64
    var cells: Slice
  }

  struct Line: BitwiseCopyable, Sendable {
    var key: Text
    var hash: Int64
    var cells: Slice
  }

  /// What a record says about a person.
  struct Person: BitwiseCopyable, Sendable {
    /// Its own place in `persons`.
    var place: Int32
    var key: Text
    var id: KeyHash
    /// Hash of all that is said, and of the attributes alone.
    var content: Int64
    var attributes: Int64
    var hasAttributes: Bool
    /// It carries something that is dated by its record: consents or traits.
    var isDated: Bool
    var kind: Text
    var createdAt: Timestamp?
    var updatedAt: Timestamp?
    /// What is shown of its e-mail addresses and phone numbers.
    var email: Text
    var phone: Text
    var cells: Slice
    var identifiers: Slice
    var traits: Slice
    var consents: Slice
  }

  struct Identifier: BitwiseCopyable, Sendable {
    var hash: Int64
    var kind: UInt8
    var links: Bool
    var namespace: Text
    var value: Text
    /// None when it is the value itself.
    var display: Text
    /// None when it is what people are shown.
    var delivered: Text

    /// What people are shown.
    var shown: Text { display.isNone ? value : display }
  }

  struct Trait: BitwiseCopyable, Sendable {
    var name: Text
    var value: Text
  }

  struct Consent: BitwiseCopyable, Sendable {
    var purpose: Text
    var status: Text
    var changedAt: Timestamp?
  }

  var bytes: [UInt8] = []
  var cells: [Cell] = []
  var records: [Record] = []
  var persons: [Person] = []
  var identifiers: [Identifier] = []
  var traits: [Trait] = []
  var consents: [Consent] = []
  var lines: [Line] = []
  var derived: [Derived] = []
  /// Rows of flat orders and deletions, whose meaning depends on what is stored.
  var typed: [CanonicalRecord] = []

  /// Rows that were delivered as they are stored.
  var unchanged: [StoredVersions.Row] = []
  var rejects: [Reject] = []
  var checkpoint: Checkpoint?
  var snapshot = Batch.Snapshot.none
  var wholeDays: [ClosedRange<CalendarDate>] = []
  var resolvedQuarantine: [Int64] = []
  var quarantineUpdates: [QuarantineUpdate] = []
  var readDeliveries: [String] = []

  /// Nothing is to be stored.
  public var isEmpty: Bool {
    records.isEmpty && unchanged.isEmpty && rejects.isEmpty && checkpoint == nil && snapshot == .none
      && wholeDays.isEmpty && resolvedQuarantine.isEmpty && quarantineUpdates.isEmpty && readDeliveries.isEmpty
  }
}

/// A key as 128 bits of hash: two keys of one stream with the same are not to be expected in the life of any hub, and a
/// look-up costs no text.
struct KeyHash: Hashable, BitwiseCopyable, Sendable {
  private let high: Int64
  private let low: Int64

  /// `part` tells apart what has one key, as the lines of an order.
  init(_ key: UnsafeRawBufferPointer, part: String? = nil, seed: UInt64 = 0) {
    var (high, low) = (ContentHash(seed: seed), ContentHash(seed: seed ^ 0x6b69_7468))
    high.combine(key)
    low.combine(key)
    if let part {
      high.combine(part)
      low.combine(part)
    }
    (self.high, self.low) = (high.value, low.value)
  }

  init(_ high: ContentHash, _ low: ContentHash) { (self.high, self.low) = (high.value, low.value) }

  init(_ key: String, seed: UInt64 = 0) {
    var key = key
    self = key.withUTF8 { KeyHash(UnsafeRawBufferPointer($0), seed: seed) }
  }

  func hash(into hasher: inout Hasher) { hasher.combine(high) }
}

extension CanonicalIdentifier {
  /// The 64 bits that stand for kind, namespace and value in `identifiers` and `suppressions`.
  var identifierHash: Int64 {
    var hash = ContentHash()
    hash.combine(Int64(kind.rawValue))
    hash.combine(namespace)
    hash.combine(value)
    return hash.value
  }
}
