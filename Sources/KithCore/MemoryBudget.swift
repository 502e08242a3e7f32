/// How much memory a sync may take, and what each part of the pipeline may hold of it.
///
/// Of the megabytes that are allowed the program itself, its libraries and its threads take about 64; the shares below
/// are of the rest. They add up to less than all of it, because texts in several forms are on their way at once.
public struct MemoryBudget: Sendable, Equatable {
  /// What `hub.memory_mb` may be, in megabytes.
  public static let allowed = 96...65_536
  public static let standard = MemoryBudget(megabytes: 256)

  public let megabytes: Int

  public init(megabytes: Int) { self.megabytes = megabytes }

  private static let programMegabytes = 64

  /// What is left for data, in bytes.
  private var bytes: Int { (megabytes - Self.programMegabytes) << 20 }

  /// Delivered bytes that a batch gathers before it is sent.
  public var batchBytes: Int { min(bytes / 64, 16 << 20) }

  /// The most that one record may have, in bytes.
  public var recordBytes: Int { bytes / 12 }

  /// The database's page cache, in bytes.
  public var cacheBytes: Int { bytes * 3 / 8 }

  /// The same while a pass of identity works on customers all over the tables, in bytes. Such a pass takes what the number
  /// of profiles asks for, beyond this budget; these pages take the place of its index, which is gone by then.
  public var identityCacheBytes: Int { bytes * 2 }

  /// How many things of about a hundred bytes may be remembered from batch to batch.
  public var rememberedItems: Int { bytes / 1_024 }
}
