import CXML
import KithCore

/// What happens in an XML document, in order.
protocol XMLHandler: AnyObject {
  /// `attributes` holds five pointers for each: name, prefix, namespace, where the value begins, where it ends.
  func start(_ name: UnsafeBufferPointer<UInt8>, attributes: UnsafeBufferPointer<UnsafePointer<UInt8>?>)
  func end()
  func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// libxml2's push parser, without network, external entities or document types.
final class XMLParser {
  private let handler: any XMLHandler
  private var context: xmlParserCtxtPtr?
  private var hasDocumentType = false
  private(set) var isRootClosed = false
  private var depth = 0

  /// From libxml2's headers, where it is a macro that Swift does not see.
  private static let saxVersion2: UInt32 = 0xDEED_BEAF

  init(_ handler: any XMLHandler) {
    self.handler = handler
    var sax = xmlSAXHandler()
    sax.initialized = Self.saxVersion2
    sax.internalSubset = { context, _, _, _ in XMLParser.with(context) { $0.refuseDocumentType() } }
    sax.startElementNs = { context, name, _, _, _, _, count, _, attributes in
      guard let name else { return }
      XMLParser.with(context) { parser in
        parser.depth += 1
        parser.handler.start(
          UnsafeBufferPointer(start: name, count: Int(xmlStrlen(name))),
          attributes: UnsafeBufferPointer(start: attributes, count: attributes == nil ? 0 : Int(count) * 5))
      }
    }
    sax.endElementNs = { context, _, _, _ in
      XMLParser.with(context) { parser in
        parser.depth -= 1
        if parser.depth == 0 { parser.isRootClosed = true }
        parser.handler.end()
      }
    }
    sax.characters = { context, text, count in
      guard let text else { return }
      XMLParser.with(context) { $0.handler.text(UnsafeBufferPointer(start: text, count: Int(count))) }
    }
    sax.cdataBlock = sax.characters
    // Without a handler of its own libxml2 would write errors to stderr.
    sax.serror = { _, _ in }
    context = xmlCreatePushParserCtxt(&sax, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
    if let context { xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue)) }
  }

  deinit { if let context { xmlFreeParserCtxt(context) } }

  /// The parser that libxml2 calls back. It lives as long as its context, so no reference is counted.
  private static func with(_ pointer: UnsafeMutableRawPointer?, _ body: (XMLParser) -> Void) {
    guard let pointer else { return }
    Unmanaged<XMLParser>.fromOpaque(pointer)._withUnsafeGuaranteedRef(body)
  }

  private func refuseDocumentType() {
    hasDocumentType = true
    if let context { xmlStopParser(context) }
  }

  /// Hands over the next bytes; none at the end of the file.
  func push(_ bytes: UnsafeRawBufferPointer) throws(KithError) {
    guard let context else { throw KithError(.transient, "Out of memory while reading XML") }
    let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    let status = xmlParseChunk(context, text, Int32(bytes.count), bytes.isEmpty ? 1 : 0)
    if hasDocumentType {
      throw KithError(
        .configuration,
        "The XML has a document type (DOCTYPE), which Kith refuses: it can define entities that grow "
          + "without bound or read other files", place: "line \(max(line, 1))", allowed: "XML without DOCTYPE",
        fix: "Remove the DOCTYPE declaration from the file.")
    }
    guard status == 0 else { throw failure() }
  }

  private var line: Int { context.map { Int(xmlSAX2GetLineNumber($0)) } ?? 0 }

  private func failure() -> KithError {
    let error = context.flatMap { xmlCtxtGetLastError($0) }?.pointee
    let message = error?.message.map { String(cString: $0) } ?? "unknown"
    return KithError(
      .record, "The XML is malformed", place: "line \(error.map { Int($0.line) } ?? line)",
      seen: String(message.prefix { $0 != "\n" }), fix: "Export the file again.")
  }
}
