import KithCore

/// The paths of a mapping's fields, where they are nothing but names, or several of which the first counts that leads
/// to something: one run of memory that is walked without making a list or counting a reference. What has brackets, or
/// is computed, is left to the mapper's programs.
final class PathTable {
  private struct Step: BitwiseCopyable {
    var start: Int32
    var count: Int32
  }

  private let names: GrowingBuffer<UInt8>
  private let steps: GrowingBuffer<Step>
  /// The first step of each path, and how many it has.
  private let paths: GrowingBuffer<Step>
  /// Of each field: its first path and how many it has; 0 when it has other than plain ones.
  private let fields: GrowingBuffer<Step>

  init(_ bound: [BoundField]) {
    names = GrowingBuffer(capacity: 256)
    steps = GrowingBuffer(capacity: 64)
    paths = GrowingBuffer(capacity: 64)
    fields = GrowingBuffer(capacity: bound.count)
    for field in bound {
      let first = paths.count
      for path in PathTable.plainPaths(field.program) {
        paths.append(Step(start: Int32(steps.count), count: Int32(path.count)))
        for step in path {
          steps.append(Step(start: Int32(names.count), count: Int32(step.name.count)))
          step.name.withUnsafeBufferPointer { names.append($0) }
        }
      }
      fields.append(Step(start: Int32(first), count: Int32(paths.count - first)))
    }
  }

  /// The paths that a field tries one after the other, if all of them are plain.
  private static func plainPaths(_ program: Program) -> [[PathStep]] {
    switch program {
    case .path(let path):
      return path.allSatisfy { $0.pick == .plain && !$0.name.isEmpty } ? [path] : []
    case .first(let programs):
      let paths = programs.map(plainPaths)
      return paths.allSatisfy { $0.count == 1 } ? paths.flatMap(\.self) : []
    default: return []
    }
  }

  deinit {
    names.deallocate()
    steps.deallocate()
    paths.deallocate()
    fields.deallocate()
  }

  @inline(__always)
  func isPlain(_ field: Int) -> Bool { fields[field].count > 0 }

  /// The paths of a field, in the order in which they are tried.
  @inline(__always)
  func paths(of field: Int) -> Range<Int> { Int(fields[field].start)..<Int(fields[field].start + fields[field].count) }

  /// Visits the nodes that a plain path leads to, in order, until `visit` says false: what `RecordView.walk` does for
  /// paths of any kind. A list on the way is gone through item by item.
  @inline(__always)
  func walk(_ path: Int, _ view: RecordView, _ visit: (Int32) -> Bool) {
    let path = paths[path]
    _ = walk(path.start, path.start + path.count, view.root, view, visit)
  }

  private func walk(_ step: Int32, _ end: Int32, _ node: Int32, _ view: RecordView, _ visit: (Int32) -> Bool) -> Bool {
    if step == end { return visit(node) }
    let entry = view.nodes[Int(node)]
    var child = entry.firstChild
    if entry.kind == .array {
      while child >= 0 {
        if !walk(step, end, child, view, visit) { return false }
        child = view.nodes[Int(child)].next
      }
      return true
    }
    guard entry.kind == .object else { return true }
    let name = steps[Int(step)]
    while child >= 0 {
      let node = view.nodes[Int(child)]
      if node.keyCount == name.count, isSame(node.keyStart, name, view) {
        if !walk(step + 1, end, child, view, visit) { return false }
      }
      child = node.next
    }
    return true
  }

  @inline(__always)
  private func isSame(_ key: Int32, _ name: Step, _ view: RecordView) -> Bool {
    var index: Int32 = 0
    while index < name.count {
      if view.bytes[Int(key &+ index)] != names[Int(name.start &+ index)] { return false }
      index &+= 1
    }
    return true
  }
}
