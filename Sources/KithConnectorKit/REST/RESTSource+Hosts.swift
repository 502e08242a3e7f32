import KithCore
import KithHTTP

extension RESTSource: RemoteSource {
  var hosts: Set<String> {
    let requests = settings.streams.compactMap { manifest.stream($0.name) }.filter { !$0.isPushed }.map(\.request)
    // Some paths name a server of their own.
    let others = requests.compactMap { $0.path.filled(access.values)?.text }.filter { $0.hasPrefix("http") }
    return Set(([access.baseURL] + others).compactMap { try? HTTPAddress($0).host })
  }
}
