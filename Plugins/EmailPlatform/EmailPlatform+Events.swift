extension EmailPlatform {
  static let events = """
      events:
        summary: What became of a message, and what its reader did with it.
        record: touchpoint
        layouts:
          sendgrid:
            title: SendGrid, events as its Event Webhook sends them (JSON or NDJSON)
            detect: [email, timestamp, event, sg_event_id]
            fields:
              key: sg_event_id
              channel: {const: email}
              type: {path: event, \(sendgridTypes)}
              occurred_at: {path: timestamp, date: unix}
              subject: {first: [subject, reason]}
              location: url
              campaign: {first: [marketing_campaign_name, singlesend_name, "category[0]", category]}
              email: email
              consent.email: {path: event, \(sendgridConsent)}
              consent.email.at: {path: timestamp, date: unix}
          sendgrid_activity:
            title: SendGrid, email activity download (CSV)
            detect: [processed, message_id, event, email]
            fields:
              channel: {const: email}
              type: {path: event, \(sendgridTypes)}
              occurred_at: {path: processed, date: [iso, unix, "M/d/yyyy H:mm"], zone: UTC}
              subject: subject
              location: url
              campaign: {first: [marketing_campaign_name, categories]}
              email: email
              consent.email: {path: event, \(sendgridConsent)}
              consent.email.at: {path: processed, date: [iso, unix, "M/d/yyyy H:mm"], zone: UTC}
          sendgrid_messages:
            title: SendGrid, messages as its Email Activity interface lists them (JSON, v3/messages)
            detect: [msg_id, to_email, last_event_time]
            read: {records: messages}
            fields:
              key: msg_id
              channel: {const: email}
              type:
                path: status
                map: {processed: email_sent, delivered: email_delivered, "not delivered": email_bounced,
                  not_delivered: email_bounced}
              occurred_at: {path: last_event_time, date: [unix, iso]}
              subject: subject
              email: to_email
          mailchimp_activity:
            title: Mailchimp, activity per message and recipient, one per line (NDJSON or CSV)
            detect: [campaign_id, email_address, action, timestamp]
            fields:
              channel: {const: email}
              type: {path: action, \(mailchimpTypes)}
              occurred_at: {path: timestamp, zone: UTC}
              location: url
              campaign: campaign_id
              email: email_address
              consent.email: {path: action, map: {unsub: denied, unsubscribe: denied, spam: denied, abuse: denied,
                "*": ""}}
              consent.email.at: {path: timestamp, zone: UTC}
          mailchimp_warehouse:
            title: Mailchimp, the tables campaign_recipient_activity and automation_recipient_activity of a warehouse
            detect: [_fivetran_synced, member_id, action, timestamp]
            fields:
              channel: {const: email}
              type: {path: action, \(mailchimpTypes)}
              occurred_at: {path: timestamp, zone: UTC}
              location: url
              campaign: {first: [campaign_id, automation_email_id]}
              user_id: member_id
          mailchimp_warehouse_unsubscribes:
            title: Mailchimp, the table unsubscribe of a warehouse (Fivetran)
            detect: [_fivetran_synced, campaign_id, member_id, reason]
            fields:
              channel: {const: email}
              type: {const: email_unsubscribed}
              occurred_at: {path: timestamp, zone: UTC}
              subject: reason
              campaign: campaign_id
              user_id: member_id
              consent.email: {const: denied}
              consent.email.at: {path: timestamp, zone: UTC}
          generic:
            title: Any table of e-mail events with usual column names
            detect: ["*mail*", "*event*"]
            fields:
              key: {first: [event id, event_id, id]}
              channel: {const: email}
              type: {first: [event, event type, event_type, type, action], \(genericTypes)}
              occurred_at:
                first: [occurred at, occurred_at, event time, event_time, timestamp, time, date, datum]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              subject: {first: [subject, betreff, objet]}
              location: {first: [url, link]}
              campaign: {first: [campaign, campaign name, campaign_name, kampagne, campagne]}
              email: {first: [e-mail, email, email address, email_address, recipient, mail, courriel]}
              customer_number: {first: [customer id, customer_id, customer number, customer_number]}
              consent.email:
                first: [event, event type, event_type, type, action]
                map: {"unsub*": denied, "*unsubscribed": denied, "complain*": denied, "spam*": denied, "*": ""}
              consent.email.at:
                first: [occurred at, occurred_at, event time, event_time, timestamp, time, date, datum]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
    """

  private static let sendgridTypes = """
    map: {processed: email_sent, delivered: email_delivered, open: email_opened, opened: email_opened, \
    click: email_clicked, clicked: email_clicked, bounce: email_bounced, bounced: email_bounced, \
    blocked: email_bounced, dropped: email_dropped, drop: email_dropped, deferred: email_deferred, \
    spamreport: email_complained, spam_report: email_complained, unsubscribe: email_unsubscribed, \
    group_unsubscribe: email_unsubscribed, group_resubscribe: email_subscribed}
    """

  private static let sendgridConsent = """
    map: {unsubscribe: denied, group_unsubscribe: denied, spamreport: denied, spam_report: denied, "*": ""}
    """

  private static let mailchimpTypes = """
    map: {sent: email_sent, open: email_opened, click: email_clicked, bounce: email_bounced, \
    unsub: email_unsubscribed, \
    unsubscribe: email_unsubscribed, spam: email_complained, abuse: email_complained}
    """

  private static let genericTypes = """
    map: {sent: email_sent, send: email_sent, processed: email_sent, delivered: email_delivered, \
    delivery: email_delivered, open: email_opened, opened: email_opened, click: email_clicked, \
    clicked: email_clicked, bounce: email_bounced, bounced: email_bounced, "hard bounce": email_bounced, \
    "soft bounce": email_deferred, deferred: email_deferred, dropped: email_dropped, complaint: email_complained, \
    complained: email_complained, spam: email_complained, spamreport: email_complained, \
    unsubscribe: email_unsubscribed, unsubscribed: email_unsubscribed, unsub: email_unsubscribed, \
    subscribe: email_subscribed, subscribed: email_subscribed, reply: email_replied, replied: email_replied}
    """
}
