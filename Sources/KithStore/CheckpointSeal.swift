import KithCore

/// What ties a checkpoint to the data that it was committed with.
enum CheckpointSeal {
  static func value(stream: Int64, checkpoint: String, run: Int64, read: Int64) -> Int64 {
    var hash = ContentHash()
    hash.combine(stream)
    hash.combine(checkpoint)
    hash.combine(run)
    hash.combine(read)
    return hash.value
  }
}
