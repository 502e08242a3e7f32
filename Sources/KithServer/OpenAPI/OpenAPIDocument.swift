/// The API's description in OpenAPI 3.1, out of the endpoints themselves. Beyond the standard it tells who may do what
/// (`x-kith-roles`, nobody named for all), what tokens may be limited to (`x-kith-scope`), what of it is open to one that is
/// limited to some sources (`x-kith-reach`), and which values are null for roles without contact data (`x-kith-personal`).
enum OpenAPIDocument {
  /// As JSON, the same for the same program.
  static let text: String = {
    var writer = JSONWriter()
    writer.write(document(APIContents.endpoints))
    return String(decoding: writer.bytes, as: UTF8.self)
  }()

  static func document(_ endpoints: [Endpoint]) -> JSON {
    var schemas = SchemaCollection()
    var paths: [JSON.Member] = []
    for endpoint in endpoints {
      let operation = JSON.Member(endpoint.method.rawValue.lowercased(), operation(endpoint, &schemas))
      if let index = paths.firstIndex(where: { $0.name == endpoint.path }),
        case .object(let members) = paths[index].value
      {
        paths[index].value = .object(members + [operation])
      } else {
        paths.append(JSON.Member(endpoint.path, .object([operation])))
      }
    }
    _ = schemas.schema(Problem.shape)
    return [
      "openapi": "3.1.0".json,
      "info": .of(
        ("title", "Kith"), ("version", "1"),
        ("description", "One customer table from the tools a company already has: sources, runs, customers, tables.")),
      "servers": .list([.of(("url", "/"))]),
      "paths": .object(paths),
      "components": [
        "securitySchemes": [
          "token": .of(
            ("type", "http"), ("scheme", "bearer"),
            ("description", "`id.secret`, as `kith token create` prints it. Without tokens this machine needs none."))
        ],
        "schemas": .object(schemas.members),
        "responses": .object(Problem.Kind.allCases.map { JSON.Member($0.slug, problem($0)) }),
      ],
    ]
  }

  private static func problem(_ kind: Problem.Kind) -> JSON {
    [
      "description": kind.title.json,
      "content": [Problem.mediaType: ["schema": .of(("$ref", "#/components/schemas/Problem"))]],
    ]
  }

  // MARK: operations

  private static func operation(_ endpoint: Endpoint, _ schemas: inout SchemaCollection) -> JSON {
    var members: [JSON.Member] = [
      .init("operationId", .text(endpoint.name)), .init("summary", .text(endpoint.summary)),
      .init("security", endpoint.roles == nil ? .list([]) : .list([["token": .list([])]])),
    ]
    if let roles = endpoint.roles {
      members.append(.init("x-kith-roles", names(roles)))
      if let scope = endpoint.scope { members.append(.init("x-kith-scope", .text(scope.rawValue))) }
      members.append(.init("x-kith-reach", .text(endpoint.reach.rawValue)))
    }
    var parameters = endpoint.parameters.map { parameter($0, &schemas) }
    if case .message = endpoint.handler {} else { parameters += headers(endpoint) }
    if !parameters.isEmpty { members.append(.init("parameters", .list(parameters))) }
    if let body = endpoint.body {
      let isRequired = !body.properties.allSatisfy(\.isOptional)
      members.append(
        .init(
          "requestBody",
          [
            "required": .boolean(isRequired),
            "content": ["application/json": ["schema": schemas.schema(.object(body))]],
          ]))
    }
    if case .message = endpoint.handler {
      let anything: JSON = .of(("description", "As the tool writes it."))
      members.append(.init("requestBody", ["required": .boolean(true), "content": ["*/*": ["schema": anything]]]))
    }
    members.append(.init("responses", .object(responses(endpoint, &schemas))))
    return .object(members)
  }

  private static func names(_ roles: Set<Role>) -> JSON {
    .list(Role.allCases.filter(roles.contains).map { .text($0.rawValue) })
  }

  private static func parameter(_ parameter: Parameter, _ schemas: inout SchemaCollection) -> JSON {
    var members: [JSON.Member] = [
      .init("name", .text(parameter.name)), .init("in", .text(parameter.place.rawValue)),
      .init("required", .boolean(parameter.isRequired)), .init("description", .text(parameter.meaning)),
      .init("schema", schemas.schema(parameter.shape)),
    ]
    if case .list = parameter.shape {
      // As `a,b,c`.
      members += [.init("style", "form".json), .init("explode", .boolean(false))]
    }
    if let roles = parameter.roles { members.append(.init("x-kith-roles", names(roles))) }
    return .object(members)
  }

  private static func headers(_ endpoint: Endpoint) -> [JSON] {
    switch endpoint.method {
    case .get:
      guard case .json = endpoint.success else { return [] }
      return [
        header(
          "If-None-Match", "ETags of answers that are known: 304 when nothing has changed.", ["type": "string".json])
      ]
    case .post:
      let schema: JSON = .of(("type", "string"), ("minLength", 1), ("maxLength", 255), ("pattern", "^[!-~]+$"))
      return [
        header(
          "Idempotency-Key",
          "A name for this request: sent again with it within 24 hours, it is answered as before and carried out once.",
          schema)
      ]
    }
  }

  private static func header(_ name: String, _ meaning: String, _ schema: JSON) -> JSON {
    [
      "name": .text(name), "in": "header".json, "required": .boolean(false), "description": .text(meaning),
      "schema": schema,
    ]
  }

  private static func responses(_ endpoint: Endpoint, _ schemas: inout SchemaCollection) -> [JSON.Member] {
    var members: [JSON.Member] = []
    switch endpoint.success {
    case .json(let status, let shape):
      members.append(
        .init(
          String(status),
          [
            "description": "All is well.".json, "content": ["application/json": ["schema": schemas.schema(shape)]],
          ]))
      if endpoint.method == .get {
        members.append(.init("304", ["description": "Nothing has changed since the ETag that was sent.".json]))
      }
    case .stream(let mediaTypes):
      let content = mediaTypes.map { JSON.Member($0, ["schema": ["type": "string".json]]) }
      members.append(
        .init("200", ["description": "Rows, written as they are read.".json, "content": .object(content)]))
    case .text(let mediaType):
      let type: JSON = mediaType == "application/json" ? ["type": "object".json] : ["type": "string".json]
      members.append(
        .init("200", ["description": "All is well.".json, "content": .object([.init(mediaType, ["schema": type])])]))
    }
    var kinds: Set<Problem.Kind> = Set(endpoint.problems).union([.malformed, .bug, .unavailable])
    if endpoint.roles != nil { kinds.formUnion([.unauthorised, .forbidden, .tooMany]) }
    if case .message = endpoint.handler {
      kinds.insert(.invalid)
    } else if endpoint.method == .post {
      kinds.formUnion([.conflict, .tooLarge, .invalid, .unsupportedMedia])
    }
    if endpoint.parameters.contains(where: { $0.name == "cursor" }) { kinds.insert(.invalid) }
    for kind in Problem.Kind.allCases where kinds.contains(kind) {
      members.append(.init(String(kind.rawValue), .of(("$ref", "#/components/responses/\(kind.slug)"))))
    }
    return members
  }
}
