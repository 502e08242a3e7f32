import Synchronization

/// How many requests a token may send: so many a second, and as many again at once after a pause.
final class RateLimiter: Sendable {
  private struct Bucket {
    var left: Double
    var filledAt: ContinuousClock.Instant
  }

  private let perSecond: Double
  private let buckets = Mutex<[Int64: Bucket]>([:])

  /// Tokens are few; should they not be, those that are full again are forgotten.
  private static let mostBuckets = 1_024

  init(perSecond: Double) { self.perSecond = perSecond }

  private var most: Double { max(perSecond * 2, 1) }

  /// Takes one request; nil when it may pass, otherwise the seconds until the next one may.
  func take(_ token: Int64, at now: ContinuousClock.Instant = .now) -> Double? {
    buckets.withLock { buckets in
      if buckets.count > Self.mostBuckets { buckets = buckets.filter { fill($0.value, now) < most } }
      var bucket = buckets[token] ?? Bucket(left: most, filledAt: now)
      bucket.left = fill(bucket, now)
      bucket.filledAt = now
      defer { buckets[token] = bucket }
      if bucket.left < 1 { return (1 - bucket.left) / perSecond }
      bucket.left -= 1
      return nil
    }
  }

  private func fill(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Double {
    let (seconds, rest) = (now - bucket.filledAt).components
    return min(most, bucket.left + (Double(seconds) + Double(rest) / 1e18) * perSecond)
  }
}
