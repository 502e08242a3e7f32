extension RESTSchema {
  /// The reference, as docs/rest-manifest.md has it.
  public static var markdown: String {
    sections.map { section in
      var lines = ["### \(section.name.prefix(1).uppercased() + section.name.dropFirst())", ""]
      if !section.summary.isEmpty { lines += [section.summary, ""] }
      lines += ["| key | value | |", "|---|---|---|"]
      for key in section.keys { lines.append("| `\(key.name)` | \(key.value) | \(key.summary) |") }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }
}
