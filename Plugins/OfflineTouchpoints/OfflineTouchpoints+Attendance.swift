extension OfflineTouchpoints {
  static let attendance = """
      attendance:
        summary: Somebody who came to a workshop, a talk or an event, or was registered and did not.
        record: touchpoint
        layouts:
          eventbrite:
            title: Eventbrite, attendees report (CSV)
            detect: [Order ID, Attendee first name, Attendee last name, Event name]
            fields:
              channel: {const: event}
              type: {first: [{path: Attendee status, \(eventbriteTypes)}, {const: event_attended}]}
              occurred_at:
                first: [{template: "{Event start date} {Event start time}"}, Event start date, Order date]
                date: [iso, "yyyy-MM-dd h:mm a", "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", M/d/yyyy]
              subject: Event name
              location: Event location
              session_id: Order ID
              given_name: Attendee first name
              family_name: Attendee last name
              email: {first: [Attendee email, Buyer email]}
              phone: {first: [Phone number, Cell phone]}
              company: Company
              job_title: Job title
          eventbrite_legacy:
            title: Eventbrite, attendee summary report of the older form (CSV)
            detect: ["Order #", Order Date, "Attendee #", Attendee Status]
            fields:
              key: "Attendee #"
              channel: {const: event}
              type: {path: Attendee Status, \(eventbriteTypes)}
              occurred_at:
                first: [Event Start Date, Date Attending, Order Date]
                date: [iso, "M/d/yy H:mm", "M/d/yyyy H:mm", "MMM d, yyyy h:mm a"]
              subject: {first: [Event Name, Ticket Type]}
              session_id: "Order #"
              given_name: First Name
              family_name: Last Name
              email: Email
              phone: {first: [Cell Phone, Home Phone, Work Phone]}
              street: Home Address 1
              postcode: Home Zip
              city: Home City
              region: Home State
              country: Home Country
              company: Company
              job_title: Job Title
          pretix:
            title: pretix, check-in list (CSV, English); somebody not checked in was not there
            detect: [Order code, Attendee name, Checked in]
            fields:
              key: {template: "{Order code} {Attendee name} {Product} {Start date}"}
              channel: {const: event}
              type: {first: [{path: Checked in, map: {"*": event_attended}}, {const: event_no_show}]}
              occurred_at:
                first: [Checked in, Start date, Order date]
                date: [iso, "dd.MM.yyyy HH:mm", "MM/dd/yyyy h:mm a", "d/M/yyyy HH:mm"]
              subject: Product
              session_id: Order code
              full_name: Attendee name
              email: {first: [E-mail, Email]}
              phone: Phone number
              company: Company
          generic:
            title: Any attendance list with usual column names in English, German or French
            detect: ["*name*", "*date*"]
            fields: \(attendanceFields)
          generic_workshop:
            title: Any attendance list with a column workshop, in English, German or French
            detect: ["*workshop*"]
            fields: \(attendanceFields)
    """

  private static let eventbriteTypes = """
    map: {attending: event_attended, "checked in": event_attended, "not attending": event_cancelled, \
    "no show": event_no_show, deleted: event_cancelled, transferred: event_cancelled}
    """

  /// Whether somebody was there comes first; the kind of event tells what was attended.
  private static let attendanceFields = """
    {key: {first: [registration id, registration_id, registration, anmeldenummer]}, channel: {const: event}, \
    type: {first: [\
    {first: [attended, present, attendance, checked in, status, anwesend, teilgenommen, présent, présence], \
    map: {"no": event_no_show, "n": event_no_show, "false": event_no_show, "0": event_no_show, \
    "no*show": event_no_show, absent: event_no_show, nein: event_no_show, abwesend: event_no_show, \
    non: event_no_show, "cancel*": event_cancelled, abgemeldet: event_cancelled, annulé: event_cancelled, \
    registered: event_registered, angemeldet: event_registered, inscrit: event_registered, "*": ""}}, \
    {first: [kind, type, event type, art, typ, genre], map: {"*workshop*": workshop_attended, \
    atelier: workshop_attended, \
    talk: talk_attended, lecture: talk_attended, vortrag: talk_attended, referat: talk_attended, \
    conférence: talk_attended, course: course_attended, training: course_attended, kurs: course_attended, \
    cours: course_attended, formation: course_attended, webinar: webinar_attended, meeting: meeting_held, \
    "*": event_attended}}, \
    {path: "*workshop*", map: {"*": workshop_attended}}, {const: event_attended}]}, \
    occurred_at: {first: [date, datum, event date, event_date, workshop date, start, start date, started at, day, \
    tag], \
    date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]}, \
    subject: {first: [workshop, event, event name, event_name, title, course, talk, titel, anlass, veranstaltung, \
    événement, atelier, thema]}, \
    location: {first: [location, place, venue, room, ort der veranstaltung, raum, lieu, salle]}, \
    duration_seconds: {first: [duration_seconds]}, \
    given_name: {first: [given name, given_name, first name, first_name, vorname, prénom]}, \
    family_name: {first: [family name, family_name, last name, last_name, nachname, nom]}, \
    full_name: {first: [name, full name, participant, attendee, teilnehmer, teilnehmerin, participant·e]}, \
    email: {first: [e-mail, email, email address, email_address, mail, courriel]}, \
    phone: {first: [phone, mobile, phone number, telefon, handy, natel, téléphone]}, \
    company: {first: [company, organisation, organization, firma, entreprise]}, \
    postcode: {first: [postcode, zip, plz, npa, code postal]}, city: {first: [city, ort, wohnort, ville]}, \
    customer_number: {first: [customer id, customer_id, customer number, customer_number, kundennummer, \
    numéro client]}, \
    loyalty_number: {first: [loyalty number, loyalty_number, kundenkarte, carte de fidélité]}}
    """
}
