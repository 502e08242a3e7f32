import KithCore

/// Looking at sources without storing anything.
extension Hub {
  /// Everything that is wrong with a source, its streams' files and mappings included.
  public func check(_ source: SourceConfiguration) async -> [KithError] {
    let opened: any Source
    do {
      opened = try open(source)
    } catch {
      return [error]
    }
    guard let checkable = opened as? any CheckableSource else { return [] }
    var problems: [KithError] = []
    for stream in source.settings.streams {
      problems += await checkable.check(stream: stream.name).map { $0.at(stream.place) }
    }
    return problems
  }

  /// The fields that a stream really has.
  public func discover(stream: String, of source: SourceConfiguration) async throws(KithError) -> DiscoveredStream {
    guard let discoverable = try open(source) as? any DiscoverableSource else {
      throw KithError(.configuration, "this connector cannot tell its fields", seen: source.connector)
    }
    return try await discoverable.discover(stream: stream)
  }

  /// The first records, raw and mapped.
  public func preview(
    stream: String, of source: SourceConfiguration, limit: Int
  ) async throws(KithError) -> [PreviewedRecord] {
    guard let previewable = try open(source) as? any PreviewableSource else {
      throw KithError(.configuration, "this connector cannot preview records", seen: source.connector)
    }
    return try await previewable.preview(stream: stream, limit: limit)
  }
}
