import Synchronization

/// The hub that a service works on: another one after its configuration was read anew.
public final class CurrentHub: Sendable {
  private let state: Mutex<(hub: Hub, refusal: String?)>

  public init(_ hub: Hub) { state = Mutex((hub, nil)) }

  public var hub: Hub { state.withLock { $0.hub } }

  /// Why the newest configuration was refused, while an older one is worked with.
  public var refusal: String? { state.withLock { $0.refusal } }

  func take(_ hub: Hub) { state.withLock { $0 = (hub, nil) } }

  func refuse(_ reason: String) { state.withLock { $0.refusal = reason } }
}
