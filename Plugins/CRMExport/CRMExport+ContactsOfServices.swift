extension CRMExport {
  /// Contacts as interfaces and warehouses deliver them. Continues the layouts of `contacts`.
  static let contactsOfServices = """
          salesforce_warehouse:
            title: Salesforce, the table contact of a warehouse (Fivetran)
            detect: [id, _fivetran_synced, last_name, mailing_street]
            fields:
              key: id
              user_id: id
              title: salutation
              given_name: first_name
              family_name: last_name
              full_name: name
              email: email
              phone: [mobile_phone, phone, home_phone]
              job_title: title
              street: mailing_street
              postcode: mailing_postal_code
              city: mailing_city
              region: mailing_state
              country: {first: [mailing_country_code, mailing_country]}
              consent.email: {path: has_opted_out_of_email, map: {"true": denied, "1": denied, "*": ""}}
              consent.phone: {path: do_not_call, map: {"true": denied, "1": denied, "*": ""}}
              trait.account_id: account_id
              trait.department: department
              trait.lead_source: lead_source
              created_at: {path: created_date, zone: UTC}
              updated_at: {first: [system_modstamp, last_modified_date], zone: UTC}
          hubspot_api:
            title: HubSpot, contacts as its interface lists them (JSON, crm/v3/objects/contacts)
            detect: [id, properties, archived]
            read: {records: results}
            fields:
              key: id
              user_id: id
              title: properties.salutation
              given_name: properties.firstname
              family_name: properties.lastname
              birth_date: properties.date_of_birth
              gender: properties.gender
              language: properties.hs_language
              email: [properties.email, properties.work_email]
              phone: [properties.mobilephone, properties.phone]
              job_title: properties.jobtitle
              company: properties.company
              street: properties.address
              postcode: properties.zip
              city: properties.city
              region: properties.state
              country: properties.country
              consent.email: {path: properties.hs_email_optout, map: {"true": denied, "*": ""}}
              trait.lifecycle_stage: properties.lifecyclestage
              created_at: createdAt
              updated_at: updatedAt
          dynamics_api:
            title: Dynamics 365, contacts as its interface lists them (JSON, OData v4)
            detect: [contactid, "@odata.etag"]
            read: {records: value}
            fields:
              key: contactid
              user_id: contactid
              title: salutation
              given_name: firstname
              family_name: lastname
              full_name: fullname
              birth_date: birthdate
              email: [emailaddress1, emailaddress2]
              phone: [mobilephone, telephone1, telephone2]
              job_title: jobtitle
              street: address1_line1
              postcode: address1_postalcode
              city: address1_city
              region: address1_stateorprovince
              country: address1_country
              consent.email:
                first:
                  - {path: donotemail, map: {"true": denied, "*": ""}}
                  - {path: donotbulkemail, map: {"true": denied, "*": ""}}
              consent.phone: {path: donotphone, map: {"true": denied, "*": ""}}
              created_at: createdon
              updated_at: modifiedon
          pipedrive_api:
            title: Pipedrive, persons as its interface lists them (JSON)
            detect: [id, name, first_name, last_name, add_time]
            read: {records: data}
            fields:
              key: id
              user_id: id
              given_name: first_name
              family_name: last_name
              full_name: name
              email: "email[].value"
              phone: "phone[].value"
              company: {first: [org_name, org_id.name]}
              trait.label: label
              trait.owner: owner_name
              created_at: {path: add_time, zone: UTC}
              updated_at: {path: update_time, zone: UTC}
          pipedrive_recents:
            title: Pipedrive, recent changes of persons as its interface lists them (JSON, v1/recents)
            detect: [item, id, data]
            read: {records: data}
            fields:
              key: id
              user_id: id
              given_name: data.first_name
              family_name: data.last_name
              full_name: data.name
              email: "data.email[].value"
              phone: "data.phone[].value"
              company: data.org_name
              trait.owner: data.owner_name
              created_at: {path: data.add_time, zone: UTC}
              updated_at: {path: data.update_time, zone: UTC}
          vcard:
            title: Address book, vCard 2.1, 3.0 or 4.0 (.vcf)
            detect: [FN, FN.value]
            fields:
              key: {first: [UID.value, "EMAIL[0].value", "TEL[0].value", FN.value]}
              title: N.prefix
              given_name: N.given
              family_name: N.family
              full_name: FN.value
              birth_date: BDAY.value
              gender: {path: GENDER.value, map: {M: male, F: female, O: other, "*": ""}}
              language: "LANG[0].value"
              email: "EMAIL[].value"
              # Not every number of a card: fax machines and pagers are not the person's.
              phone:
                - "TEL[0].value"
                - "TEL[type=cell].value"
                - "TEL[type=cell,voice].value"
                - "TEL[type=voice,cell].value"
                - "TEL[type=home].value"
                - "TEL[type=home,voice].value"
                - "TEL[type=work].value"
                - "TEL[type=work,voice].value"
              company: ORG.value
              job_title: TITLE.value
              street: "ADR[0].street"
              postcode: "ADR[0].postcode"
              city: "ADR[0].city"
              region: "ADR[0].region"
              country: "ADR[0].country"
              trait.categories: CATEGORIES.value
              updated_at: REV.value
    """
}
