import KithCore
import KithHTTP

/// A connector for tools that are read from files, made of nothing but a manifest: an author writes YAML.
public struct FileConnector: Connector {
  public let manifest: ConnectorManifest
  /// Mistakes of the manifest, all at once; a connector's tests hold this empty.
  public let problems: [KithError]

  /// Takes the text of a manifest (see docs/mapping.md). A wrong manifest is told by `problems` and by `open`.
  public init(manifest text: String) {
    (manifest, problems) = ConnectorManifest.parse(text, name: "manifest")
  }

  /// The options of sources whose files lie on a server; the same for all connectors.
  public static let serverOptions = ServerOptions.all.map(\.name)

  public var specification: ConnectorSpecification {
    var layouts: [String] = []
    for layout in manifest.streams.flatMap(\.layouts) where !layouts.contains(layout.name) {
      layouts.append(layout.name)
    }
    return ConnectorSpecification(
      name: manifest.name, title: manifest.title, summary: manifest.summary, options: ServerOptions.all,
      streams: manifest.streams.map { stream in
        StreamSpecification(
          name: stream.name, summary: stream.summary, layouts: stream.layouts.map { ($0.name, $0.title) })
      },
      streamOptions: FileOptions.stream(layouts: layouts))
  }

  public func open(_ settings: SourceSettings) throws(KithError) -> any Source {
    if let problem = problems.first { throw problem }
    var streams: [String: FileStream] = [:]
    var servers: [RemoteFiles] = []
    for stream in settings.streams {
      guard let declared = manifest.stream(stream.name) else {
        let names = manifest.streams.map(\.name)
        throw KithError(
          .configuration, "\(manifest.name) has no stream of this name", place: stream.place, seen: stream.name,
          allowed: names.joined(separator: ", "),
          fix: nearestWord(to: stream.name, among: names).map { "Did you mean \($0)?" })
      }
      streams[stream.name] = try FileStream(declared, settings: stream, source: settings, servers: &servers)
    }
    return FileSource(streams: streams, environment: settings.environment)
  }
}

/// A source whose streams are files.
struct FileSource: Source {
  let streams: [String: FileStream]
  let environment: HubEnvironment

  func stream(_ name: String) throws(KithError) -> FileStream {
    if let stream = streams[name] { return stream }
    throw KithError(
      .configuration, "this stream is not configured", seen: name,
      allowed: streams.keys.sorted().joined(separator: ", "),
      fix: nearestWord(to: name, among: streams.keys.sorted()).map { "Did you mean \($0)?" })
  }

  func read(_ request: ReadRequest, into sink: any RecordSink) async throws(KithError) {
    let stream = try stream(request.stream)
    var ledger = FileLedger()
    if request.mode == .incremental, let checkpoint = request.checkpoint { ledger = try FileLedger(checkpoint) }
    let run = FileRun(
      stream: stream, ledger: ledger, sink: sink, now: environment.time.now(), expected: request.expected)
    try await run.run()
  }
}
