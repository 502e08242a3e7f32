import KithCore

/// How a value is read once it is there.
struct ValueStyle {
  var dates: [DateFormat]?
  var zone: ZoneOffsets
  var number: NumberFormat
  var divisor: Int64?
  var namespace: String?
}

/// An expression bound to a file: columns are numbers, paths are steps.
indirect enum Program {
  case column(Int)
  case path([PathStep])
  case constant([UInt8])
  case first([Program])
  case all([Program])
  case template([TemplatePart])
  case split(Program, separator: [UInt8], take: Int?)
  case map(Program, ValueMap)
  /// Values from here are read in a style of their own.
  case styled(Program, Int)

  enum TemplatePart { case text([UInt8]), value(Program) }
}

/// A rule bound to a file.
struct BoundField {
  let name: String
  let target: FieldTarget
  let type: FieldType
  /// The column, when the value is just that; -1 otherwise.
  let column: Int
  let program: Program
  let style: Int
  /// What the value is read from, in words.
  let origin: String
}

extension RecordMapping {
  /// Binds the mapping to a file's columns, or to records that are trees (`columns` nil). A field of the layout whose
  /// columns the file lacks is missing; a column that a user names must be there, and needed fields must have theirs.
  func bind(columns: [String]?, place: String) -> (mapper: RecordMapper, problems: [KithError]) {
    var binder = MappingBinder(defaults: defaults, columns: columns.map(ColumnIndex.init), place: place)
    let fields = rules.compactMap { binder.bind($0) }
    var boundLines: RecordMapper.Lines?
    if let lines { boundLines = bind(lines, &binder) }
    for own in RecordFields.of(kind).own where own.isNeeded {
      guard !fields.contains(where: { $0.target == .own(own.field) }),
        let rule = rules.first(where: { $0.target == .own(own.field) })
      else { continue }
      binder.reportNeeded(rule)
    }
    let mapper = RecordMapper(
      kind: kind, fields: fields, lines: boundLines, styles: binder.styles, hasColumns: columns != nil)
    return (mapper, binder.problems)
  }

  private func bind(_ lines: Lines, _ binder: inout MappingBinder) -> RecordMapper.Lines? {
    if binder.columns != nil {
      if lines.author == .user {
        binder.problems.append(
          KithError(
            .configuration, "lines needs records that are trees; this file has columns", place: lines.place,
            fix: "Use the record kind order_line for files with one row per line."))
      }
      return nil
    }
    guard let each = SourcePath.steps(lines.each) else {
      binder.problems.append(
        KithError(.configuration, "this is no path", place: lines.place, seen: lines.each, allowed: "line_items[]"))
      return nil
    }
    return RecordMapper.Lines(each: each, fields: lines.rules.compactMap { binder.bind($0) })
  }
}

/// The state of binding one mapping to one file.
struct MappingBinder {
  let columns: ColumnIndex?
  let place: String
  private let defaults: RecordMapping.Defaults
  private(set) var styles: [ValueStyle] = []
  private var zones: [String: ZoneOffsets] = [:]
  fileprivate(set) var problems: [KithError] = []
  /// Columns that the rule being bound names and the file lacks.
  private var missing: [(path: String, place: String)] = []

  init(defaults: RecordMapping.Defaults, columns: ColumnIndex?, place: String) {
    self.columns = columns
    self.place = place
    self.defaults = defaults
  }

  mutating func bind(_ rule: RecordMapping.Rule) -> BoundField? {
    missing.removeAll()
    let style = style(of: rule.expression, within: nil)
    let program = bind(rule.expression, style: style)
    if rule.author == .user { for entry in missing { reportMissing(entry.path, field: rule.name, place: entry.place) } }
    guard let program else { return nil }
    var column = -1
    if case .column(let index) = program { column = index }
    return BoundField(
      name: rule.name, target: rule.target, type: rule.type, column: column, program: program, style: style,
      origin: origin(of: rule.expression))
  }

  private func origin(of expression: MappingExpression) -> String {
    let paths = expression.paths
    let noun = columns == nil ? "path" : "column"
    switch paths.count {
    case 0: return "constant"
    case 1: return "\(noun) \(paths[0])"
    default: return "\(noun)s \(paths.prefix(8).joined(separator: ", "))"
    }
  }

  private mutating func style(of expression: MappingExpression, within outer: Int?) -> Int {
    let base = outer.map { styles[$0] }
    let hasOwn =
      expression.dates != nil || expression.zone != nil || expression.number != nil || expression.divisor != nil
      || expression.namespace != nil
    if let outer, !hasOwn { return outer }
    let style = ValueStyle(
      dates: expression.dates ?? base?.dates,
      zone: expression.zone.map { zone($0) } ?? base?.zone ?? zone(defaults.timeZone),
      number: expression.number ?? base?.number ?? defaults.number,
      divisor: expression.divisor ?? base?.divisor, namespace: expression.namespace ?? base?.namespace)
    styles.append(style)
    return styles.count - 1
  }

  private mutating func zone(_ name: String) -> ZoneOffsets {
    if let known = zones[name] { return known }
    guard let made = ZoneOffsets(name) else {
      problems.append(
        KithError(
          .configuration, "there is no such time zone", place: place, seen: name,
          allowed: "an IANA name such as Europe/Zurich or UTC"))
      return ZoneOffsets.utc
    }
    zones[name] = made
    return made
  }

  private mutating func bind(_ expression: MappingExpression, style: Int) -> Program? {
    guard var program = bind(origin: expression, style: style) else { return nil }
    if let split = expression.split {
      program = .split(program, separator: split.separator, take: split.take)
    }
    if let map = expression.map { program = .map(program, map) }
    return program
  }

  private mutating func bind(origin expression: MappingExpression, style: Int) -> Program? {
    switch expression.origin {
    case .nothing: return nil
    case .constant(let text): return .constant(Array(text.utf8))
    case .path(let text): return bind(path: text, place: expression.place)
    case .first(let items):
      let before = missing.count
      let programs = bind(items, style: style)
      // Whoever writes `first` expects that files differ: one column is enough.
      if !programs.isEmpty { missing.removeLast(missing.count - before) }
      return programs.count < 2 ? programs.first : .first(programs)
    case .all(let items):
      let programs = bind(items, style: style)
      return programs.count < 2 ? programs.first : .all(programs)
    case .template(let parts): return bind(parts, place: expression.place)
    }
  }

  private mutating func bind(_ items: [MappingExpression], style outer: Int) -> [Program] {
    var programs: [Program] = []
    for item in items {
      let inner = style(of: item, within: outer)
      guard let program = bind(item, style: inner) else { continue }
      programs.append(inner == outer ? program : .styled(program, inner))
    }
    return programs
  }

  private mutating func bind(_ parts: [MappingExpression.TemplatePart], place: String) -> Program? {
    var bound: [Program.TemplatePart] = []
    var hasValue = false
    for part in parts {
      switch part {
      case .text(let text): bound.append(.text(Array(text.utf8)))
      case .path(let path):
        guard let program = bind(path: path, place: place) else { continue }
        bound.append(.value(program))
        hasValue = true
      }
    }
    return hasValue ? .template(bound) : nil
  }

  private mutating func bind(path: String, place: String) -> Program? {
    if let columns {
      if let index = columns.find(path) { return .column(index) }
      missing.append((path, place))
      return nil
    }
    if path.hasPrefix("#") || path.contains("*") {
      problems.append(
        KithError(
          .configuration, "numbers and patterns need a file with columns", place: place, seen: path,
          allowed: "a path such as billing.email"))
      return nil
    }
    guard let steps = SourcePath.steps(path) else {
      problems.append(
        KithError(
          .configuration, "this is no path", place: place, seen: cut(path),
          allowed: "name.name, name[0], name[], name[key=value].name, name.@attribute"))
      return nil
    }
    return .path(steps)
  }

  private mutating func reportMissing(_ path: String, field: String, place: String) {
    problems.append(
      KithError(
        .configuration, "the file has no such column for \(field)", place: place, seen: cut(path),
        allowed: columnList, fix: nearestColumn(path).map { "Did you mean \($0)?" }))
  }

  mutating func reportNeeded(_ rule: RecordMapping.Rule) {
    // A user's missing column has been told already.
    guard rule.author == .layout, columns != nil else { return }
    let paths = rule.expression.paths
    problems.append(
      KithError(
        .configuration, "the file has no column for \(rule.name), which every record needs", place: place,
        seen: cut(paths.joined(separator: ", ")), allowed: columnList,
        fix: "Name the right one under mapping: \(rule.name): COLUMN."))
  }

  private var columnList: String {
    guard let columns else { return "" }
    let names = columns.names
    return names.prefix(60).joined(separator: ", ") + (names.count > 60 ? " and \(names.count - 60) more" : "")
  }

  private func nearestColumn(_ path: String) -> String? {
    guard let columns else { return nil }
    return nearestWord(to: path, among: columns.names)
  }
}
