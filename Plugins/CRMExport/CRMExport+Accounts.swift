extension CRMExport {
  static let accounts = """
      accounts:
        summary: An organisation in the CRM.
        record: profile
        layouts:
          salesforce:
            title: Salesforce, accounts from Data Loader or the weekly data export (CSV, API names)
            detect: [Id, Name, BillingStreet]
            fields:
              key: Id
              kind: {const: organisation}
              company: Name
              customer_number: AccountNumber
              phone: Phone
              street: {first: [BillingStreet, ShippingStreet]}
              postcode: {first: [BillingPostalCode, ShippingPostalCode]}
              city: {first: [BillingCity, ShippingCity]}
              region: {first: [BillingState, ShippingState]}
              country: {first: [BillingCountryCode, BillingCountry, ShippingCountry]}
              trait.industry: Industry
              trait.type: Type
              trait.website: Website
              trait.employees: NumberOfEmployees
              created_at: CreatedDate
              updated_at: {first: [SystemModstamp, LastModifiedDate]}
          salesforce_report:
            title: Salesforce, account report exported as CSV (details only, column labels)
            detect: [Account ID, Account Name]
            fields:
              key: Account ID
              kind: {const: organisation}
              company: Account Name
              customer_number: Account Number
              phone: Phone
              street: Billing Street
              postcode: Billing Zip/Postal Code
              city: Billing City
              region: Billing State/Province
              country: Billing Country
              trait.industry: Industry
              trait.type: Type
              trait.website: Website
              trait.owner: Account Owner
              created_at: {path: Created Date, date: [iso, M/d/yyyy, "M/d/yyyy h:mm a", dd.MM.yyyy]}
              updated_at: {path: Last Modified Date, date: [iso, M/d/yyyy, "M/d/yyyy h:mm a", dd.MM.yyyy]}
          salesforce_warehouse:
            title: Salesforce, the table account of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, name, billing_street]
            fields:
              key: id
              kind: {const: organisation}
              company: name
              customer_number: account_number
              phone: phone
              street: {first: [billing_street, shipping_street]}
              postcode: {first: [billing_postal_code, shipping_postal_code]}
              city: {first: [billing_city, shipping_city]}
              region: {first: [billing_state, shipping_state]}
              country: {first: [billing_country_code, billing_country, shipping_country]}
              trait.industry: industry
              trait.type: type
              trait.website: website
              created_at: {path: created_date, zone: UTC}
              updated_at: {first: [system_modstamp, last_modified_date, _fivetran_synced], zone: UTC}
          hubspot:
            title: HubSpot, companies export (CSV)
            detect: [Record ID, Company name]
            fields:
              key: Record ID
              kind: {const: organisation}
              company: Company name
              phone: Phone Number
              street: Street Address
              postcode: Postal Code
              city: City
              region: State/Region
              country: Country/Region
              trait.industry: Industry
              trait.website: {first: [Website URL, Company Domain Name]}
              trait.owner: Company owner
              created_at: "Create Date*"
              updated_at: "Last Modified Date*"
          hubspot_api:
            title: HubSpot, companies as its interface lists them (JSON, crm/v3/objects/companies)
            detect: [id, properties, archived]
            read: {records: results}
            fields:
              key: id
              kind: {const: organisation}
              company: properties.name
              phone: properties.phone
              street: properties.address
              postcode: properties.zip
              city: properties.city
              region: properties.state
              country: properties.country
              trait.industry: properties.industry
              trait.website: {first: [properties.website, properties.domain]}
              created_at: createdAt
              updated_at: updatedAt
          dynamics:
            title: Dynamics 365, accounts exported to Excel and saved as CSV
            detect: [(Do Not Modify) Account, (Do Not Modify) Modified On]
            fields:
              key: (Do Not Modify) Account
              kind: {const: organisation}
              company: Account Name
              customer_number: Account Number
              email: Email
              phone: Main Phone
              street: "Address 1: Street 1"
              postcode: "Address 1: ZIP/Postal Code"
              city: "Address 1: City"
              region: "Address 1: State/Province"
              country: "Address 1: Country/Region"
              trait.industry: Industry
              trait.website: Website
              created_at: {path: Created On, date: [iso, "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", "dd.MM.yyyy HH:mm"]}
              updated_at:
                first: [(Do Not Modify) Modified On, Modified On]
                date: [iso, "M/d/yyyy h:mm a", "M/d/yyyy HH:mm", "dd.MM.yyyy HH:mm"]
          dynamics_api:
            title: Dynamics 365, accounts as its interface lists them (JSON, OData v4)
            detect: [accountid, name]
            read: {records: value}
            fields:
              key: accountid
              kind: {const: organisation}
              company: name
              customer_number: accountnumber
              email: emailaddress1
              phone: telephone1
              street: address1_line1
              postcode: address1_postalcode
              city: address1_city
              region: address1_stateorprovince
              country: address1_country
              trait.website: websiteurl
              created_at: createdon
              updated_at: modifiedon
          pipedrive:
            title: Pipedrive, organizations exported from the list view (CSV)
            detect: [Organization - Name, Organization - *]
            fields:
              key: {first: [Organization - ID, Organization - Name]}
              kind: {const: organisation}
              company: Organization - Name
              address: Organization - Address
              trait.label: {first: [Organization - Labels, Organization - Label]}
              trait.owner: Organization - Owner
              created_at: Organization - Organization created
              updated_at: Organization - Update time
          generic:
            title: Any table of organisations with usual column names in English, German or French
            detect: ["*compan*"]
            fields:
              key: {first: [key, id, company id, account id, customer id, customer number, customer_number, company,
                company name]}
              kind: {const: organisation}
              company: {first: [company, company name, account name, name]}
              customer_number: {first: [customer number, customer_number, customer no, customer id, kundennummer,
                numéro client]}
              email: {first: [e-mail, email, email address, mail]}
              phone: {first: [phone, phone number, telefon, téléphone]}
              address: {first: [address, adresse]}
              street: {first: [street, street address, strasse, straße, rue]}
              postcode: {first: [postcode, postal code, zip, plz, code postal]}
              city: {first: [city, ort, ville]}
              region: {first: [region, state, province, kanton, canton]}
              country: {first: [country, land, pays]}
              trait.industry: {first: [industry, branche, secteur]}
              trait.website: {first: [website, web, url]}
    """
}
