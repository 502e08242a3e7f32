import KithCore

/// What sources may have in common, so that a tool feels them as one.
public enum SharedAccess: Hashable, Sendable {
  /// A server, by its name.
  case host(String)
  /// A credential, by a hash of it: nothing tells what it is.
  case credential(Int64)

  /// As a sentence names it.
  var words: String {
    switch self {
    case .host(let name): "the host \(name)"
    case .credential: "the same credential"
    }
  }
}

/// How many sources that have something in common are run at the same time.
public struct SharedBounds: Sendable, Equatable {
  public var perHost: Int
  public var perCredential: Int

  /// Tools count what a credential asks for, and most bear more than one of them.
  public static let standard = SharedBounds(perHost: 2, perCredential: 1)

  public init(perHost: Int, perCredential: Int) { (self.perHost, self.perCredential) = (perHost, perCredential) }

  func most(_ shared: SharedAccess) -> Int {
    switch shared {
    case .host: perHost
    case .credential: perCredential
    }
  }
}

extension Hub {
  /// What each source may have in common with others.
  var sharedAccess: [String: Set<SharedAccess>] {
    var all: [String: Set<SharedAccess>] = [:]
    for source in configuration.sources {
      let options = [source.settings.options] + source.settings.streams.map(\.options)
      var own = Set(options.flatMap(\.values).compactMap(Self.credential))
      // What keeps it from being opened is told by its run.
      if let opened = try? open(source) as? any RemoteSource { own.formUnion(opened.hosts.map(SharedAccess.host)) }
      all[source.name] = own
    }
    return all
  }

  private static func credential(_ value: OptionValue) -> SharedAccess? {
    guard case .secret(let secret) = value else { return nil }
    var hash = ContentHash()
    hash.combine(secret.reveal())
    return .credential(hash.value)
  }
}
