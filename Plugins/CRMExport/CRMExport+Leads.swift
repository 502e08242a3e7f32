extension CRMExport {
  static let leads = """
      leads:
        summary: Somebody who may become a customer.
        record: profile
        layouts:
          salesforce:
            title: Salesforce, leads from Data Loader or the weekly data export (CSV, API names)
            detect: [Id, LastName, Company]
            fields:
              key: Id
              user_id: [Id, ConvertedContactId]
              title: Salutation
              given_name: FirstName
              family_name: LastName
              email: Email
              phone: [MobilePhone, Phone]
              company: Company
              job_title: Title
              street: Street
              postcode: PostalCode
              city: City
              region: State
              country: {first: [CountryCode, Country]}
              consent.email: {path: HasOptedOutOfEmail, map: {"true": denied, "1": denied, "*": ""}}
              trait.lead_status: Status
              trait.lead_source: LeadSource
              trait.industry: Industry
              created_at: CreatedDate
              updated_at: {first: [SystemModstamp, LastModifiedDate]}
          salesforce_report:
            title: Salesforce, lead report exported as CSV (details only, column labels)
            detect: [Lead ID, Last Name]
            fields:
              key: Lead ID
              user_id: [Lead ID, Converted Contact ID]
              title: Salutation
              given_name: First Name
              family_name: Last Name
              email: Email
              phone: [Mobile, Phone]
              company: Company / Account
              job_title: Title
              street: Street
              postcode: Zip/Postal Code
              city: City
              region: State/Province
              country: Country
              consent.email: {path: Email Opt Out, map: {"true": denied, "1": denied, "*": ""}}
              trait.lead_status: Lead Status
              trait.lead_source: Lead Source
              trait.industry: Industry
              created_at:
                first: [Create Date, Created Date]
                date: [iso, M/d/yyyy, "M/d/yyyy h:mm a", dd.MM.yyyy]
          salesforce_warehouse:
            title: Salesforce, the table lead of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, last_name, is_converted]
            fields:
              key: id
              user_id: [id, converted_contact_id]
              title: salutation
              given_name: first_name
              family_name: last_name
              full_name: name
              email: [email, secondary_email_c]
              phone: [mobile_phone, phone]
              company: company
              job_title: title
              street: street
              postcode: postal_code
              city: city
              region: state
              country: {first: [country_code, country]}
              consent.email: {path: has_opted_out_of_email, map: {"true": denied, "1": denied, "*": ""}}
              trait.lead_status: status
              trait.lead_source: lead_source
              trait.industry: industry
              created_at: {path: created_date, zone: UTC}
              updated_at: {first: [system_modstamp, last_modified_date], zone: UTC}
          dynamics:
            title: Dynamics 365, leads exported to Excel and saved as CSV
            detect: [(Do Not Modify) Lead, (Do Not Modify) Modified On]
            fields:
              key: (Do Not Modify) Lead
              given_name: First Name
              family_name: Last Name
              full_name: Name
              email: Email
              phone: [Mobile Phone, Business Phone]
              company: Company Name
              job_title: Job Title
              street: {first: [Street 1, "Address 1: Street 1"]}
              postcode: {first: [ZIP/Postal Code, "Address 1: ZIP/Postal Code"]}
              city: {first: [City, "Address 1: City"]}
              region: {first: [State/Province, "Address 1: State/Province"]}
              country: {first: [Country/Region, "Address 1: Country/Region"]}
              trait.lead_status: Status Reason
              trait.lead_source: Lead Source
              created_at: {path: Created On, date: [iso, "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", "dd.MM.yyyy HH:mm"]}
              updated_at:
                first: [(Do Not Modify) Modified On, Modified On]
                date: [iso, "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", "dd.MM.yyyy HH:mm"]
          generic:
            title: Any table of leads with usual column names in English, German or French
            detect: ["*mail*"]
            fields:
              key: {first: [key, id, lead id, e-mail, email, e-mail address, email address, mail, courriel]}
              title: {first: [title, salutation, anrede, titre, civilité]}
              given_name: {first: [given name, given_name, first name, first_name, firstname, vorname, prénom, prenom]}
              family_name: {first: [family name, family_name, last name, last_name, lastname, surname, nachname, nom]}
              full_name: {first: [full name, full_name, name, nom complet]}
              email: {first: [e-mail, email, e-mail address, email address, email_address, mail, e-mail-adresse,
                courriel]}
              phone: {first: [mobile, mobile phone, phone, phone number, telefon, téléphone]}
              company: {first: [company, company name, firma, entreprise, société]}
              job_title: {first: [job title, job_title, position, funktion, fonction]}
              street: {first: [street, street address, strasse, straße, rue]}
              postcode: {first: [postcode, postal code, zip, plz, code postal]}
              city: {first: [city, ort, ville]}
              region: {first: [region, state, province, kanton, canton]}
              country: {first: [country, land, pays]}
              trait.lead_status: {first: [status, lead status, statut]}
              trait.lead_source: {first: [source, lead source, quelle]}
              created_at:
                first: [created at, created_at, created, erstellt, erstellt am, créé le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              updated_at:
                first: [updated at, updated_at, updated, geändert, geändert am, modifié le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
    """
}
