extension SupportDesk {
  static let tickets = """
      tickets:
        summary: A request for help.
        record: ticket
        layouts:
          zendesk:
            title: Zendesk, tickets of the account's CSV export
            detect: [Id, Requester id, Requester email, Created at]
            fields:
              key: Id
              subject: Subject
              channel: Via
              status: Status
              priority: Priority
              group: Group
              created_at: Created at
              solved_at: Solved at
              satisfaction: {path: Satisfaction Score, map: {"good*": 1, "bad*": -1, "*": ""}}
              user_id: Requester id
              customer_number: Requester external id
              full_name: Requester
              email: Requester email
              company: Organization
          zendesk_view:
            title: Zendesk, a view exported as CSV
            detect: [ID, Subject, Requester, Requested]
            fields:
              key: ID
              subject: Subject
              status: {first: [Ticket status, Status]}
              priority: Priority
              group: Group
              created_at: {path: Requested, date: [iso, "MMM d, yyyy", "MMM d, yyyy HH:mm", "MMM d, yyyy h:mm a"]}
              full_name: Requester
              email: Requester email
              company: Organization
          zendesk_json:
            title: Zendesk, tickets of the account's JSON export or its interface (NDJSON or JSON)
            detect: [id, requester_id, submitter_id, via, raw_subject]
            fields: \(zendeskJSON)
          zendesk_json_full:
            title: Zendesk, tickets of the account's full JSON export, with the requester inside (NDJSON)
            detect: [id, requester, submitter, via, raw_subject]
            fields: \(zendeskJSON)
          zendesk_warehouse:
            title: Zendesk, the table ticket of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, requester_id, via_channel]
            fields:
              key: id
              subject: subject
              channel: via_channel
              status: status
              priority: priority
              group: group_id
              created_at: {path: created_at, zone: UTC}
              comment: description
              user_id: requester_id
          freshdesk:
            title: Freshdesk, tickets export (CSV)
            detect: [Ticket ID, Subject, Created time, Resolved time]
            fields:
              key: Ticket ID
              subject: Subject
              channel: Source
              status: Status
              priority: Priority
              group: Group
              created_at: Created time
              first_response_at: Initial response time
              solved_at: {first: [Resolved time, Closed time]}
              satisfaction: {path: Survey results, \(freshdeskSatisfaction)}
              user_id: Contact ID
              customer_number: Unique External ID
              full_name: Full name
              email: Email
              phone: {first: [Mobile phone, Work phone]}
              company: Company Name
              language: Language
          freshdesk_api:
            title: Freshdesk, tickets as its interface lists them (JSON)
            detect: [id, requester_id, responder_id, source, status]
            fields: \(freshdeskJSON)
          freshdesk_search:
            title: Freshdesk, tickets as its interface finds them (JSON, search/tickets)
            detect: [id, requester_id, responder_id, source, status]
            read: {records: results}
            fields: \(freshdeskJSON)
          hubspot_api:
            title: HubSpot, tickets as its interface lists them (JSON, crm/v3/objects/tickets)
            detect: [id, properties.hs_pipeline_stage, archived]
            read: {records: results}
            fields:
              key: id
              subject: properties.subject
              channel: properties.source_type
              # Stages are numbers that each company gives a meaning of its own.
              status: properties.hs_pipeline_stage
              priority: properties.hs_ticket_priority
              created_at: createdAt
              solved_at: properties.closed_date
              comment: properties.content
          generic:
            title: Any table of tickets with usual column names in English, German or French
            detect: ["*ticket*", "*status*"]
            fields:
              key: {first: [ticket id, ticket_id, ticket number, ticket no, ticket, ticketnummer, id, numéro du ticket]}
              subject: {first: [subject, title, betreff, objet, sujet]}
              channel: {first: [channel, source, via, kanal, canal]}
              status: {first: [status, state, statut]}
              priority: {first: [priority, priorität, priorité]}
              group: {first: [group, team, queue, gruppe, groupe]}
              created_at:
                first: [created at, created_at, created, opened at, opened, erstellt am, erstellt, créé le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              first_response_at:
                first: [first response at, first_response_at, first reply at, erste antwort am]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              solved_at:
                first: [solved at, solved_at, solved, resolved at, resolved_at, closed at, closed_at, closed, gelöst am,
                  geschlossen am, résolu le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              satisfaction:
                first: [satisfaction, rating, csat, bewertung, zufriedenheit]
                map: {"good*": 1, gut: 1, bon: 1, "bad*": -1, schlecht: -1, mauvais: -1, neutral: 0, offered: "",
                  unoffered: ""}
              comment: {first: [comment, description, kommentar, beschreibung, commentaire]}
              full_name: {first: [requester, requester name, customer, customer name, name, kunde, client]}
              email: {first: [requester email, requester_email, e-mail, email, customer email, mail, courriel]}
              phone: {first: [phone, phone number, telefon, téléphone]}
              customer_number: {first: [customer id, customer_id, customer number, customer_number, kundennummer,
                numéro client]}
    """

  private static let zendeskJSON = """
    {key: id, subject: {first: [subject, raw_subject]}, channel: via.channel, status: status, priority: priority, \
    group: {first: [group.name, group_id]}, created_at: created_at, solved_at: metric_set.solved_at, \
    satisfaction: {path: satisfaction_rating.score, map: {"good*": 1, "bad*": -1, "*": ""}}, \
    comment: {first: [satisfaction_rating.comment, description]}, user_id: {first: [requester_id, requester.id]}, \
    customer_number: requester.external_id, full_name: requester.name, email: requester.email, \
    phone: requester.phone, company: organization.name}
    """

  private static let freshdeskJSON = """
    {key: id, subject: subject, channel: {first: [source_name, source], \
    map: {"1": email, "2": portal, "3": phone, "7": chat, "9": feedback widget, "10": outbound email}}, \
    status: {first: [status_name, status], map: {"2": Open, "3": Pending, "4": Resolved, "5": Closed, \
    "6": Waiting on Customer, "7": Waiting on Third Party}}, \
    priority: {first: [priority_name, priority], map: {"1": Low, "2": Medium, "3": High, "4": Urgent}}, \
    group: group_id, created_at: created_at, first_response_at: stats.first_responded_at, \
    solved_at: {first: [stats.resolved_at, stats.closed_at]}, comment: {first: [description_text, description]}, \
    user_id: requester_id, full_name: {first: [requester.name, requester_name]}, email: requester.email, \
    phone: {first: [requester.mobile, requester.phone]}}
    """

  /// The words of the surveys that Freshdesk offers, of two, three, five or seven answers.
  private static let freshdeskSatisfaction = """
    map: {extremely unhappy: -1, very unhappy: -0.7, "*unhappy": -0.5, extremely happy: 1, very happy: 0.7, \
    "*happy": 0.5, "neutral*": 0, "very dissatisfied": -1, "*dissatisfied": -0.5, very satisfied: 1, \
    "*satisfied": 0.5, awesome: 1, just okay: 0, not good: -1, "*": ""}
    """
}
