import FoundationEssentials

/// The people of a CRM, a shop and a newsletter in one file, and beside it who is who: two and a half records for each
/// person, in no order.
enum PeopleFile {
  static func write(_ rows: Int, to url: URL, truth: URL) throws {
    let out = try RowWriter(url)
    let key = try RowWriter(truth)
    out.text((["record_id"] + PeopleRow.columns).joined(separator: ","))
    key.text("record_id,entity_id")
    try out.endRow()
    try key.endRow()
    let step = step(through: rows)
    for row in 0..<rows {
      writeRow(row, slot: row * step % rows, to: out, key)
      try out.endRow()
      try key.endRow()
    }
    try key.finish()
    try out.finish()
  }

  private static func writeRow(_ row: Int, slot: Int, to out: RowWriter, _ key: RowWriter) {
    let seat = Seat(slot)
    let (source, record) = RecordScribe.row(of: Resident(seat), slot: slot)
    for file in [out, key] {
      file.text("\(source.rawValue)-")
      file.number(row, width: 7)
    }
    record.write(to: out)
    key.cell("p")
    key.number(seat.person, width: 7)
  }

  /// A step that comes to every slot once: one person's records, which are neighbours by slot, lie far apart.
  private static func step(through rows: Int) -> Int {
    var step = max(rows * 618 / 1_000, 1)
    while greatestCommonDivisor(step, rows) > 1 { step += 1 }
    return step
  }

  private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    right == 0 ? left : greatestCommonDivisor(right, left % right)
  }
}
