import KithCore

/// A kind of record and a rule for each of its fields, compiled from a layout's `fields` and a user's `mapping`.
struct RecordMapping: Sendable {
  /// Who wrote a rule decides what a missing column means: exports vary, so a layout may name columns that a file
  /// lacks, while a user who names a column means it.
  enum Author: Sendable { case layout, user }

  struct Rule: Sendable {
    var name: String
    var target: FieldTarget
    var type: FieldType
    var expression: MappingExpression
    var author: Author
  }

  struct Lines: Sendable {
    var each: String
    var rules: [Rule]
    var author: Author
    var place: String
  }

  /// What holds where a rule says nothing.
  struct Defaults: Sendable, Equatable {
    var timeZone: String
    var number: NumberFormat

    init(timeZone: String, number: NumberFormat = .auto) {
      self.timeZone = timeZone
      self.number = number
    }
  }

  let kind: Record.Kind
  private(set) var rules: [Rule] = []
  private(set) var lines: Lines?
  let defaults: Defaults

  /// Compiles a mapping and tells all of its mistakes. `overrides` replaces field by field; nothing (`null`) leaves a
  /// field of the layout out.
  static func compile(
    kind: Record.Kind, fields: MappingNode?, overrides: MappingNode?, defaults: Defaults
  ) -> (mapping: RecordMapping, problems: [KithError]) {
    var mapping = RecordMapping(kind: kind, defaults: defaults)
    var compiler = ExpressionCompiler()
    let table = RecordFields.of(kind)
    if let fields { mapping.add(fields, author: .layout, table, &compiler) }
    if let overrides { mapping.add(overrides, author: .user, table, &compiler) }
    mapping.checkNeeded(table, place: overrides?.place ?? fields?.place, &compiler)
    return (mapping, compiler.problems)
  }

  private init(kind: Record.Kind, defaults: Defaults) {
    self.kind = kind
    self.defaults = defaults
  }

  private mutating func add(
    _ node: MappingNode, author: Author, _ table: RecordFields, _ compiler: inout ExpressionCompiler
  ) {
    guard case .map(let entries) = node.content else {
      return compiler.report("a mapping needs fields", node, allowed: "field: column")
    }
    for entry in entries {
      if entry.key == "lines", kind == .order {
        lines = Self.lines(entry.value, author: author, &compiler)
        continue
      }
      guard let target = table.target(entry.key) else {
        compiler.report(Self.unknownField(entry, kind: kind, names: table.names))
        continue
      }
      rules.removeAll { $0.target == target }
      let type = Self.type(of: target, table)
      if let rule = Self.rule(entry, target, type, author, &compiler) { rules.append(rule) }
    }
  }

  private static func type(of target: FieldTarget, _ table: RecordFields) -> FieldType {
    switch target {
    case .own(let field): table.type(of: field)
    case .personKey: .key
    case .consent: .choice(Consent.Status.allCases.map(\.rawValue))
    case .consentAt: .date
    case .identifier, .attribute, .trait: .text
    }
  }

  private static func unknownField(_ entry: MappingEntry, kind: Record.Kind, names: [String]) -> KithError {
    KithError(
      .configuration, "\(kind.withArticle) has no field of this name", place: entry.value.place, seen: entry.key,
      allowed: names.joined(separator: ", "),
      fix: nearestWord(to: entry.key, among: names).map { "Did you mean \($0)?" }
        ?? "For anything else worth keeping write trait.\(entry.key).")
  }

  private static func rule(
    _ entry: MappingEntry, _ target: FieldTarget, _ type: FieldType, _ author: Author,
    _ compiler: inout ExpressionCompiler
  ) -> Rule? {
    let expression = compiler.compile(entry.value)
    if case .nothing = expression.origin { return nil }
    check(expression, entry, target, type, &compiler)
    return Rule(name: entry.key, target: target, type: type, expression: expression, author: author)
  }

  /// Whether what is done with the value makes sense for this field.
  private static func check(
    _ expression: MappingExpression, _ entry: MappingEntry, _ target: FieldTarget, _ type: FieldType,
    _ compiler: inout ExpressionCompiler
  ) {
    func misplaced(_ key: String, _ allowed: String) -> KithError {
      KithError(
        .configuration, "\(key) does not go with this field", place: expression.place, seen: entry.key,
        allowed: allowed)
    }
    let takesDate = type == .date || type == .day || target == .attribute(.birthDate)
    if expression.dates != nil, !takesDate { compiler.report(misplaced("date", "fields that are dates")) }
    if expression.zone != nil, type != .date { compiler.report(misplaced("zone", "fields that are times")) }
    if expression.number != nil, !type.isNumber { compiler.report(misplaced("number", "fields that are numbers")) }
    if expression.divisor != nil, !type.isNumber { compiler.report(misplaced("divide", "fields that are numbers")) }
    var isIdentifier = false
    if case .identifier(let kind) = target {
      isIdentifier = true
      if expression.namespace != nil, kind.isGlobal {
        compiler.report(misplaced("namespace", "customer_number, user_id, loyalty_number, visitor_id"))
      }
    } else if expression.namespace != nil {
      compiler.report(misplaced("namespace", "customer_number, user_id, loyalty_number, visitor_id"))
    }
    var isTrait = false
    if case .trait = target { isTrait = true }
    if expression.isList, !isIdentifier, !isTrait {
      compiler.report(
        KithError(
          .configuration, "this field takes one value", place: expression.place, seen: entry.key,
          allowed: "a path, {first: [A, B]}, a template, or split with take",
          fix: "Identifiers and traits may have several values."))
    }
    if case .constant(let text) = expression.origin, expression.map == nil, expression.split == nil,
      case .choice(let words) = type, !words.contains(text.lowercased())
    {
      compiler.report(
        KithError(
          .configuration, "this is no value of \(entry.key)", place: expression.place, seen: text,
          allowed: words.joined(separator: ", "),
          fix: nearestWord(to: text, among: words).map { "Did you mean \($0)?" }))
    }
    if case .first(let items) = expression.origin { for item in items { check(item, entry, target, type, &compiler) } }
    if case .all(let items) = expression.origin { for item in items { check(item, entry, target, type, &compiler) } }
  }

  private static func lines(_ node: MappingNode, author: Author, _ compiler: inout ExpressionCompiler) -> Lines? {
    if node.content == .scalar("") { return nil }
    guard case .map(let entries) = node.content else {
      compiler.report("lines needs keys", node, allowed: "{each: \"items[]\", fields: {…}}")
      return nil
    }
    var lines = Lines(each: "", rules: [], author: author, place: node.place)
    for entry in entries {
      switch entry.key {
      case "each": lines.each = compiler.text(entry.value, of: "each") ?? ""
      case "fields": lines.rules = lineRules(entry.value, author, &compiler)
      default:
        compiler.report(
          "lines has no key of this name", entry.value, seen: entry.key, allowed: "each, fields",
          fix: nearestWord(to: entry.key, among: ["each", "fields"]).map { "Did you mean \($0)?" })
      }
    }
    if lines.each.isEmpty || lines.rules.isEmpty {
      compiler.report("lines needs each and fields", node, allowed: "{each: \"items[]\", fields: {…}}")
      return nil
    }
    return lines
  }

  private static func lineRules(
    _ node: MappingNode, _ author: Author, _ compiler: inout ExpressionCompiler
  ) -> [Rule] {
    guard case .map(let entries) = node.content else {
      compiler.report("fields of lines need names", node, allowed: "field: path")
      return []
    }
    var rules: [Rule] = []
    for entry in entries {
      guard let own = RecordFields.line.first(where: { $0.name == entry.key }) else {
        compiler.report(unknownLineField(entry))
        continue
      }
      if let rule = rule(entry, .own(own.field), own.type, author, &compiler) { rules.append(rule) }
    }
    return rules
  }

  private static func unknownLineField(_ entry: MappingEntry) -> KithError {
    let names = RecordFields.line.map(\.name)
    return KithError(
      .configuration, "an order line has no field of this name", place: entry.value.place, seen: entry.key,
      allowed: names.joined(separator: ", "),
      fix: nearestWord(to: entry.key, among: names).map { "Did you mean \($0)?" })
  }

  private func checkNeeded(_ table: RecordFields, place: String?, _ compiler: inout ExpressionCompiler) {
    for own in table.own where own.isNeeded && !rules.contains(where: { $0.target == .own(own.field) }) {
      compiler.report(
        KithError(
          .configuration, "\(kind.withArticle) needs the field \(own.name)", place: place,
          fix: "Add \(own.name): COLUMN to the mapping."))
    }
    for rule in rules {
      guard case .consentAt(let purpose) = rule.target else { continue }
      if !rules.contains(where: { $0.target == .consent(purpose) }) {
        compiler.report(
          KithError(
            .configuration, "a consent has a time but no status", place: rule.expression.place, seen: rule.name,
            fix: "Add consent.\(purpose): COLUMN."))
      }
    }
  }
}
