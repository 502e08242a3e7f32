extension OfflineTouchpoints {
  static let visits = """
      visits:
        summary: Somebody who came to a store, a branch or an office.
        record: touchpoint
        layouts:
          generic:
            title: Any list of visits with usual column names in English, German or French
            detect: ["*visit*", "*name*"]
            fields: \(visitFields)
          generic_store:
            title: Any list of visits with a column store, branch or Filiale
            detect: [store]
            fields: \(visitFields)
    """

  private static let visitFields = """
    {key: {first: [visit id, visit_id, besuchsnummer]}, \
    channel: {const: store}, type: {const: visit_made}, \
    occurred_at: {first: [visited at, visited_at, visit date, visit_date, date, datum, time, timestamp, besuch am], \
    date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]}, \
    subject: {first: [reason, purpose, subject, visit reason, grund, anliegen, motif]}, \
    location: {first: [store, branch, location, place, filiale, standort, ort, magasin, lieu]}, \
    duration_seconds: {first: [duration, duration_seconds]}, \
    given_name: {first: [given name, given_name, first name, first_name, vorname, prénom]}, \
    family_name: {first: [family name, family_name, last name, last_name, nachname, nom]}, \
    full_name: {first: [name, full name, visitor, customer, besucher, kunde, client]}, \
    email: {first: [e-mail, email, email address, mail, courriel]}, \
    phone: {first: [phone, mobile, phone number, telefon, handy, natel, téléphone]}, \
    customer_number: {first: [customer id, customer_id, customer number, customer_number, kundennummer, \
    numéro client]}, \
    loyalty_number: {first: [loyalty number, loyalty_number, loyalty card, kundenkarte, carte de fidélité]}}
    """

  static let calls = """
      calls:
        summary: A phone call with somebody.
        record: touchpoint
        layouts:
          generic:
            title: Any call log with usual column names in English, German or French; numbers are the customers'
            detect: ["*phone*", "*direction*"]
            fields: \(callFields)
          generic_caller:
            title: Any call log with a column caller
            detect: ["*call*"]
            fields: \(callFields)
    """

  private static let callFields = """
    {key: {first: [call id, call_id, anrufnummer]}, channel: {const: phone}, \
    type: {first: [{first: [result, status, outcome, ergebnis, statut], \
    map: {"missed*": call_missed, "no answer": call_missed, unanswered: call_missed, verpasst: call_missed, \
    manqué: call_missed, "*": ""}}, \
    {first: [direction, type, call type, richtung, sens], map: {"in*": call_received, "ein*": call_received, \
    "out*": call_made, "aus*": call_made, entrant: call_received, sortant: call_made, "missed*": call_missed, \
    "*": call_received}}, {const: call_received}]}, \
    occurred_at: {first: [called at, called_at, call time, start time, started at, date, datum, time, timestamp, \
    beginn], \
    date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]}, \
    subject: {first: [subject, topic, reason, note, betreff, thema, grund, sujet]}, \
    duration_seconds: {first: [duration, duration_seconds, seconds, dauer, durée]}, \
    phone: {first: [customer phone, phone, phone number, caller, number, telefon, telefonnummer, rufnummer, numéro]}, \
    given_name: {first: [given name, given_name, first name, first_name, vorname, prénom]}, \
    family_name: {first: [family name, family_name, last name, last_name, nachname, nom]}, \
    full_name: {first: [name, full name, customer, customer name, kunde, client]}, \
    email: {first: [e-mail, email, email address, mail, courriel]}, \
    customer_number: {first: [customer id, customer_id, customer number, customer_number, kundennummer, numéro client]}}
    """
}
