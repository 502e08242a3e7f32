extension ECommerceOrders {
  static let refunds = """
      refunds:
        summary: Goods or money that went back, as a return of its own, for tools that do not tell it with the order.
        record: order
        layouts:
          shopify_api:
            title: Shopify, refunds as its interface lists them (JSON, REST Admin)
            detect: [id, order_id, refund_line_items]
            fields:
              key: {template: "refund {id}"}
              kind: {const: return}
              placed_at: {first: [processed_at, created_at]}
              status: {const: refunded}
              currency: "transactions[0].currency"
              total: {template: "-{transactions[0].amount}"}
              lines:
                each: "refund_line_items[]"
                fields:
                  key: id
                  product_key: {first: [line_item.sku, line_item.variant_id]}
                  name: {first: [line_item.name, line_item.title]}
                  quantity: {template: "-{quantity}"}
                  unit_price: line_item.price
          woocommerce_api:
            title: WooCommerce, refunds of an order as its interface lists them (JSON, wc/v3)
            detect: [id, refunded_by, amount]
            fields:
              key: {template: "refund {id}"}
              kind: {const: return}
              placed_at: {path: date_created_gmt, zone: UTC}
              status: {const: refunded}
              total: {template: "-{amount}"}
              lines:
                each: "line_items[]"
                fields:
                  key: id
                  product_key: {first: [sku, product_id]}
                  name: name
                  quantity: quantity
                  total: total
    """

  static let products = """
      products:
        summary: Something that the shop sells.
        record: product
        layouts:
          shopify:
            title: Shopify, products export (CSV, one row per variant)
            detect: [Handle, Title, Variant SKU, Variant Price]
            fields:
              key: {first: [Variant SKU, Handle]}
              name: Title
              category: {first: [Type, Product Category]}
              price: Variant Price
          shopify_api:
            title: Shopify, products as its interface lists them (JSON, REST Admin)
            detect: [id, title, variants, product_type]
            read: {records: products}
            fields:
              key: {first: ["variants[0].sku", id]}
              name: title
              category: product_type
              price: "variants[0].price"
          woocommerce:
            title: WooCommerce, products export (CSV)
            detect: [ID, SKU, Name, Regular price]
            fields:
              key: {first: [SKU, ID]}
              name: Name
              category: {path: Categories, split: {on: ",", take: 1}}
              price: {first: [Sale price, Regular price]}
          woocommerce_api:
            title: WooCommerce, products as its interface lists them (JSON, wc/v3)
            detect: [id, sku, regular_price, catalog_visibility]
            fields:
              key: {first: [sku, id]}
              name: name
              category: "categories[0].name"
              price: {first: [price, regular_price]}
          magento:
            title: Magento / Adobe Commerce, System › Export › Products (CSV)
            detect: [sku, attribute_set_code, name, price]
            fields:
              key: sku
              name: name
              category: {path: categories, split: {on: "/", take: -1}}
              price: price
          generic:
            title: Any table of products with usual column names in English, German or French
            detect: ["*name*", "*price*"]
            fields:
              key: {first: [key, sku, product id, product_id, product code, article no, artikelnummer, id]}
              name: {first: [name, product name, product, title, bezeichnung, désignation]}
              category: {first: [category, warengruppe, catégorie]}
              price: {first: [price, unit price, preis, prix]}
              currency: {first: [currency, währung, devise]}
    """
}
