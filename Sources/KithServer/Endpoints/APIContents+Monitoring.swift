import KithCore

extension APIContents {
  private static let state = Shape.object(
    ObjectShape("State", "Whether the service is alive.", [Property("status", .word(["ok"]), "Always ok.")]))

  private static let readiness = Shape.object(
    ObjectShape(
      "Readiness", "Whether the service can work.",
      [
        Property("status", .word(["ready"]), "Always ready: what keeps it from being so is a problem with status 503."),
        Property("database", .word(["ok"]), "The database answers."),
        Property(
          "configuration", .word(["valid", "refused"]),
          "refused while the newest connectors.yml is wrong and an older one is at work."),
      ]))

  private static let me = Shape.object(
    ObjectShape(
      "Me", "Who asks.",
      [
        Property("token_id", .integer(), "Number of the token; null without one.", isNullable: true),
        Property("name", .text(), "The token's name."),
        Property("role", .word(Role.allCases.map(\.rawValue)), "What it may do."),
        Property("sees_contacts", .boolean, "Whether contact data is shown to it."),
        Property("sources", .list(.text()), "The sources that it is limited to; null for none.", isNullable: true),
        Property(
          "scopes", .list(.word(Scope.allCases.map(\.rawValue))), "The scopes that it is limited to; null for none.",
          isNullable: true),
        Property("expires_at", .dateTime, "From when on it is refused; null for never.", isNullable: true),
      ]))

  static let monitoring: [Endpoint] =
    [
      Endpoint(
        "health", .get, "/health", "Whether the process is alive.", roles: nil, success: .json(status: 200, state),
        .waiting { _ in .json(.of(("status", "ok"))) }),
      Endpoint(
        "ready", .get, "/ready", "Whether database and configuration let it work.", roles: nil,
        success: .json(status: 200, readiness), problems: [.unavailable],
        .blocking { call in
          try call.store.ping()
          let configuration = call.place.current.refusal == nil ? "valid" : "refused"
          return .json(.of(("status", "ready"), ("database", "ok"), ("configuration", configuration)))
        }),
      Endpoint(
        "metrics", .get, "/metrics", "Figures for Prometheus.", roles: [.integrator, .ops, .admin],
        success: .text(mediaType: PrometheusText.mediaType),
        .summing { call in
          let place = call.place
          return .text(
            try HubMetrics(current: place.current, figures: place.figures, metrics: place.metrics).text())
        }),
      Endpoint(
        "get_me", .get, "\(root)/me", "Who asks, and what the token may do.", roles: everybody,
        reach: .free, success: .json(status: 200, me),
        .blocking { call in
          .json(
            .of(
              ("token_id", call.caller.tokenID == 0 ? nil : call.caller.tokenID), ("name", call.caller.name),
              ("role", call.caller.role.rawValue), ("sees_contacts", call.caller.role.seesContacts),
              ("sources", call.caller.limits.sources?.sorted()),
              ("scopes", call.caller.limits.scopes?.map(\.rawValue).sorted()),
              ("expires_at", call.caller.expiresAt?.sqlText)))
        }),
      Endpoint(
        "get_openapi", .get, "\(root)/openapi.json", "This document.", roles: nil,
        success: .text(mediaType: "application/json"), .waiting { _ in .text(OpenAPIDocument.text) }),
    ]
}
