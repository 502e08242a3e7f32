extension SurveyTool {
  static let hostedTools = """
          qualtrics:
            title: Qualtrics, responses export (CSV with three header rows)
            detect: [StartDate, EndDate, ResponseId]
            # The second row is the question's text, the third the import number; both are in the account's language.
            read: {header_rows: 3}
            fields:
              key: ResponseId
              responded_at: {first: [RecordedDate, EndDate]}
              nps: {first: [NPS, Q_NPS, "*recommend*", "*weiterempf*"], map: {"10 *": 10, "9 *": 9, "0 *": 0}}
              csat: \(csat)
              csat_scale: {const: 5}
              ces: \(ces)
              ces_scale: {const: 7}
              comment: \(comment)
              response_language: UserLanguage
              given_name: RecipientFirstName
              family_name: RecipientLastName
              email: {first: [RecipientEmail, email]}
              customer_number: ExternalReference
          qualtrics_legacy:
            title: Qualtrics, responses export of the older form (CSV with two header rows, V1 to V10)
            detect: [V1, V8, V9, V10]
            read: {header_rows: 2}
            fields:
              key: V1
              responded_at: V9
              nps: {first: [NPS, Q_NPS, "*recommend*", "*weiterempf*"]}
              csat: \(csat)
              csat_scale: {const: 5}
              ces: \(ces)
              ces_scale: {const: 7}
              comment: \(comment)
              # V3 holds a name, or the word for anonymous in the account's language.
              full_name: {path: V3, map: {anonymous: "", anonym: "", anonyme: "", anónimo: ""}}
              email: V5
              customer_number: V4
          qualtrics_warehouse:
            title: Qualtrics, the table survey_response of a warehouse (Fivetran), which holds no answers
            detect: [id, _fivetran_synced, recorded_date, survey_id]
            fields:
              key: id
              survey: survey_id
              responded_at: {first: [recorded_date, end_date], zone: UTC}
              response_language: user_language
              given_name: recipient_first_name
              family_name: recipient_last_name
              email: recipient_email
          typeform:
            title: Typeform, results export (CSV)
            detect: ["#", Submit Date (UTC), Network ID]
            fields:
              key: "#"
              responded_at: {first: [Submit Date (UTC), Stage Date (UTC), Start Date (UTC)], zone: UTC}
              nps: \(nps)
              csat: \(csat)
              csat_scale: {const: 5}
              ces: \(ces)
              ces_scale: {const: 7}
              comment: \(comment)
              given_name: {first: ["*first name*", "*vorname*", "*prénom*"]}
              family_name: {first: ["*last name*", "*nachname*", "*nom de famille*"]}
              email: {first: [email, e-mail, "*email*", "*e-mail*", "*courriel*"]}
              phone: {first: [phone, "*phone number*", "*telefon*", "*téléphone*"], split: {on: "'", take: -1}}
              # Hidden fields that a link carries.
              customer_number: {first: [customer_id, customer_number, customerid]}
              subject: {first: [order_id, order_number, ticket_id]}
          surveymonkey:
            title: SurveyMonkey, all individual responses (CSV with two header rows, also of the older form)
            detect: [Respondent ID, Collector ID]
            read: {header_rows: 2}
            fields:
              key: Respondent ID
              responded_at:
                first: [Date Modified, End Date, Date Created, Start Date]
                date: ["MM/dd/yyyy hh:mm:ss a", "MM/dd/yyyy HH:mm:ss", "M/d/yyyy H:mm", iso]
              nps: \(nps)
              csat: \(csat)
              csat_scale: {const: 5}
              ces: \(ces)
              ces_scale: {const: 7}
              comment: \(comment)
              given_name: First Name
              family_name: Last Name
              email: Email Address
              trait.custom_data: Custom Data 1
    """
}
