import KithCore

extension Schema {
  static let allAttributes = Attribute.allCases
  /// The attributes that have a column of their own: full names and addresses are stored in their parts.
  static let storedAttributes = Attribute.allCases.filter { $0 != .fullName && $0 != .address }

  private static let attributeColumns = storedAttributes.map {
    ColumnSpecification.optional($0.name, $0 == .birthDate ? .date : .text, meaning(of: $0))
  }

  private static let deliveredColumns = Attribute.allCases.map {
    ColumnSpecification.optional(
      "\($0.name)_delivered", .text, "What the source wrote, empty when it is the same. \(meaning(of: $0))")
  }

  static func meaning(of attribute: Attribute) -> String {
    switch attribute {
    case .title: "Title: Dr., Prof."
    case .givenName: "Given name."
    case .familyName: "Family name, particles included."
    case .fullName: "Full name in one field."
    case .birthDate: "Date of birth."
    case .gender: "Gender: female, male or other."
    case .language: "Language, ISO 639-1."
    case .company: "Company."
    case .jobTitle: "Job title."
    case .address: "Address in one field."
    case .street: "Street without the house number."
    case .houseNumber: "House number."
    case .postcode: "Postcode."
    case .city: "City."
    case .region: "Region, state or canton."
    case .country: "Country, ISO 3166 alpha-2."
    }
  }

  static let profileTables: [TableSpecification] = [
    TableSpecification(
      "profiles", "One person or organisation as one source knows them.", key: ["profile_id"],
      indexes: [.unique("stream_id", "key"), .on("customer_id", where: "customer_id IS NOT NULL")],
      columns: [
        .column("profile_id", .integer, "Number of the profile."),
        .optional("customer_id", .integer, "The customer that it belongs to; empty until it is resolved."),
        .column("stream_id", .integer, "The stream that it came from."),
        .column("source", .text, "The source's name in connectors.yml."),
        .column("key", .text, "The source's own key, unique within the stream."),
        .column("kind", .text, "person or organisation."),
        .column("is_listed", .boolean, "1 when the stream lists it, 0 when it was met in orders, events and the like."),
        .column("hash", .integer, "Hash of the content."),
        .column("is_deleted", .boolean, "1 when it is gone at the source.", default: "0"),
        .column("run_id", .integer, "The run that last wrote it."),
        .optional("deleted_at", .dateTime, "When it was found gone.", unit: "UTC"),
        .optional("created_at", .dateTime, "When the source learned to know the person.", unit: "UTC"),
        .optional("updated_at", .dateTime, "When the source last changed it.", unit: "UTC"),
        .optional("observed_at", .dateTime, "For profiles met in records: the time of the newest.", unit: "UTC"),
        .optional("email", .text, "The first e-mail address."),
        .optional("phone", .text, "The first phone number."),
      ] + attributeColumns + deliveredColumns),
    TableSpecification(
      "profile_traits", "A column of the tool that the unified model has no place for.", key: ["profile_id", "name"],
      storage: .withoutRowID,
      columns: [
        .column("profile_id", .integer, "The profile."),
        .column("name", .text, "The tool's name for it."),
        .column("value", .text, "The value as delivered."),
        .optional("observed_at", .dateTime, "For profiles met in records: the time of the record.", unit: "UTC"),
      ]),
    TableSpecification(
      "identifiers", "Something that points to a profile: e-mail, phone, customer number …",
      key: ["profile_id", "identifier_hash"], storage: .withoutRowID, indexes: [.deferred("identifier_hash")],
      columns: [
        .column("profile_id", .integer, "The profile."),
        .column("identifier_hash", .integer, "64 bits that stand for kind, namespace and value: equal for equal ones."),
        .column(
          "kind", .integer,
          "1 customer_number, 2 user_id, 3 loyalty_number, 4 email, 5 phone, 6 visitor_id: the lower, the stronger."),
        .column("namespace", .text, "Who gave it out; empty for e-mail and phone."),
        .column("value", .text, "The matching key: equal values mean the same identifier."),
        .optional("display", .text, "What people are shown; empty when it is the value itself."),
        .optional("delivered", .text, "What the source wrote; empty when it is what people are shown."),
        .column("links", .boolean, "0 for values that point to nobody: noreply@, 0000."),
      ]),
    TableSpecification(
      "consents", "A person's yes or no to being contacted or tracked.", key: ["profile_id", "purpose"],
      storage: .withoutRowID,
      columns: [
        .column("profile_id", .integer, "The profile."),
        .column("purpose", .text, "What for: email, phone, sms, post, tracking or the tool's own word."),
        .column("status", .text, "granted, denied or unknown."),
        .optional("changed_at", .dateTime, "When the person said so.", unit: "UTC"),
      ]),
  ]
}
