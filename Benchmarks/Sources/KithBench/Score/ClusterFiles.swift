import FoundationEssentials

/// Reads a program's clusters beside who is who, and takes them only when every record stands in exactly one cluster.
enum ClusterFiles {
  static func score(_ clusters: URL, truth: URL) throws -> ClusterScore {
    let persons = try numbers(truth, header: "record_id,entity_id")
    let found = try numbers(clusters, header: "record_id,cluster_id")
    let records = try persons.map { record, person in
      guard let cluster = found[record] else {
        throw BenchError.noCluster(record, clusters.path, found: found.count, of: persons.count)
      }
      return (cluster: cluster, person: person)
    }
    if found.count > persons.count, let other = found.keys.first(where: { persons[$0] == nil }) {
      throw BenchError.unknownRecord(String(other), clusters.path)
    }
    return ClusterScore(records)
  }

  /// What stands in the second column, numbered, by what stands in the first. Our keys hold no comma and no quote.
  private static func numbers(_ file: URL, header: String) throws -> [Substring: Int] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw BenchError.noClusters(file.path)
    }
    var lines = text.split(whereSeparator: \.isNewline)[...]
    guard let first = lines.popFirst(), first == header else { throw BenchError.notClusters(file.path, header) }
    var names: [Substring: Int] = [:]
    var result: [Substring: Int] = [:]
    for line in lines {
      let cells = line.split(separator: ",")
      guard cells.count == 2, let record = cells.first, let name = cells.last else {
        throw BenchError.notClusters(file.path, header, line: String(line))
      }
      let number = names[name] ?? names.count
      names[name] = number
      if result.updateValue(number, forKey: record) != nil { throw BenchError.twice(String(record), file.path) }
    }
    return result
  }
}
