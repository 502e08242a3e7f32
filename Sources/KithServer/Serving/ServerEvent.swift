import KithCore

/// What the server has to tell, for its log: nothing of it is about people.
public enum ServerEvent: Sendable {
  case listening(ListenAddress)
  /// Somebody did something, and not only looked.
  case acted(who: String, what: String, status: Int)
  case failed(what: String, KithError)
}
