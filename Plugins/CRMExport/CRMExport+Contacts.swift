extension CRMExport {
  /// Exports that a person makes from the CRM's pages.
  static let contacts = """
      contacts:
        summary: A person in the CRM.
        record: profile
        layouts:
          salesforce:
            title: Salesforce, contacts from Data Loader or the weekly data export (CSV, API names)
            detect: [Id, LastName, Email]
            fields:
              key: Id
              user_id: Id
              title: Salutation
              given_name: FirstName
              family_name: LastName
              full_name: Name
              birth_date: Birthdate
              email: [Email, Secondary_Email__c]
              phone: [MobilePhone, Phone, HomePhone, OtherPhone]
              job_title: Title
              company: {first: [Account.Name, AccountName]}
              street: {first: [MailingStreet, OtherStreet]}
              postcode: {first: [MailingPostalCode, OtherPostalCode]}
              city: {first: [MailingCity, OtherCity]}
              region: {first: [MailingState, OtherState]}
              country: {first: [MailingCountryCode, MailingCountry, OtherCountry]}
              consent.email: {path: HasOptedOutOfEmail, map: {"true": denied, "1": denied, "*": ""}}
              consent.phone: {path: DoNotCall, map: {"true": denied, "1": denied, "*": ""}}
              trait.account_id: AccountId
              trait.department: Department
              trait.lead_source: LeadSource
              created_at: CreatedDate
              updated_at: {first: [SystemModstamp, LastModifiedDate]}
          salesforce_report:
            title: Salesforce, contact report exported as CSV (details only, column labels)
            detect: [Contact ID, First Name, Last Name]
            fields:
              key: Contact ID
              user_id: Contact ID
              title: Salutation
              given_name: First Name
              family_name: Last Name
              birth_date: Birthdate
              email: Email
              phone: [Mobile, Phone, Home Phone, Other Phone]
              job_title: Title
              company: Account Name
              street: {first: [Mailing Street, Mailing Address Line 1]}
              postcode: Mailing Zip/Postal Code
              city: Mailing City
              region: Mailing State/Province
              country: Mailing Country
              consent.email: {path: Email Opt Out, map: {"true": denied, "1": denied, "*": ""}}
              consent.phone: {path: Do Not Call, map: {"true": denied, "1": denied, "*": ""}}
              trait.account_id: Account ID
              trait.department: Department
              trait.lead_source: Lead Source
              created_at: {path: Created Date, date: [iso, M/d/yyyy, "M/d/yyyy h:mm a", dd.MM.yyyy, "dd.MM.yyyy HH:mm"]}
              updated_at:
                path: Last Modified Date
                date: [iso, M/d/yyyy, "M/d/yyyy h:mm a", dd.MM.yyyy, "dd.MM.yyyy HH:mm"]
          hubspot:
            title: HubSpot, contacts export (CSV)
            detect: [Record ID, First Name, Last Name, Email]
            fields:
              key: Record ID
              user_id: Record ID
              title: Salutation
              given_name: First Name
              family_name: Last Name
              birth_date: Date of birth
              gender: Gender
              language: Preferred language
              email: [Email, Work email]
              phone: [Mobile Phone Number, Phone Number]
              job_title: Job Title
              company: {first: [Company Name, Associated Company]}
              street: {first: [Street Address, Street Address 2]}
              postcode: Postal Code
              city: City
              region: State/Region
              country: Country/Region
              consent.email: {path: Unsubscribed from all email, map: {"true": denied, "yes": denied, "*": ""}}
              trait.lifecycle_stage: Lifecycle Stage
              trait.lead_status: Lead Status
              trait.owner: Contact owner
              created_at: "Create Date*"
              updated_at: "Last Modified Date*"
          dynamics:
            title: Dynamics 365, contacts exported to Excel and saved as CSV
            detect: [(Do Not Modify) Contact, (Do Not Modify) Modified On]
            fields:
              key: (Do Not Modify) Contact
              user_id: (Do Not Modify) Contact
              title: Salutation
              given_name: First Name
              family_name: Last Name
              full_name: Full Name
              birth_date: Birthday
              gender: Gender
              email: [Email, Email Address 2]
              phone: [Mobile Phone, Business Phone, Home Phone]
              job_title: Job Title
              company: Company Name
              street: {first: ["Address 1: Street 1", "Address 2: Street 1"]}
              postcode: {first: ["Address 1: ZIP/Postal Code", "Address 2: ZIP/Postal Code"]}
              city: {first: ["Address 1: City", "Address 2: City"]}
              region: "Address 1: State/Province"
              country: "Address 1: Country/Region"
              consent.email:
                first:
                  - {path: Do not allow Emails, map: {"Do Not Allow": denied, "*": ""}}
                  - {path: Do not allow Bulk Emails, map: {"Do Not Allow": denied, "*": ""}}
              consent.phone: {path: Do not allow Phone Calls, map: {"Do Not Allow": denied, "*": ""}}
              consent.post: {path: Do not allow Mails, map: {"Do Not Allow": denied, "*": ""}}
              created_at: {path: Created On, date: [iso, "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", "dd.MM.yyyy HH:mm"]}
              updated_at:
                first: [(Do Not Modify) Modified On, Modified On]
                date: [iso, "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", "dd.MM.yyyy HH:mm"]
          pipedrive:
            title: Pipedrive, people exported from the list view (CSV)
            detect: [Person - Name, Person - *]
            fields:
              key: {first: [Person - ID, Person - Email - Work, Person - Email - Home, Person - Name]}
              user_id: Person - ID
              given_name: Person - First name
              family_name: Person - Last name
              full_name: Person - Name
              email: [Person - Email - Work, Person - Email - Home, Person - Email - Other, Person - Email]
              phone: [Person - Phone - Mobile, Person - Phone - Work, Person - Phone - Home, Person - Phone]
              birth_date: Person - Birthday
              job_title: {first: [Person - Job title, Person - Title]}
              company: Person - Organization
              address: {first: [Person - Postal address, Person - Address]}
              consent.email:
                path: Person - Marketing status
                map: {Subscribed: granted, Unsubscribed: denied, "*": ""}
              trait.label: {first: [Person - Labels, Person - Label]}
              trait.owner: Person - Owner
              created_at: Person - Person created
              updated_at: Person - Update time
          pipedrive_data:
            title: Pipedrive, people from Export data (CSV)
            detect: [Name, Email - Work]
            fields:
              key: {first: [ID, Email - Work, Email - Home, Name]}
              user_id: ID
              given_name: First name
              family_name: Last name
              full_name: Name
              email: [Email - Work, Email - Home, Email - Other]
              phone: [Phone - Mobile, Phone - Work, Phone - Home, Phone - Other]
              company: Organization
              trait.label: {first: [Labels, Label]}
              trait.owner: Owner
              created_at: Person created
              updated_at: Update time
          generic:
            title: Any table of people with usual column names in English, German or French
            detect: ["*mail*"]
            fields:
              key:
                first: [key, id, contact id, customer id, customer number, customer_number, customer no, kundennummer,
                  kunden-nr,
                  kundennr,
                  kunde, client id, numéro client, no client, e-mail, email, e-mail address, email address, mail,
                  courriel]
              customer_number:
                first: [customer number, customer_number, customer no, customer id, kundennummer, kunden-nr, kundennr,
                  numéro client,
                  no client]
              loyalty_number: {first: [loyalty number, loyalty card, kundenkarte, carte de fidélité]}
              title: {first: [salutation, anrede, civilité, titel, titre, title]}
              given_name: {first: [given name, given_name, first name, first_name, firstname, vorname, prénom, prenom]}
              family_name:
                first: [family name, family_name, last name, last_name, lastname, surname, nachname, familienname,
                  nom de famille, nom]
              full_name: {first: [full name, full_name, name, nom complet]}
              birth_date:
                first: [birth date, birth_date, birthday, date of birth, dob, geburtsdatum, geburtstag,
                  date de naissance]
              gender: {first: [gender, sex, geschlecht, sexe, genre]}
              language: {first: [language, sprache, langue]}
              email: [e-mail, email, e-mail address, email address, email_address, mail, e-mail-adresse, courriel,
                "email 2"]
              phone: [mobile, mobile phone, mobil, handy, natel, portable, phone, phone number, telephone, telefon,
                téléphone]
              company: {first: [company, company name, organisation, organization, firma, entreprise, société]}
              job_title: {first: [job title, job_title, position, funktion, beruf, fonction]}
              address: {first: [address, adresse]}
              street: {first: [street, street address, address 1, address line 1, strasse, straße, rue]}
              house_number: {first: [house number, house no, hausnummer, hausnr, numéro]}
              postcode: {first: [postcode, postal code, zip, zip code, plz, postleitzahl, npa, code postal]}
              city: {first: [city, town, ort, stadt, wohnort, ville, localité]}
              region: {first: [region, state, province, kanton, bundesland, canton]}
              country: {first: [country, land, pays]}
              created_at:
                first: [created at, created_at, created, create date, erstellt, erstellt am, créé le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              updated_at:
                first: [updated at, updated_at, updated, last modified, geändert, geändert am, modifié le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
    """
}
