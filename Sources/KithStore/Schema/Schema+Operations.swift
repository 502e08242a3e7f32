extension Schema {
  /// The counts of a run, the same words everywhere.
  private static let countColumns: [ColumnSpecification] = [
    .count("read", "Records delivered, rejects and found deletions included: the sum of the next six."),
    .count("inserted", "Records that were new."),
    .count("updated", "Records whose content had changed."),
    .count("unchanged", "Records that were known as they are, and earlier versions of a key within one batch."),
    .count("deleted", "Records gone at the source."),
    .count("quarantined", "Records put aside because they cannot be used."),
    .count("suppressed", "Records of erased persons, not stored."),
    .count("duplicates", "Records whose key had come before in the same listing; counted above, too."),
  ]

  private static let errorClass =
    "What is to be done about the error: configuration, authorisation, transient, record or bug."

  static let operationTables: [TableSpecification] = [
    TableSpecification(
      "sources", "A configured connector.", key: ["source_id"], indexes: [.unique("name")],
      columns: [
        .column("source_id", .integer, "Number of the source in this hub."),
        .column("name", .text, "The source's name in connectors.yml."),
        .column("connector", .text, "The connector that reads it."),
      ]),
    TableSpecification(
      "streams", "One kind of record that a source offers.", key: ["stream_id"],
      indexes: [.unique("source_id", "name")],
      columns: [
        .column("stream_id", .integer, "Number of the stream in this hub."),
        .column("source_id", .integer, "Its source."),
        .column("name", .text, "The stream's name."),
      ]),
    TableSpecification(
      "runs", "One execution of a source's sync.", key: ["run_id"], indexes: [.on("source_id", "run_id")],
      time: "started_at",
      columns: [
        .column("run_id", .integer, "Number of the run, rising with time."),
        .column("source_id", .integer, "The source."),
        .column("source", .text, "The source's name."),
        .column("started_at", .dateTime, "When the run began.", unit: "UTC"),
        .optional("finished_at", .dateTime, "When it ended; empty while it runs.", unit: "UTC"),
        .column("status", .text, "running, succeeded, partial (some streams failed) or failed."),
        .column("mode", .text, "incremental, full or replay."),
      ] + countColumns + [
        .optional("error", .text, "What went wrong."),
        .optional("hint", .text, "What to do about it."),
        .optional("scheduled_at", .dateTime, "The tick of the schedule that it is the run of.", unit: "UTC"),
        .optional("error_class", .text, errorClass),
      ]),
    TableSpecification(
      "run_streams", "One stream's part of a run.", key: ["run_id", "stream_id"], storage: .withoutRowID,
      columns: [
        .column("run_id", .integer, "The run."),
        .column("stream_id", .integer, "The stream."),
        .column("status", .text, "running, succeeded or failed."),
      ] + countColumns + [
        .optional("error", .text, "What went wrong."),
        .optional("hint", .text, "What to do about it."),
        .optional("error_class", .text, errorClass),
        .optional("error_place", .text, "Where it went wrong: file and line, or page and record."),
        .optional(
          "bytes", .integer, "Size of the files or answers that were read; of a file that has grown, all of it.",
          unit: "bytes"),
        .optional("requests", .integer, "Requests that brought something; empty for files.", unit: "count"),
      ]),
    TableSpecification(
      "run_checkpoints", "Where a stream stood before and after a run.", key: ["run_id", "stream_id"],
      storage: .withoutRowID, published: false,
      columns: [
        .column("run_id", .integer, "The run."),
        .column("stream_id", .integer, "The stream."),
        .optional("checkpoint_before", .text, "The checkpoint when it began, its first 2000 characters."),
        .optional("checkpoint_after", .text, "The checkpoint that it left, likewise; empty where it moved none."),
      ]),
    TableSpecification(
      "checkpoints", "How far a stream has been read.", key: ["stream_id"], published: false,
      columns: [
        .column("stream_id", .integer, "The stream."),
        .column("checkpoint", .text, "The position in the connector's own words."),
        .column("run_id", .integer, "The run that moved it."),
        .column("updated_at", .dateTime, "When it was moved.", unit: "UTC"),
        .count("read", "Records that the run had read of the stream by then."),
        .column(
          "seal", .integer, "Hash of all that, written with the data: a checkpoint moved otherwise has another.",
          default: "0"),
      ]),
    TableSpecification(
      "quarantine", "A record that cannot be used, whole, with the reason.", key: ["quarantine_id"],
      indexes: [.unique("stream_id", "reject_hash"), .on("status", "stream_id", "code")], published: false,
      columns: [
        .column("quarantine_id", .integer, "Number of the entry."),
        .column("stream_id", .integer, "The stream that it came from."),
        .column("run_id", .integer, "The run that last put it aside."),
        .column("code", .text, "The kind of fault: field_count, encoding, date …"),
        .column("reason", .text, "One sentence: value seen, what is allowed."),
        .column("place", .text, "File and line, or page and item."),
        .column("raw", .blob, "The record byte for byte."),
        .optional("context", .text, "What a replay needs beside the raw record."),
        .column("status", .text, "waiting, replayed or discarded."),
        .column("created_at", .dateTime, "When it was first put aside.", unit: "UTC"),
        .optional("resolved_at", .dateTime, "When it was replayed or discarded.", unit: "UTC"),
        .optional("replayed_run_id", .integer, "The run that brought it in."),
        .column("reject_hash", .integer, "Hash of place and raw record: the same fault is kept once."),
      ]),
  ]

  static let alertTables: [TableSpecification] = [
    TableSpecification(
      "stream_fields", "A raw field that a stream has, or had, before mapping.", key: ["stream_id", "field"],
      storage: .withoutRowID, published: false,
      columns: [
        .column("stream_id", .integer, "The stream."),
        .column("field", .text, "The column's name, or the path in a tree."),
        .optional("kind", .text, "What its values look like: number, boolean, date or text."),
        .column("records", .integer, "Records that were looked at since it is known.", unit: "count"),
        .column("seen", .integer, "Those of them that had it.", unit: "count"),
        .column("filled", .integer, "Those of them that had a value.", unit: "count"),
        .column("is_gone", .boolean, "It has vanished."),
      ]),
    TableSpecification(
      "field_changes", "A field that a run found new, vanished or of another kind.",
      key: ["run_id", "stream_id", "field"], storage: .withoutRowID, indexes: [.on("stream_id", "state")],
      published: false,
      columns: [
        .column("run_id", .integer, "The run that noticed it."),
        .column("stream_id", .integer, "The stream."),
        .column("field", .text, "The field."),
        .column("change", .text, "new, vanished or retyped."),
        .optional("kind_before", .text, "What its values looked like."),
        .optional("kind_after", .text, "What they look like now."),
        .column("state", .text, "accepted, waiting for a person, or past."),
        .column("noticed_at", .dateTime, "When.", unit: "UTC"),
      ]),
    TableSpecification(
      "alerts", "Something that was wrong with a source: open, or over.", key: ["alert_id"],
      indexes: [.on("kind", "source", where: "resolved_at IS NULL")], published: false,
      columns: [
        .column("alert_id", .integer, "Number of the alert."),
        .column("kind", .text, "What it is about: run_failed, source_late …"),
        .column("source", .text, "The source's name."),
        .optional("stream", .text, "The stream's name; empty where it is about the source."),
        .column("opened_at", .dateTime, "Since when it is open.", unit: "UTC"),
        .optional("resolved_at", .dateTime, "When it was over.", unit: "UTC"),
        .optional("resolution", .text, "good, or not_watched: no longer configured."),
        .column("text", .text, "One sentence."),
        .column("details", .text, "Figures, as JSON."),
      ]),
    TableSpecification(
      "alert_deliveries", "What a destination of alerts is to be told, or was.", key: ["delivery_id"],
      indexes: [.on("next_at", where: "next_at IS NOT NULL"), .on("destination", "delivery_id")], published: false,
      columns: [
        .column("delivery_id", .integer, "Number of the delivery."),
        .column("alert_id", .integer, "The alert."),
        .column("event", .text, "opened or resolved."),
        .column("destination", .text, "The destination's name in connectors.yml."),
        .column("created_at", .dateTime, "Since when it is to be told.", unit: "UTC"),
        .column("attempts", .integer, "How often it was tried in vain.", unit: "count"),
        .optional("next_at", .dateTime, "When it is tried next; empty when it is done or given up.", unit: "UTC"),
        .optional("delivered_at", .dateTime, "When it arrived.", unit: "UTC"),
        .optional("error", .text, "Why it did not arrive the last time."),
      ]),
  ]

  static let bookkeepingTables: [TableSpecification] = [
    TableSpecification(
      "suppressions", "An erased person's identifier, as a hash: what carries it is not stored again.",
      key: ["kind", "value_hash"], storage: .withoutRowID, published: false,
      columns: [
        .column("kind", .text, "The kind of identifier."),
        .column("value_hash", .integer, "Hash of namespace and value."),
        .column("created_at", .dateTime, "When the person was erased.", unit: "UTC"),
        .optional("reason", .text, "Why."),
      ]),
    TableSpecification(
      "audit_log", "Who did what.", key: ["audit_id"], published: false,
      columns: [
        .column("audit_id", .integer, "Number of the entry."),
        .column("occurred_at", .dateTime, "When.", unit: "UTC"),
        .column("actor", .text, "Who."),
        .column("action", .text, "What was done."),
        .optional("object", .text, "On what."),
        .optional("detail", .text, "More about it."),
      ]),
    TableSpecification(
      "api_tokens", "Who may use the HTTP API, and as what.", key: ["token_id"], published: false,
      columns: [
        .column("token_id", .integer, "Number of the token, the part before its point."),
        .column("name", .text, "Who or what uses it."),
        .column("role", .text, "integrator, ops, analyst, privacy or admin."),
        .column("secret_hash", .blob, "SHA-256 of the part behind the point; the secret itself is kept nowhere."),
        .column("created_at", .dateTime, "When it was made.", unit: "UTC"),
        .column("created_by", .text, "By whom."),
        .optional("expires_at", .dateTime, "From when on it is refused.", unit: "UTC"),
        .optional("revoked_at", .dateTime, "When it was revoked.", unit: "UTC"),
        .optional("sources", .text, "Names of the sources that it is limited to, with commas; empty for no limit."),
        .optional("scopes", .text, "The groups of endpoints that it is limited to, with commas; empty for no limit."),
      ]),
    TableSpecification(
      "api_requests", "A request that must not be carried out twice, with its answer, for a day.",
      key: ["token_id", "idempotency_key"], storage: .withoutRowID, published: false,
      columns: [
        .column("token_id", .integer, "Whose request; 0 for one without a token."),
        .column("idempotency_key", .text, "The name that its sender gave it."),
        .column("request_hash", .blob, "SHA-256 of method, path and body."),
        .column("created_at", .dateTime, "When it came.", unit: "UTC"),
        .optional("status", .integer, "The answer's status; empty while it is being carried out."),
        .optional("answer", .text, "The answer's body."),
      ]),
    TableSpecification(
      "webhook_deliveries",
      "A message that a tool sent by itself; of one that was read nothing is kept but that it came.",
      key: ["source", "delivery_key"], storage: .withoutRowID, indexes: [.on("status", "source", "received_us")],
      published: false,
      columns: [
        .column("source", .text, "The source's name."),
        .column("delivery_key", .text, "SHA-256 of what was signed: a message that comes again has the same."),
        .column("received_us", .integer, "When it came, in microseconds since 1970: the order in which they are read."),
        .column("status", .text, "waiting or read."),
        .optional("topic", .text, "What the tool said had happened."),
        .optional("body", .blob, "The message byte for byte; empty when it has been read."),
        .optional("run_id", .integer, "The run that read it."),
      ]),
    TableSpecification(
      "metrics_daily", "A metric's value on a day.", key: ["date", "metric", "segment"], storage: .withoutRowID,
      columns: [
        .column("date", .date, "The UTC day."),
        .column("metric", .text, "The metric's name."),
        .column("segment", .text, "The group of customers; empty for all.", default: "''"),
        .column("value", .real, "The value, in the metric's unit."),
        .optional("lower", .real, "Lower end of the 95 % interval."),
        .optional("upper", .real, "Upper end of the 95 % interval."),
        .column("sample", .integer, "How many observations stand behind it.", unit: "count", default: "0"),
      ]),
    TableSpecification(
      "hub_settings", "What the hub remembers about itself.", key: ["name"], storage: .withoutRowID, published: false,
      columns: [
        .column("name", .text, "The setting."),
        .column("value", .text, "Its value."),
      ]),
    TableSpecification(
      "identity_models", "What was learned of how people's profiles agree.", key: ["model_id"], published: false,
      columns: [
        .column("model_id", .integer, "Number of the model."),
        .column("learned_at", .dateTime, "When.", unit: "UTC"),
        .column("profiles", .integer, "Profiles that there were."),
        .column("settings", .text, "The settings that it was learned with."),
        .column("data", .blob, "Weights, shares of values and crowded keys, in Kith's own form."),
      ]),
    TableSpecification(
      "identity_changes", "A profile that changed since identity's index was kept.", key: ["profile_id"],
      published: false, columns: [.column("profile_id", .integer, "The profile.")]),
    TableSpecification(
      "resolve_queue", "A profile whose identity must be looked at.", key: ["profile_id"], published: false,
      columns: [.column("profile_id", .integer, "The profile.")]),
    TableSpecification(
      "refresh_queue", "A profile whose customer's totals have changed.", key: ["profile_id"], published: false,
      columns: [
        .column("profile_id", .integer, "The profile."),
        .optional("observed_at", .dateTime, "The time of its newest record, until its row has it.", unit: "UTC"),
      ]),
    TableSpecification(
      "data_dictionary", "Every table and column: meaning, type and unit.", key: ["table_name", "column_name"],
      storage: .withoutRowID,
      columns: [
        .column("table_name", .text, "The table or view."),
        .column("column_name", .text, "The column; empty for the table itself."),
        .column("type", .text, "The declared type; table or view for the table itself."),
        .optional("unit", .text, "The unit, where there is one."),
        .column("meaning", .text, "What it says."),
      ]),
  ]
}
