extension SurveyTool {
  static let ownTools = """
          limesurvey:
            title: LimeSurvey, responses export with question codes (CSV)
            detect: [id, submitdate, startlanguage]
            fields:
              key: id
              # A survey that keeps no times writes 1980-01-01; an answer that was not finished has no submitdate.
              responded_at: {first: [submitdate, datestamp, startdate]}
              nps: {first: [nps, "*nps*", "*recommend*", "*weiterempf*", "*recommand*"]}
              csat: {first: [csat, "*csat*", "*satisf*", "*zufrieden*"], map: {A1: 1, A2: 2, A3: 3, A4: 4, A5: 5}}
              csat_scale: {const: 5}
              ces: {first: [ces, "*ces", "*effort*", "*aufwand*"], map: {A1: 1, A2: 2, A3: 3, A4: 4, A5: 5, A6: 6,
                A7: 7}}
              ces_scale: {const: 7}
              comment: \(comment)
              response_language: startlanguage
              given_name: {first: [firstname, "attribute_firstname"]}
              family_name: {first: [lastname, "attribute_lastname"]}
              email: email
              customer_number: {first: [customer_number, customerid, kundennummer]}
          limesurvey_text:
            title: LimeSurvey, responses export with question texts (CSV, English)
            detect: [Response ID, Date submitted, Start language]
            fields:
              key: Response ID
              responded_at: {first: [Date submitted, Date last action, Date started]}
              nps: \(nps)
              csat: \(csat)
              csat_scale: {const: 5}
              ces: \(ces)
              ces_scale: {const: 7}
              comment: \(comment)
              response_language: Start language
              given_name: First name
              family_name: Last name
              email: Email address
          woocommerce_reviews:
            title: WooCommerce, product reviews as its interface lists them (JSON, wc/v3/products/reviews)
            detect: [id, reviewer_email, rating, review]
            fields:
              key: {template: "review {id}"}
              survey: {const: product review}
              responded_at: {path: date_created_gmt, zone: UTC}
              csat: rating
              csat_scale: {const: 5}
              comment: review
              subject: product_id
              full_name: reviewer
              email: reviewer_email
          generic:
            title: Any table of answers with usual column names in English, German or French
            detect: ["*respon*"]
            fields:
              key: {first: [key, response id, response_id, responseid, id, antwort-id, token]}
              survey: {first: [survey, survey id, survey_id, survey name, umfrage, enquête]}
              responded_at:
                first: [responded at, responded_at, response date, response_date, submitted at, submitted_at, date,
                  timestamp, datum, completed at]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              nps: \(nps)
              csat: \(csat)
              csat_scale: {first: [csat scale, csat_scale, {const: 5}]}
              ces: \(ces)
              ces_scale: {first: [ces scale, ces_scale, {const: 7}]}
              comment: \(comment)
              response_language: {first: [language, sprache, langue]}
              subject: {first: [order id, order_id, order number, ticket id, ticket_id]}
              given_name: {first: [first name, first_name, vorname, prénom]}
              family_name: {first: [last name, last_name, nachname, nom]}
              full_name: {first: [name, full name]}
              email: {first: [e-mail, email, email address, mail, courriel]}
              phone: {first: [phone, phone number, telefon, téléphone]}
              customer_number:
                first: [customer id, customer_id, customerid, customer number, customer_number, kundennummer,
                  numéro client]
    """
}
