import KithCore
import KithHTTP

/// What a WebDAV server says of several resources at once (RFC 4918, section 13), as far as address books need it.
struct Multistatus {
  struct Member {
    var href: String
    /// Of the resource as a whole, 404 for one that is gone; nil when it is there and has properties.
    var status: Int?
    /// Its vCard, when that was asked for and may be read.
    var card: String?
    var isCollection = false
    var isAddressBook = false
  }

  private(set) var members: [Member] = []
  /// Where the next list of changes begins (RFC 6578, section 6.2).
  private(set) var token: String?

  /// Takes an answer apart. Half a document is a `transient` error, another one than a multistatus `configuration`.
  init(_ response: HTTPResponse, place: String) throws(KithError) {
    let document = try Self.document(response.body, place: place)
    for node in document.children(of: document.root) {
      if document.hasKey(node, Self.word("sync-token")) { token = document.text(of: node) }
      if document.hasKey(node, Self.word("response")), let member = Self.member(document, node) {
        members.append(member)
      }
    }
  }

  private static func document(_ body: [UInt8], place: String) throws(KithError) -> RawRecord {
    // The answer's own limit has been kept.
    let builder = XMLRecordBuilder(element: "multistatus", limit: .max)
    let parser = XMLParser(builder)
    let outcome: Result<Void, KithError> = body.withUnsafeBytes { bytes in
      Result { () throws(KithError) -> Void in
        if !bytes.isEmpty { try parser.push(bytes) }
        try parser.push(UnsafeRawBufferPointer(start: nil, count: 0))
      }
    }
    let seen = String(decoding: body.prefix(120), as: UTF8.self)
    if case .failure(let error) = outcome {
      throw KithError(
        .transient, "the answer is no XML: \(error.seen ?? error.what)", place: place, seen: seen,
        fix: "If it stays like this, check the URL.")
    }
    guard let built = builder.takeBuilt(), built.problem == nil else {
      throw KithError(
        .configuration, "the answer is no list of WebDAV resources that can be read", place: place, seen: seen,
        allowed: "a multistatus", fix: "Check that the URL is that of an address book.")
    }
    return built.record
  }

  private static func member(_ document: RawRecord, _ node: RawRecord.NodeID) -> Member? {
    guard let href = child(document, node, "href").flatMap({ document.text(of: $0) }), !href.isEmpty else { return nil }
    var member = Member(href: href)
    member.status = child(document, node, "status").flatMap { code(document.text(of: $0)) }
    for part in document.children(of: node) where document.hasKey(part, word("propstat")) {
      let status = child(document, part, "status").flatMap { code(document.text(of: $0)) }
      guard status.map({ (200..<300).contains($0) }) ?? true, let properties = child(document, part, "prop") else {
        continue
      }
      if let card = child(document, properties, "address-data") {
        // One that the server calls vCard in an attribute has its text beside it.
        member.card = document.text(of: card) ?? child(document, card, "#text").flatMap { document.text(of: $0) }
      }
      if let kind = child(document, properties, "resourcetype") {
        member.isCollection = child(document, kind, "collection") != nil
        member.isAddressBook = child(document, kind, "addressbook") != nil
      }
    }
    return member
  }

  private static func child(_ document: RawRecord, _ node: RawRecord.NodeID, _ name: String) -> RawRecord.NodeID? {
    document.child(of: node, named: word(name))
  }

  private static func word(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// The number in `HTTP/1.1 404 Not Found`.
  private static func code(_ line: String?) -> Int? {
    line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
  }
}
