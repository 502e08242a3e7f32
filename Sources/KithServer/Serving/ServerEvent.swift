import KithCore

/// What the server has to tell, for its log: nothing of it is about people.
public enum ServerEvent: Sendable {
  case listening(ListenAddress, isEncrypted: Bool)
  /// Somebody did something, and not only looked.
  case acted(who: String, what: String, status: Int)
  case failed(what: String, KithError)
}
