/// The connectors.yml of each workload that has one. Layouts are named rather than found out, as a company would write
/// them once it knows its files; the customers' number is an identifier beside e-mail and telephone, as it would be there.
enum KithConfiguration {
  static func text(_ workload: Workload, database: String, port: UInt16?) -> String? {
    guard let source = source(workload, port: port) else { return nil }
    return """
      hub:
        database: \(database)\(workload.pages == nil ? "" : "\n  connectors: connectors")
        country: CH
        currency: CHF
        exchange_rates: {EUR: 0.94}
      sources:
      \(source)

      """
  }

  private static func source(_ workload: Workload, port: UInt16?) -> String? {
    switch workload {
    case .customers, .memory: customers
    case .events: events
    case .orders: orders
    case .identity: nil
    case .pages300, .pages600, .pages1300: port.map(pages)
    }
  }

  private static let customers = """
      - name: crm
        connector: crm_export
        streams:
          contacts:
            path: input/customers.csv
            settle_seconds: 0
            layout: generic
            mapping:
              customer_number: id
    """

  private static let events = """
      - name: web
        connector: web_analytics
        streams:
          events:
            path: input/events.ndjson
            settle_seconds: 0
            layout: generic
    """

  private static let orders = """
      - name: shop
        connector: ecommerce_orders
        streams:
          orders:
            path: input/orders.xml
            settle_seconds: 0
            layout: xml
    """

  private static func pages(_ port: UInt16) -> String {
    """
      - name: crm
        connector: pages
        options: {base_url: "http://127.0.0.1:\(port)", allow_private_network: true}
        streams:
          contacts: {}
    """
  }

  /// A connector of the user's own, as `kith connector new --rest` begins one.
  static let pagesManifest = """
    name: pages
    title: Pages
    summary: Contacts, page by page.
    base_url: https://crm.example.com
    authorisation: {none: true}
    limits: {requests: 1000000}
    streams:
      contacts:
        summary: A contact.
        record: profile
        request: {path: /contacts, query: {page: "${page}", since: "${since}"}}
        records: contacts
        paging: {page: 1}
        incremental: {field: updated_at, next: start_of_sync}
        fields:
          key: id
          customer_number: id
          email: email
          given_name: first_name
          family_name: last_name
          phone: phone
          street: address.street
          postcode: address.postcode
          city: address.city
          country: address.country
          language: language
          updated_at: updated_at

    """
}
