/// The connectors.yml of each workload that has one. Layouts are named rather than found out, as a company would write
/// them once it knows its files; the customers' number is an identifier beside e-mail and telephone, as it would be there.
enum KithConfiguration {
  static func text(_ workload: Workload, database: String) -> String? {
    guard let source = source(workload) else { return nil }
    return """
      hub:
        database: \(database)
        country: CH
        currency: CHF
        exchange_rates: {EUR: 0.94}
      sources:
      \(source)

      """
  }

  private static func source(_ workload: Workload) -> String? {
    switch workload {
    case .customers, .memory: customers
    case .events: events
    case .orders: orders
    case .identity: nil
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
}
