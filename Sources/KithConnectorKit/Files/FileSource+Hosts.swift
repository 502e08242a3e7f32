import KithCore

extension FileSource: RemoteSource {
  var hosts: Set<String> { Set(streams.values.compactMap { $0.origin.host?.lowercased() }) }
}
