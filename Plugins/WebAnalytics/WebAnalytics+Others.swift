extension WebAnalytics {
  static let others = """
          ga4:
            title: Google Analytics 4, events exported to BigQuery and from there as NDJSON
            detect: [event_timestamp, event_name, user_pseudo_id]
            fields:
              channel: {first: [{path: platform, map: {ANDROID: app, IOS: app, "*": web}}, {const: web}]}
              type:
                path: event_name
                map: {page_view: page_viewed, screen_view: page_viewed, session_start: session_started,
                  first_visit: site_discovered, user_engagement: page_read, scroll: page_read, click: link_clicked,
                  view_item: product_viewed, view_item_list: product_listed, select_item: product_viewed,
                  view_search_results: search_made, search: search_made, add_to_cart: cart_added,
                  remove_from_cart: cart_removed, view_cart: cart_viewed, add_to_wishlist: wishlist_added,
                  begin_checkout: checkout_started, add_payment_info: payment_added, purchase: purchase_tracked,
                  form_start: form_started, form_submit: form_submitted, generate_lead: form_submitted,
                  file_download: file_downloaded, video_start: video_played, sign_up: account_created, login: signed_in,
                  app_remove: app_removed, first_open: app_installed}
              occurred_at: {path: event_timestamp, date: unix_us}
              subject: "event_params[key=page_title].value.string_value"
              location: "event_params[key=page_location].value.string_value"
              campaign:
                first: ["event_params[key=campaign].value.string_value", collected_traffic_source.manual_campaign_name,
                  traffic_source.name]
                map: {"(direct)": "", "(not set)": "", "(none)": "", "(referral)": "", "(organic)": ""}
              referrer:
                first: ["event_params[key=page_referrer].value.string_value", collected_traffic_source.manual_source,
                  traffic_source.source]
                map: {"(direct)": "", "(not set)": "", "(none)": ""}
              session_id: "event_params[key=ga_session_id].value.int_value"
              duration_seconds: {path: "event_params[key=engagement_time_msec].value.int_value", divide: 1000}
              visitor_id: user_pseudo_id
              user_id: user_id
          matomo:
            title: Matomo, visits as Live.getLastVisitsDetails gives them (JSON)
            detect: [idVisit, visitorId, serverTimestamp]
            fields:
              key: idVisit
              channel: {const: web}
              type: {const: session_started}
              occurred_at: {first: [firstActionTimestamp, serverTimestamp], date: unix}
              subject: {first: ["actionDetails[0].pageTitle", "actionDetails[0].title"]}
              location: "actionDetails[0].url"
              campaign: campaignName
              referrer: {first: [referrerUrl, referrerTypeName, referrerType]}
              session_id: idVisit
              duration_seconds: visitDuration
              visitor_id: visitorId
              user_id: userId
              language: languageCode
          access_log:
            title: Access log of a web server (Apache, nginx and others), with a person only when logged in
            detect: [path, status, method, user_agent]
            fields:
              channel: {const: web}
              type:
                first:
                  - {path: status, map: {"4*": error_met, "5*": error_met, "*": ""}}
                  - path: path
                    map: {"*.css": resource_loaded, "*.js": resource_loaded, "*.png": resource_loaded,
                      "*.jpg": resource_loaded, "*.jpeg": resource_loaded, "*.gif": resource_loaded,
                      "*.svg": resource_loaded, "*.webp": resource_loaded, "*.ico": resource_loaded,
                      "*.woff*": resource_loaded, "*.ttf": resource_loaded, "*.map": resource_loaded,
                      "*/robots.txt": resource_loaded, "*.pdf": file_downloaded, "*.zip": file_downloaded, "*": ""}
                  - {const: page_viewed}
              occurred_at: time
              location: path
              referrer: referrer
              # An address is not a person: households and companies share one.
              user_id: user
          generic:
            title: Any table of events with usual column names
            detect: ["*event*", "*time*"]
            fields:
              key: {first: [event id, event_id, id]}
              channel:
                first:
                  - {first: [channel, platform], map: {app: app, mobile: app, ios: app, android: app, "*": web}}
                  - {const: web}
              type:
                first: [event type, event_type, event name, event_name, event, type, action]
                map: {page_view: page_viewed, pageview: page_viewed, page view: page_viewed, click: link_clicked,
                  product_view: product_viewed, view_item: product_viewed, add_to_cart: cart_added,
                  remove_from_cart: cart_removed, checkout: checkout_started, begin_checkout: checkout_started,
                  purchase: purchase_tracked, search: search_made, login: signed_in, logout: signed_out,
                  sign_up: account_created, signup: account_created, error: error_met}
              occurred_at:
                first: [occurred at, occurred_at, event time, event_time, time, timestamp, datetime, date, created at]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              subject: {first: [title, page title, page_title, subject]}
              location: {first: [url, page url, page_url, page, path, location]}
              campaign: {first: [campaign, utm_campaign]}
              referrer: {first: [referrer, referer, source, utm_source]}
              session_id: {first: [session id, session_id, session]}
              duration_seconds: {first: [duration, duration_seconds]}
              visitor_id: {first: [visitor id, visitor_id, visitor, client id, client_id, anonymous id, anonymous_id,
                cookie]}
              user_id: {first: [user id, user_id, user]}
              customer_number: {first: [customer id, customer_id, customer number, customer_number]}
              email: {first: [e-mail, email, user email, user_email]}
    """
}
