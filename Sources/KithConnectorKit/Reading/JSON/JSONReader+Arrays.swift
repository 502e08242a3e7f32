import KithCore

extension JSONReader {
  // MARK: the items of an array

  func nextItem(_ path: [String], into record: RawRecord) throws(KithError) -> ReadStep {
    if place == .beforeArray {
      switch try find(path) {
      case .array: place = .beforeItem
      case .object:
        let step = try read(into: record)
        if step != .incomplete { place = .afterArray }
        return step
      case .nothing: place = .afterArray
      case .incomplete: return .incomplete
      }
    }
    if place == .afterArray { return .end }
    guard var byte = try skipBlanks() else { return try endOfInput() }
    if place == .afterItem || place == .resumed, byte == 0x2C {
      guard let next = try itemAfterComma() else { return try endOfInput() }
      byte = next
    } else if place == .afterItem, byte != 0x5D {
      throw KithError(
        .record, "A comma or ] must follow an item", place: "item \(nextPosition)", seen: "byte 0x\(hex(byte))",
        allowed: ", or ]", fix: "Export the file again.")
    }
    if byte == 0x5D || (place == .resumed && byte == 0x7D) {
      // The bracket is not used up, so that a later read from here sees that the array has ended.
      place = .afterArray
      return .end
    }
    let step = try read(into: record)
    if step != .incomplete { place = .afterItem }
    return step
  }

  private func endOfInput() throws(KithError) -> ReadStep {
    if isGrowing { return .incomplete }
    throw endsEarly()
  }

  private func itemAfterComma() throws(KithError) -> UInt8? {
    input.consume(1)
    indentation = nil
    place = .beforeItem
    return try skipBlanks()
  }

  private enum Found { case array, object, nothing, incomplete }

  /// Goes to the value at the path, passing over everything before it.
  private func find(_ path: [String]) throws(KithError) -> Found {
    for (level, name) in path.enumerated() {
      guard let byte = try skipBlanks() else { return try emptyOrIncomplete(level) }
      guard byte == 0x7B else { throw notThere(path, level, "the value there is no object", []) }
      input.consume(1)
      guard try enter(name, path, level) else { return .incomplete }
    }
    guard let byte = try skipBlanks() else { return try emptyOrIncomplete(path.count) }
    switch byte {
    case 0x5B:
      input.consume(1)
      return .array
    case 0x7B: return .object
    case 0x6E: return .nothing
    default: throw notThere(path, path.count, "the value there is neither array nor object", [])
    }
  }

  private func emptyOrIncomplete(_ level: Int) throws(KithError) -> Found {
    if isGrowing { return .incomplete }
    if level == 0 { return .nothing }
    throw endsEarly()
  }

  /// Goes to the value of the member with that name in the object that has just been opened; false when a growing file
  /// ends before.
  private func enter(_ name: String, _ path: [String], _ level: Int) throws(KithError) -> Bool {
    let record = RawRecord()
    var seen: [String] = []
    while let byte = try skipBlanks() {
      if byte == 0x2C {
        input.consume(1)
        continue
      }
      guard byte == 0x22 else {
        throw notThere(path, level, byte == 0x7D ? "there is no such name" : "this is not JSON", seen)
      }
      guard let key = try memberName(record) else { break }
      guard try skipBlanks() == 0x3A else { break }
      input.consume(1)
      if key == name { return true }
      if seen.count < 20 { seen.append(key) }
      guard try skipBlanks() != nil, try skipValue(JSONSkipper()) else { break }
    }
    if isGrowing { return false }
    throw notThere(path, level, "the file ends before", seen)
  }

  private func memberName(_ record: RawRecord) throws(KithError) -> String? {
    while true {
      record.reset()
      var parser = JSONParser(input.slice(0..<input.count), into: record, empty: input.start)
      if let range = parser.string() {
        input.consume(parser.index)
        return record.bytes.withUnsafeBufferPointer { String(decoding: $0[range], as: UTF8.self) }
      }
      if parser.failure != .cutOff || input.hasEnded || input.count > 65_536 { return nil }
      try input.fillMore()
    }
  }

  private func notThere(_ path: [String], _ level: Int, _ reason: String, _ seen: [String]) -> KithError {
    KithError(
      .configuration, "There are no records at this path: \(reason)",
      place: "byte \(input.offset)", seen: path.prefix(level + 1).joined(separator: "."),
      allowed: seen.isEmpty ? nil : seen.joined(separator: ", "), fix: "Set records to where the array of records lies."
    )
  }

  // MARK: going on after what cannot be read

  /// Passes over the value at the window's start, whatever its size; false when the file ends within it.
  private func skipValue(_ skipper: JSONSkipper) throws(KithError) -> Bool {
    var skipper = skipper
    while true {
      switch skipper.feed(input.slice(0..<input.count)) {
      case .done(let used):
        input.consume(used)
        return true
      case .astray:
        throw KithError(
          .record, "The JSON cannot be read on", place: "byte \(input.offset)", allowed: "brackets that match",
          fix: "Export the file again.")
      case .more:
        input.consume(input.count)
        if input.hasEnded { return false }
        try input.fill(to: 65_536)
      }
    }
  }

  func rejectOversized() throws(KithError) -> ReadStep {
    keep([UInt8](input.slice(0..<min(keptOfOversized, input.count))))
    count()
    if try !skipValue(JSONSkipper()) {
      if isGrowing { return .incomplete }
      throw endsEarly()
    }
    return .reject(code: "size", reason: LineInput.sizeReason("item", limit))
  }

  /// Rejects a value with a syntax error and goes to where the next one begins.
  func rejectBroken(at: Int, _ reason: String) throws(KithError) -> ReadStep {
    let place = "item \(nextPosition)"
    var length = try lengthByBrackets()
    if length == nil { length = try lengthByLines(after: at) }
    guard let length else {
      if isGrowing, input.hasEnded { return .incomplete }
      throw KithError(
        .record, "JSON syntax error, and where the next item begins cannot be told: \(reason)",
        place: "\(place), byte \(input.offset + Int64(at) + 1)", fix: "Export the file again.")
    }
    take(length: length, total: length)
    return .reject(code: "syntax", reason: "JSON at byte \(at + 1) of the item: \(reason)")
  }

  /// The length of the value by its brackets, when something that may follow a value follows.
  private func lengthByBrackets() throws(KithError) -> Int? {
    while true {
      var skipper = JSONSkipper(isStrict: true)
      switch skipper.feed(input.slice(0..<input.count)) {
      case .astray: return nil
      case .done(let length):
        var next = length
        while next < input.count, JSONSniffer.isBlank(input.start[next]) { next += 1 }
        if next < input.count { return length > 0 && mayFollow(input.start[next]) ? length : nil }
        if input.hasEnded { return layout == .values ? length : nil }
        if next - length > 65_536 { return nil }
      case .more:
        if input.hasEnded || input.count > limit { return nil }
      }
      try input.fillMore()
    }
  }

  private func mayFollow(_ byte: UInt8) -> Bool {
    layout == .values ? byte == 0x7B : byte == 0x2C || byte == 0x5D
  }

  /// The length up to the next line that begins as the item's own line does. Items whose line is only theirs can be
  /// told apart even when their brackets do not match.
  private func lengthByLines(after at: Int) throws(KithError) -> Int? {
    guard let indentation else { return nil }
    var from = 0
    while true {
      while let end = input.index(of: 0x0A, from: from) {
        var next = end + 1
        while next < input.count, JSONSniffer.isBlank(input.start[next]), input.start[next] != 0x0A { next += 1 }
        guard next < input.count else { break }
        if input.start[next] == 0x7B, next - end - 1 == indentation, end >= at { return lineLength(end) }
        from = end + 1
      }
      if input.hasEnded || input.count > limit { return nil }
      try input.fillMore()
    }
  }

  /// Without the comma that ends the line, which belongs to the array.
  private func lineLength(_ end: Int) -> Int {
    var length = end
    while length > 0, JSONSniffer.isBlank(input.start[length - 1]) { length -= 1 }
    return layout != .values && length > 0 && input.start[length - 1] == 0x2C ? length - 1 : length
  }
}
