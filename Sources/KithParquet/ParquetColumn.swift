/// What the values of a column are, in the words of the Parquet format's logical types.
public enum ParquetType: Sendable, Equatable {
  case boolean
  case integer
  case double
  /// Days since 1970-01-01.
  case date
  /// Microseconds since 1970-01-01 00:00:00 UTC.
  case dateTime
  /// Whole numbers of 10^-scale; at most 18 digits.
  case decimal(precision: Int, scale: Int)
  /// UTF-8.
  case text
  case bytes
}

/// A column of a file.
public struct ParquetColumn: Sendable, Equatable {
  public var name: String
  public var type: ParquetType
  public var isNullable: Bool

  public init(_ name: String, _ type: ParquetType, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

extension ParquetType {
  /// `Type` of parquet.thrift.
  enum Physical: Int32 {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case double = 5
    case byteArray = 6
  }

  var physical: Physical {
    switch self {
    case .boolean: .boolean
    case .date: .int32
    case .integer, .dateTime, .decimal: .int64
    case .double: .double
    case .text, .bytes: .byteArray
    }
  }
}
