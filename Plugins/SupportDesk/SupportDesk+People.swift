extension SupportDesk {
  static let users = """
      users:
        summary: Somebody who asked for help.
        record: profile
        layouts:
          zendesk:
            title: Zendesk, users of the account's JSON export or its interface (NDJSON or JSON)
            detect: [id, email, role, locale, verified]
            fields: \(zendeskUser)
          zendesk_warehouse:
            title: Zendesk, the table user of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, email, role, locale, verified]
            fields: \(zendeskUser)
          freshdesk:
            title: Freshdesk, contacts export (CSV)
            detect: [Full name, Email, Work phone]
            fields:
              key: {first: [Contact ID, Email, Mobile phone, Work phone]}
              user_id: Contact ID
              customer_number: Unique External ID
              full_name: Full name
              job_title: Title
              email: Email
              phone: [Mobile phone, Work phone]
              company: {first: [Company, Company Name]}
              address: Address
              language: Language
          freshdesk_api:
            title: Freshdesk, contacts as its interface lists them (JSON)
            detect: [id, email, mobile, twitter_id]
            fields: \(freshdeskContact)
          freshdesk_search:
            title: Freshdesk, contacts as its interface finds them (JSON, search/contacts)
            detect: [id, email, mobile, twitter_id]
            read: {records: results}
            fields: \(freshdeskContact)
          generic:
            title: Any table of people with usual column names in English, German or French
            detect: ["*mail*"]
            fields:
              key: {first: [key, user id, user_id, id, e-mail, email, email address, mail, courriel]}
              user_id: {first: [user id, user_id]}
              customer_number: {first: [customer id, customer_id, customer number, customer_number, external id,
                kundennummer]}
              given_name: {first: [first name, first_name, vorname, prénom]}
              family_name: {first: [last name, last_name, nachname, nom]}
              full_name: {first: [full name, full_name, name]}
              email: {first: [e-mail, email, email address, mail, courriel]}
              phone: [mobile, phone, phone number, telefon, téléphone]
              company: {first: [company, organization, organisation, firma, entreprise]}
              language: {first: [language, locale, sprache, langue]}
              created_at:
                first: [created at, created_at, created, erstellt am, créé le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              updated_at:
                first: [updated at, updated_at, updated, geändert am, modifié le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
    """

  private static let freshdeskContact = """
    {key: id, user_id: id, customer_number: {first: [unique_external_id, external_id]}, full_name: name, \
    job_title: job_title, email: email, phone: [mobile, phone], address: address, language: language, \
    created_at: created_at, updated_at: updated_at}
    """

  private static let zendeskUser = """
    {key: id, user_id: id, customer_number: external_id, full_name: name, email: email, phone: phone, \
    language: locale, trait.role: role, trait.organization_id: organization_id, \
    created_at: {path: created_at, zone: UTC}, updated_at: {path: updated_at, zone: UTC}}
    """

  static let organisations = """
      organisations:
        summary: An organisation whose people ask for help.
        record: profile
        layouts:
          zendesk:
            title: Zendesk, organizations of the account's JSON export, its interface or a warehouse
            detect: [id, name, shared_tickets]
            fields:
              key: id
              kind: {const: organisation}
              company: name
              customer_number: external_id
              trait.website: "domain_names[0]"
              created_at: {path: created_at, zone: UTC}
              updated_at: {path: updated_at, zone: UTC}
          freshdesk_api:
            title: Freshdesk, companies as its interface lists them (JSON)
            detect: [id, name, domains, note]
            fields:
              key: id
              kind: {const: organisation}
              company: name
              trait.website: {first: [custom_fields.website, "domains[0]"]}
              trait.industry: industry
              trait.account_tier: account_tier
              trait.health: health_score
              created_at: created_at
              updated_at: updated_at
    """
}
