/// A span of time as connectors.yml has it: `15m`, `6h` or `2d`.
public struct TimeLimit: Sendable, Equatable {
  public var seconds: Int64
  public var text: String

  /// Nil for anything else.
  public init?(_ text: String) {
    guard let seconds = SourceSchedule.seconds(text[...]) else { return nil }
    self.seconds = seconds
    self.text = text
  }
}

/// What is expected of a stream beyond that its runs succeed.
public struct StreamWatch: Sendable, Equatable {
  /// It is to be read to its end at least so often.
  public var fresh: TimeLimit?
  /// It is to bring something new, changed or deleted at least so often.
  public var new: TimeLimit?

  public init(fresh: TimeLimit? = nil, new: TimeLimit? = nil) {
    self.fresh = fresh
    self.new = new
  }
}

/// What is expected of a source.
public struct SourceWatch: Sendable, Equatable {
  /// What holds for streams that have nothing of their own.
  public var all = StreamWatch()
  public var streams: [String: StreamWatch] = [:]
  /// How many percent of what a run reads may be set aside.
  public var percentSetAside = standardPercent

  public static let standardPercent = 5

  public init() {}

  public func watch(of stream: String) -> StreamWatch {
    let own = streams[stream]
    return StreamWatch(fresh: own?.fresh ?? all.fresh, new: own?.new ?? all.new)
  }
}
