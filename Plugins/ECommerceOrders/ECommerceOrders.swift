import KithConnectorKit
import KithCore

/// Customers, orders, order lines, refunds and products from the export files of online shops.
public enum ECommerceOrders {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, customers, orders, orderLines, refunds, products].joined(separator: "\n")

  private static let head = """
    name: ecommerce_orders
    title: Shop exports
    summary: >-
      Customers, orders, order lines, refunds and products from the export files of Shopify, WooCommerce, Magento and
      other shops and tills, as CSV, JSON or XML.
    streams:
    """
}
