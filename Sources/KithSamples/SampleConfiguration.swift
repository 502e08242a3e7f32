/// The configuration that fits the sample exports: the repository's own connectors.yml, letter by letter (a test holds
/// them equal), so that a program without its repository can run the demo, too.
public enum SampleConfiguration {
  public static let text = #"""
    # Where Kith finds the exports of each tool, and what it makes of them.
    #
    # This file works as it stands: `kith sync` reads the made-up exports under samples/. For a company of your own, copy
    # it, point each `path:` to your files and delete the sources you do not have. `kith check` tells all that is wrong
    # with it at once, before anything is read. Paths are relative to this file; docs/mapping.md explains `mapping:`.

    hub:
      database: kith.sqlite
      time_zone: Europe/Zurich          # of times that name no zone
      country: CH                       # of phone numbers and addresses that name no country
      currency: CHF                     # revenue is summed in it
      exchange_rates: {EUR: 0.94}       # how much 1 EUR is in CHF

    sources:
      # A source is one tool: its name is part of every record's key, so it stays. `schedule` is a cron expression in the
      # hub's time zone; without one the source runs only when you ask for it (`kith sync crm`).
      - name: crm
        connector: crm_export
        schedule: "15 * * * *"
        trust: {default: 80, birth_date: 90}   # 0 to 100, who is right when sources disagree; 50 where nothing is said
        # Files need no credentials. Where a connector asks for some, they never stand here: write env:NAME for an
        # environment variable or file:PATH for a file that only Kith may read.
        streams:
          contacts:
            # A file, or a pattern such as exports/contacts-*.csv; .gz, .zst and .zip are read as they are.
            path: samples/crm/contacts.csv
            # `mode: snapshot` says that each new file lists everybody: whoever is missing in it was deleted in the CRM and
            # is marked so here. Without it files only add and change.
            mode: snapshot
            mapping:
              # The layout of Salesforce is recognised by its columns. These three are this company's own, so they are
              # added field by field; all other fields stay as the layout has them.
              language: Language__c
              # Whose number it is decides what it may be compared with: this one was given out by the shop.
              customer_number: {path: Shop_Number__c, namespace: shop}
              loyalty_number: {path: Loyalty_Card__c, namespace: card}
          accounts: {path: samples/crm/accounts.csv}
          leads: {path: samples/crm/leads.csv}

      # Business cards from a fair: the same connector a second time, as a source of its own that is trusted less.
      - name: cards
        connector: crm_export
        trust: 40
        streams:
          contacts: {path: samples/crm/cards.vcf}

      - name: shop
        connector: ecommerce_orders
        schedule: "*/20 * * * *"
        trust: {default: 60, street: 85, postcode: 85, city: 85}   # parcels arrive, so the addresses are good
        streams:
          customers: {path: samples/shop/customers.csv}
          # Shopify writes a row per article; Kith puts the orders together.
          order_lines: {path: samples/shop/orders.csv}

      # A shop program that no layout knows: `layout: custom` takes nothing but the mapping written here.
      - name: shop-fr
        connector: ecommerce_orders
        trust: 30
        streams:
          orders:
            path: samples/shop-fr/orders.xml
            format: xml
            element: commande
            layout: custom
            mapping:
              key: "@numero"
              kind: {path: "@type", map: {vente: sale, retour: return}}
              placed_at: {path: date, date: "dd/MM/yyyy HH:mm"}
              currency: devise
              total: {path: total, number: comma}
              customer_number: client.@code
              title: client.civilite
              given_name: client.prenom
              family_name: client.nom
              email: client.courriel
              phone: client.telephone
              street: client.rue
              postcode: client.codepostal
              city: client.ville
              country: client.pays
              lines:
                each: "lignes.ligne[]"
                fields:
                  product_key: "@ref"
                  name: designation
                  quantity: quantite
                  unit_price: {path: prix, number: comma}

      - name: survey
        connector: survey_tool
        schedule: "30 6 * * *"
        streams:
          responses:
            path: samples/survey/responses.csv
            mapping:
              survey: {const: Kundenumfrage}
              subject: Anlass
              customer_number: {path: ExternalReference, namespace: shop}

      - name: survey-courses
        connector: survey_tool
        schedule: "45 6 * * *"
        streams:
          responses:
            path: samples/survey/typeform.csv
            mapping:
              survey: {const: Kurse}
              subject: kurs

      - name: web
        connector: web_analytics
        schedule: "5 * * * *"
        streams:
          events:
            path: samples/web/events.ndjson
            mapping:
              # Visitors who sign in go by the shop's customer number, which ties what they looked at to who they are.
              user_id: null
              customer_number: {path: user_id, namespace: shop}

      - name: web-log
        connector: web_analytics
        schedule: "10 * * * *"
        streams:
          events:
            path: samples/web/access.log.gz
            mapping:
              user_id: null
              customer_number: {path: user, namespace: shop}

      - name: newsletter
        connector: email_platform
        schedule: "0 */2 * * *"
        streams:
          subscribers:
            path: samples/newsletter/subscribers.csv
            mapping:
              birth_date: null          # a day and month without a year
          events: {path: samples/newsletter/events.ndjson}

      - name: support
        connector: support_desk
        schedule: "*/30 * * * *"
        streams:
          users:
            path: samples/support/users.ndjson
            mapping:
              customer_number: {path: external_id, namespace: shop}
          tickets: {path: samples/support/tickets.csv}

      # Lists that people keep by hand: usual column names are understood, the rest is said here.
      - name: offline
        connector: offline_touchpoints
        schedule: "0 7 * * 1"
        streams:
          attendance:
            path: samples/offline/workshops.csv
            encoding: windows-1252      # recognised as a rule; said here because umlauts in names are worth a line
            layout: generic
            mapping:
              type: {path: Anwesend, map: {ja: workshop_attended, nein: event_no_show}}
              occurred_at: {template: "{Datum} {Beginn}", date: "dd.MM.yyyy HH:mm"}
              location: Ort
              city: null                # Ort is where the workshop was, not where its guests live
              birth_date: {path: Geburtsdatum, date: dd.MM.yyyy}
          visits:
            path: samples/offline/visits.tsv
            layout: generic
            mapping:
              occurred_at: {template: "{Datum} {Zeit}", date: "dd.MM.yyyy HH:mm"}
              subject: Anlass
              loyalty_number: {path: Kundenkarte, namespace: card}
              # The five faces at the exit, from -1 (bad) to 1 (good).
              valence: {path: Zufriedenheit, map: {1: -1, 2: -0.5, 3: 0, 4: 0.5, 5: 1}}

    """#
}
