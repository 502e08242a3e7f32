/// How much memory one process of Kith may take, and what each part of the pipeline may hold of it.
///
/// The shares add up to well below the whole: texts in several forms are on their way at once, and the program itself
/// takes some tens of megabytes.
public struct MemoryBudget: Sendable, Equatable {
  /// Megabytes that `hub.memory_mb` allows.
  public static let allowed = 64...65_536
  public static let standard = MemoryBudget(megabytes: 256)

  public let megabytes: Int

  public init(megabytes: Int) { self.megabytes = megabytes }

  public var bytes: Int { megabytes << 20 }

  /// Delivered bytes that a batch gathers before it is sent.
  public var batchBytes: Int { min(bytes / 64, 16 << 20) }

  /// The most that one record may have.
  public var recordBytes: Int { bytes / 16 }

  /// The database's page cache.
  public var cacheBytes: Int { bytes / 4 }

  /// How many things of about a hundred bytes may be remembered from batch to batch.
  public var rememberedItems: Int { bytes / 1_024 }
}
