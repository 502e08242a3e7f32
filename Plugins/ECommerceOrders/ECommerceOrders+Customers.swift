extension ECommerceOrders {
  static let customers = """
      customers:
        summary: A customer account or a guest of the shop.
        record: profile
        layouts:
          shopify:
            title: Shopify, customers export (CSV)
            detect: [Customer ID, Email, Accepts Email Marketing]
            fields:
              # Shopify writes an apostrophe in front of the number, and of others, against rounding in spreadsheets.
              key: {path: Customer ID, split: {on: "'", take: -1}}
              customer_number: {path: Customer ID, split: {on: "'", take: -1}}
              given_name: First Name
              family_name: Last Name
              email: Email
              phone:
                - {path: Phone, split: {on: "'", take: -1}}
                - {path: Default Address Phone, split: {on: "'", take: -1}}
              company: Default Address Company
              street: Default Address Address1
              postcode: {path: Default Address Zip, split: {on: "'", take: -1}}
              city: Default Address City
              region: Default Address Province Code
              country: Default Address Country Code
              consent.email: {path: Accepts Email Marketing, map: {"yes": granted, "no": denied, "*": unknown}}
              consent.sms: {path: Accepts SMS Marketing, map: {"yes": granted, "no": denied, "*": unknown}}
              trait.tags: Tags
          shopify_api:
            title: Shopify, customers as its interface lists them (JSON, REST Admin)
            detect: [id, orders_count, verified_email]
            read: {records: customers}
            fields:
              key: id
              customer_number: id
              given_name: first_name
              family_name: last_name
              email: email
              phone: [phone, default_address.phone]
              company: default_address.company
              street: default_address.address1
              postcode: default_address.zip
              city: default_address.city
              region: default_address.province
              country: {first: [default_address.country_code, default_address.country]}
              consent.email:
                first: [email_marketing_consent.state, accepts_marketing]
                map: {subscribed: granted, unsubscribed: denied, "true": granted, "false": denied, "*": unknown}
              trait.tags: tags
              created_at: created_at
              updated_at: updated_at
          woocommerce:
            title: WooCommerce, Analytics › Customers export (CSV)
            detect: [Name, Username, Last active, Email]
            fields:
              key: Email
              user_id: Username
              full_name: Name
              email: Email
              postcode: Postal code
              city: City
              region: Region
              country: {first: [Country / Region, Country]}
              created_at: {first: [Sign up, Date registered]}
              updated_at: Last active
          woocommerce_api:
            title: WooCommerce, customers as its interface lists them (JSON, wc/v3)
            detect: [id, is_paying_customer, billing]
            fields:
              key: id
              customer_number: id
              user_id: username
              given_name: {first: [first_name, billing.first_name]}
              family_name: {first: [last_name, billing.last_name]}
              email: [email, billing.email]
              phone: billing.phone
              company: billing.company
              street: billing.address_1
              postcode: billing.postcode
              city: billing.city
              region: billing.state
              country: billing.country
              created_at: {path: date_created_gmt, zone: UTC}
              updated_at: {path: date_modified_gmt, zone: UTC}
          magento:
            title: Magento / Adobe Commerce, customers exported from the grid (CSV)
            detect: [ID, Name, Email, Customer Since]
            fields:
              key: ID
              customer_number: ID
              full_name: Name
              birth_date: Date of Birth
              gender: Gender
              email: Email
              phone: Phone
              company: Company
              street: Street Address
              postcode: ZIP
              city: City
              region: State/Province
              country: Country
              trait.group: Group
              created_at: {path: Customer Since, date: [iso, "MMM d, yyyy h:mm:ss a", "MMM d, yyyy, h:mm:ss a"]}
          magento_file:
            title: Magento / Adobe Commerce, System › Export › Customers Main File (CSV)
            detect: [email, _website, firstname, lastname]
            fields:
              key: email
              title: prefix
              given_name: firstname
              family_name: lastname
              birth_date: dob
              gender: {path: gender, map: {"1": male, "2": female, "3": other}}
              email: email
              trait.group: group_id
              created_at: {path: created_at, zone: UTC}
              updated_at: {path: updated_at, zone: UTC}
          magento_api:
            title: Magento / Adobe Commerce, customers as its interface lists them (JSON, V1/customers/search)
            detect: [id, email, firstname, lastname, website_id]
            read: {records: items}
            fields:
              key: id
              customer_number: id
              title: prefix
              given_name: firstname
              family_name: lastname
              birth_date: dob
              gender: {path: gender, map: {"1": male, "2": female, "*": ""}}
              email: email
              phone: "addresses[0].telephone"
              company: "addresses[0].company"
              street: "addresses[0].street[0]"
              postcode: "addresses[0].postcode"
              city: "addresses[0].city"
              region: "addresses[0].region.region"
              country: "addresses[0].country_id"
              consent.email: {path: extension_attributes.is_subscribed, map: {"true": granted, "false": denied}}
              created_at: {path: created_at, zone: UTC}
              updated_at: {path: updated_at, zone: UTC}
          recharge_warehouse:
            title: Recharge, the table customer of a warehouse (Fivetran)
            detect: [id, external_customer_id_ecommerce, email, first_charge_processed_at]
            fields:
              key: id
              customer_number: [id, {path: external_customer_id_ecommerce, namespace: shopify}]
              given_name: first_name
              family_name: last_name
              email: email
              created_at: {path: created_at, zone: UTC}
              updated_at: {path: updated_at, zone: UTC}
          generic:
            title: Any table of customers with usual column names in English, German or French
            detect: ["*mail*"]
            fields:
              key:
                first: [key, customer id, customer_id, customerid, customer number, customer_number, customer no,
                  kundennummer,
                  kunden-nr,
                  numéro client, id, e-mail, email, email address, mail, courriel]
              customer_number:
                first: [customer id, customer_id, customerid, customer number, customer_number, customer no,
                  kundennummer, kunden-nr,
                  numéro client]
              loyalty_number: {first: [loyalty number, loyalty_number, loyalty card, kundenkarte, carte de fidélité]}
              title: {first: [title, salutation, anrede, titre, civilité]}
              given_name: {first: [given name, given_name, first name, first_name, firstname, vorname, prénom]}
              family_name: {first: [family name, family_name, last name, last_name, lastname, surname, nachname, nom]}
              full_name: {first: [full name, full_name, name]}
              birth_date: {first: [birth date, birth_date, birthday, date of birth, geburtsdatum, date de naissance]}
              gender: {first: [gender, geschlecht, genre, sexe]}
              language: {first: [language, sprache, langue]}
              email: {first: [e-mail, email, email address, email_address, mail, e-mail-adresse, courriel]}
              phone: [mobile, mobile phone, phone, phone number, telephone, telefon, téléphone]
              company: {first: [company, firma, entreprise, société]}
              address: {first: [address, adresse]}
              street: {first: [street, street address, address 1, strasse, straße, rue]}
              house_number: {first: [house number, house_number, hausnummer]}
              postcode: {first: [postcode, postal code, zip, plz, postleitzahl, npa, code postal]}
              city: {first: [city, ort, stadt, ville]}
              region: {first: [region, state, province, kanton, canton]}
              country: {first: [country, land, pays]}
              consent.email:
                first: [newsletter, accepts marketing]
                map: {"yes": granted, "true": granted, "1": granted, ja: granted, oui: granted,
                  "no": denied, "false": denied, "0": denied, nein: denied, non: denied, "*": unknown}
              created_at:
                first: [created at, created_at, created, registered, kunde seit, erstellt am, créé le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              updated_at:
                first: [updated at, updated_at, updated, last modified, geändert am, modifié le]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
    """
}
