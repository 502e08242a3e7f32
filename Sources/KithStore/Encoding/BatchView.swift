import KithCore

/// The memory of an encoded batch while it is written: addresses instead of arrays.
struct BatchView {
  let bytes: UnsafeBufferPointer<UInt8>
  let cells: UnsafeBufferPointer<EncodedBatch.Cell>
  let records: UnsafeBufferPointer<EncodedBatch.Record>
  let persons: UnsafeBufferPointer<EncodedBatch.Person>
  let identifiers: UnsafeBufferPointer<EncodedBatch.Identifier>
  let traits: UnsafeBufferPointer<EncodedBatch.Trait>
  let consents: UnsafeBufferPointer<EncodedBatch.Consent>
  let lines: UnsafeBufferPointer<EncodedBatch.Line>
  let derived: UnsafeBufferPointer<EncodedBatch.Derived>

  func string(_ text: EncodedBatch.Text) -> String {
    if text.isNone { return "" }
    return String(decoding: bytes[Int(text.offset)..<Int(text.offset) + Int(text.count)], as: UTF8.self)
  }

  /// The person of a record, nil when it names nobody.
  @inline(__always)
  func person(of record: EncodedBatch.Record) -> EncodedBatch.Person? {
    record.person < 0 ? nil : persons[Int(record.person)]
  }
}

extension UnsafeBufferPointer {
  @inline(__always)
  subscript(slice: EncodedBatch.Slice) -> UnsafeBufferPointer<Element> {
    if slice.count == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(rebasing: self[Int(slice.start)..<Int(slice.start + slice.count)])
  }
}

extension EncodedBatch {
  func withView<T>(_ body: (BatchView) throws -> T) rethrows -> T {
    try bytes.withUnsafeBufferPointer { bytes in
      try cells.withUnsafeBufferPointer { cells in
        try records.withUnsafeBufferPointer { records in
          try persons.withUnsafeBufferPointer { persons in
            try identifiers.withUnsafeBufferPointer { identifiers in
              try traits.withUnsafeBufferPointer { traits in
                try consents.withUnsafeBufferPointer { consents in
                  try lines.withUnsafeBufferPointer { lines in
                    try derived.withUnsafeBufferPointer { derived in
                      try body(
                        BatchView(
                          bytes: bytes, cells: cells, records: records, persons: persons, identifiers: identifiers,
                          traits: traits, consents: consents, lines: lines, derived: derived))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
