extension WebAnalytics {
  /// Enriched events have no header line; their 131 fields have a fixed order.
  static let snowplow = """
          snowplow:
            title: Snowplow, enriched events (tab-separated, 131 fields, no header)
            detect: [app_id, event_id, domain_userid, event_fingerprint, true_tstamp]
            read:
              format: tsv
              delimiter: tab
              header: none
              columns: [app_id, platform, etl_tstamp, collector_tstamp, dvce_created_tstamp, event, event_id, txn_id,
                name_tracker, v_tracker, v_collector, v_etl, user_id, user_ipaddress, user_fingerprint, domain_userid,
                domain_sessionidx, network_userid, geo_country, geo_region, geo_city, geo_zipcode, geo_latitude,
                geo_longitude, geo_region_name, ip_isp, ip_organization, ip_domain, ip_netspeed, page_url, page_title,
                page_referrer, page_urlscheme, page_urlhost, page_urlport, page_urlpath, page_urlquery,
                page_urlfragment, refr_urlscheme, refr_urlhost, refr_urlport, refr_urlpath, refr_urlquery,
                refr_urlfragment, refr_medium, refr_source, refr_term, mkt_medium, mkt_source, mkt_term, mkt_content,
                mkt_campaign, contexts, se_category, se_action, se_label, se_property, se_value, unstruct_event,
                tr_orderid, tr_affiliation, tr_total, tr_tax, tr_shipping, tr_city, tr_state, tr_country, ti_orderid,
                ti_sku, ti_name, ti_category, ti_price, ti_quantity, pp_xoffset_min, pp_xoffset_max, pp_yoffset_min,
                pp_yoffset_max, useragent, br_name, br_family, br_version, br_type, br_renderengine, br_lang,
                br_features_pdf, br_features_flash, br_features_java, br_features_director, br_features_quicktime,
                br_features_realplayer, br_features_windowsmedia, br_features_gears, br_features_silverlight,
                br_cookies, br_colordepth, br_viewwidth, br_viewheight, os_name, os_family, os_manufacturer,
                os_timezone, dvce_type, dvce_ismobile, dvce_screenwidth, dvce_screenheight, doc_charset, doc_width,
                doc_height, tr_currency, tr_total_base, tr_tax_base, tr_shipping_base, ti_currency, ti_price_base,
                base_currency, geo_timezone, mkt_clickid, mkt_network, etl_tags, dvce_sent_tstamp,
                refr_domain_userid, refr_dvce_tstamp, derived_contexts, domain_sessionid, derived_tstamp,
                event_vendor, event_name, event_format, event_version, event_fingerprint, true_tstamp]
            fields: \(snowplowFields)
          snowplow_table:
            title: Snowplow, events with column names (warehouse table or analytics SDK output, CSV or NDJSON)
            detect: [event_id, collector_tstamp, domain_userid]
            fields: \(snowplowFields)
    """

  private static let snowplowFields = """
    {key: event_id, channel: {first: [{path: platform, map: {mob: app, app: app, "*": web}}, {const: web}]}, \
    type: {first: [event_name, event], map: {page_view: page_viewed, page_ping: page_read, link_click: link_clicked, \
    submit_form: form_submitted, change_form: form_started, focus_form: form_started, add_to_cart: cart_added, \
    remove_from_cart: cart_removed, site_search: search_made, screen_view: page_viewed, \
    transaction: purchase_tracked, transaction_item: purchase_item_tracked, struct: action_tracked, \
    event: action_tracked}}, \
    occurred_at: {first: [derived_tstamp, true_tstamp, dvce_created_tstamp, collector_tstamp], zone: UTC}, \
    subject: {first: [page_title, se_label, se_action]}, location: {first: [page_url, page_urlpath]}, \
    campaign: mkt_campaign, referrer: {first: [page_referrer, refr_source, mkt_source]}, \
    session_id: domain_sessionid, visitor_id: [domain_userid, network_userid], user_id: user_id, language: br_lang}
    """
}
