extension EmailPlatform {
  static let subscribers = """
      subscribers:
        summary: An address on a list, with its owner's consent.
        record: profile
        layouts:
          mailchimp:
            title: Mailchimp, audience export, subscribed members (CSV)
            detect: [Email Address, MEMBER_RATING, OPTIN_TIME]
            fields: \(mailchimp(consent: "granted", at: "{first: [CONFIRM_TIME, OPTIN_TIME], zone: UTC}"))
          mailchimp_unsubscribed:
            title: Mailchimp, audience export, unsubscribed members (CSV)
            detect: [Email Address, MEMBER_RATING, OPTIN_TIME, UNSUB_TIME]
            fields: \(mailchimp(consent: "denied", at: "{path: UNSUB_TIME, zone: UTC}"))
          mailchimp_cleaned:
            title: Mailchimp, audience export, cleaned members whose addresses bounce (CSV)
            detect: [Email Address, MEMBER_RATING, OPTIN_TIME, CLEAN_TIME]
            fields: \(mailchimp(consent: "unknown", at: "{path: CLEAN_TIME, zone: UTC}"))
          mailchimp_warehouse:
            title: Mailchimp, the table member of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, email_address, timestamp_opt]
            fields:
              key: id
              user_id: id
              given_name: merge_fname
              family_name: merge_lname
              email: email_address
              language: language
              country: country_code
              consent.email: {path: status, map: {subscribed: granted, unsubscribed: denied, "*": unknown}}
              consent.email.at: {path: last_changed, zone: UTC}
              trait.rating: member_rating
              created_at: {first: [timestamp_signup, timestamp_opt], zone: UTC}
              updated_at: {path: last_changed, zone: UTC}
          sendgrid:
            title: SendGrid, contacts export (CSV)
            detect: [EMAIL, CONTACT_ID, CREATED_AT]
            fields:
              key: CONTACT_ID
              given_name: FIRST_NAME
              family_name: LAST_NAME
              email: [EMAIL, {path: ALTERNATE_EMAILS, split: {on: ","}}]
              phone: PHONE_NUMBER
              street: ADDRESS_LINE_1
              postcode: POSTAL_CODE
              city: CITY
              region: STATE_PROVINCE_REGION
              country: COUNTRY
              created_at: CREATED_AT
              updated_at: UPDATED_AT
          sendgrid_suppressions:
            title: SendGrid, bounces, blocks, invalid addresses and spam reports as its interface lists them (JSON)
            detect: [created, email]
            fields:
              key: email
              email: email
              trait.email_problem: {first: [reason, status]}
              updated_at: {path: created, date: [unix, iso]}
          klaviyo:
            title: Klaviyo, list or segment export (CSV)
            detect: [Email, Klaviyo ID]
            fields:
              key: Klaviyo ID
              user_id: Klaviyo ID
              customer_number: External ID
              title: Title
              given_name: First Name
              family_name: Last Name
              email: Email
              phone: Phone Number
              company: Organization
              street: Address
              postcode: Zip Code
              city: City
              region: State / Region
              country: Country
              consent.email:
                path: Email Marketing Consent
                map: {subscribed: granted, "true": granted, unsubscribed: denied, never_subscribed: unknown,
                  "*": unknown}
              created_at: {first: [Profile Created On, Date Added]}
          klaviyo_api:
            title: Klaviyo, profiles as its interface lists them (JSON:API)
            detect: [type, id, attributes]
            read: {records: data}
            fields:
              key: id
              user_id: id
              customer_number: attributes.external_id
              given_name: attributes.first_name
              family_name: attributes.last_name
              job_title: attributes.title
              language: attributes.locale
              email: attributes.email
              phone: attributes.phone_number
              company: attributes.organization
              street: attributes.location.address1
              postcode: attributes.location.zip
              city: attributes.location.city
              region: attributes.location.region
              country: attributes.location.country
              consent.email:
                path: attributes.subscriptions.email.marketing.consent
                map: {subscribed: granted, unsubscribed: denied, "*": unknown}
              created_at: attributes.created
              updated_at: attributes.updated
          generic:
            title: Any table of subscribers with usual column names in English, German or French
            detect: ["*mail*"]
            fields:
              key: {first: [key, id, subscriber id, e-mail, email, email address, e-mail-adresse, mail, courriel]}
              title: {first: [title, salutation, anrede, titre, civilité]}
              given_name: {first: [given name, given_name, first name, first_name, firstname, vorname, prénom]}
              family_name: {first: [family name, family_name, last name, last_name, lastname, nachname, nom]}
              full_name: {first: [full name, full_name, name]}
              email: {first: [e-mail, email, email address, email_address, e-mail-adresse, mail, courriel]}
              phone: {first: [mobile, phone, phone number, telefon, téléphone]}
              language: {first: [language, sprache, langue]}
              country: {first: [country, land, pays]}
              customer_number: {first: [customer id, customer_id, customer number, customer_number, kundennummer,
                numéro client]}
              consent.email:
                first: [status, subscribed, consent, einwilligung, statut]
                map: {subscribed: granted, active: granted, confirmed: granted, "yes": granted, "true": granted,
                  ja: granted, oui: granted, angemeldet: granted, abonné: granted, unsubscribed: denied,
                  opted out: denied, "no": denied, "false": denied, nein: denied, non: denied, abgemeldet: denied,
                  désabonné: denied, "*": unknown}
              created_at:
                first: [created at, created_at, subscribed at, subscribed_at, date, angemeldet am,
                inscrit le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              updated_at:
                first: [updated at, updated_at, last changed, geändert am, modifié le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
    """

  /// The three files of an audience export differ in what their being in it says about consent.
  private static func mailchimp(consent: String, at: String) -> String {
    """
    {key: Email Address, given_name: {first: [First Name, FNAME]}, family_name: {first: [Last Name, LNAME]}, \
    email: Email Address, phone: {first: [Phone Number, Phone]}, birth_date: Birthday, address: Address, country: CC, \
    company: Company, consent.email: {const: \(consent)}, consent.email.at: \(at), trait.rating: MEMBER_RATING, \
    trait.tags: TAGS, created_at: {first: [OPTIN_TIME, CONFIRM_TIME], zone: UTC}, \
    updated_at: {path: LAST_CHANGED, zone: UTC}}
    """
  }
}
