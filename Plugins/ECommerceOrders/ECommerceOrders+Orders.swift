extension ECommerceOrders {
  static let orders = """
      orders:
        summary: An order with its lines, one record per order.
        record: order
        layouts:
          shopify_api:
            title: Shopify, orders as its interface lists them (JSON, REST Admin)
            detect: [id, order_number, financial_status]
            read: {records: orders}
            fields:
              key: name
              placed_at: {first: [processed_at, created_at]}
              channel: {path: source_name, map: {pos: store, "*": commerce}}
              status: financial_status
              currency: currency
              total: total_price
              tax: total_tax
              shipping: total_shipping_price_set.shop_money.amount
              discount: total_discounts
              order_country: {first: [shipping_address.country_code, billing_address.country_code]}
              customer_number: customer.id
              given_name: {first: [customer.first_name, billing_address.first_name]}
              family_name: {first: [customer.last_name, billing_address.last_name]}
              email: {first: [email, contact_email, customer.email]}
              phone: {first: [phone, customer.phone, billing_address.phone]}
              company: billing_address.company
              street: billing_address.address1
              postcode: billing_address.zip
              city: billing_address.city
              region: billing_address.province
              country: {first: [billing_address.country_code, billing_address.country]}
              lines:
                each: "line_items[]"
                fields:
                  key: id
                  product_key: {first: [sku, variant_id, product_id]}
                  name: {first: [name, title]}
                  quantity: quantity
                  unit_price: price
          woocommerce:
            title: WooCommerce, order export plugins with one row per order (CSV)
            detect: [order_id, order_total, billing_email]
            fields:
              key: {first: [order_number, order_id]}
              placed_at: {first: [order_date, date, date_created]}
              status: {first: [status, order_status]}
              currency: {first: [order_currency, currency]}
              total: order_total
              tax: {first: [tax_total, total_tax]}
              shipping: {first: [shipping_total, order_shipping]}
              discount: {first: [discount_total, cart_discount]}
              refunded: {first: [refunded_total, refund_total]}
              order_country: {first: [shipping_country, billing_country]}
              customer_number: {path: customer_id, map: {"0": ""}}
              given_name: billing_first_name
              family_name: billing_last_name
              email: {first: [billing_email, customer_email]}
              phone: billing_phone
              company: billing_company
              street: billing_address_1
              postcode: billing_postcode
              city: billing_city
              region: billing_state
              country: billing_country
          woocommerce_analytics:
            title: WooCommerce, Analytics › Orders export (CSV); it names no address, so its orders have no customer
            detect: ["Order #", Status, N. Revenue]
            fields:
              key: "Order #"
              placed_at: Date
              status: Status
              total: N. Revenue
              campaign: {first: [Attribution, Origin]}
          woocommerce_api:
            title: WooCommerce, orders as its interface lists them (JSON, wc/v3)
            detect: [id, order_key, line_items, billing]
            fields:
              key: {first: [number, id]}
              placed_at: {path: date_created_gmt, zone: UTC}
              status: status
              currency: currency
              total: total
              tax: total_tax
              shipping: shipping_total
              discount: discount_total
              order_country: {first: [shipping.country, billing.country]}
              campaign: "meta_data[key=_wc_order_attribution_utm_campaign].value"
              # A guest has the number 0.
              customer_number: {path: customer_id, map: {"0": ""}}
              given_name: billing.first_name
              family_name: billing.last_name
              email: billing.email
              phone: billing.phone
              company: billing.company
              street: billing.address_1
              postcode: billing.postcode
              city: billing.city
              region: billing.state
              country: billing.country
              lines:
                each: "line_items[]"
                fields:
                  key: id
                  product_key: {first: [sku, product_id]}
                  name: name
                  quantity: quantity
                  unit_price: price
                  total: total
          magento:
            title: Magento / Adobe Commerce, orders exported from the grid (CSV)
            detect: [ID, Purchase Date, Bill-to Name, Grand Total (Base)]
            fields:
              key: ID
              placed_at: {path: Purchase Date, date: [iso, "MMM d, yyyy h:mm:ss a", "MMM d, yyyy, h:mm:ss a"]}
              status: Status
              total: Grand Total (Purchased)
              shipping: Shipping and Handling
              refunded: Total Refunded
              full_name: {first: [Customer Name, Bill-to Name]}
              email: Customer Email
              address: Billing Address
          magento_api:
            title: Magento / Adobe Commerce, orders as its interface lists them (JSON, V1/orders)
            detect: [entity_id, increment_id, items]
            read: {records: items}
            fields:
              key: increment_id
              placed_at: {path: created_at, zone: UTC}
              status: {first: [status, state]}
              currency: order_currency_code
              total: grand_total
              tax: tax_amount
              shipping: shipping_amount
              discount: discount_amount
              refunded: total_refunded
              order_country: billing_address.country_id
              customer_number: {path: customer_id, map: {"0": ""}}
              given_name: {first: [customer_firstname, billing_address.firstname]}
              family_name: {first: [customer_lastname, billing_address.lastname]}
              email: customer_email
              phone: billing_address.telephone
              company: billing_address.company
              street: "billing_address.street[0]"
              postcode: billing_address.postcode
              city: billing_address.city
              region: billing_address.region
              country: billing_address.country_id
              lines:
                each: "items[]"
                fields:
                  key: item_id
                  product_key: sku
                  name: name
                  quantity: qty_ordered
                  unit_price: price
                  total: row_total
          recharge_warehouse:
            title: Recharge, the table order of a warehouse (Fivetran)
            detect: [id, charge_status, external_order_id_ecommerce]
            fields:
              key: id
              placed_at: {first: [processed_at, created_at], zone: UTC}
              status: status
              total: total_price
              customer_number: customer_id
              email: email
          xml:
            title: Orders as XML, one element order each, with customer and items inside
            detect: [customer, items]
            read: {format: xml, element: order}
            fields:
              key: {first: ["@id", "@number", number, order_number]}
              placed_at: {first: ["@date", date, placed_at, order_date]}
              status: {first: ["@status", status]}
              currency: {first: ["@currency", currency]}
              total: {first: [total, grand_total]}
              tax: tax
              shipping: shipping
              discount: discount
              customer_number: {first: ["customer.@id", customer.number]}
              title: customer.title
              given_name: {first: [customer.first_name, customer.given_name]}
              family_name: {first: [customer.last_name, customer.family_name]}
              full_name: customer.name
              email: customer.email
              phone: customer.phone
              company: customer.company
              street: {first: [customer.street, customer.address.street]}
              postcode: {first: [customer.postcode, customer.address.postcode]}
              city: {first: [customer.city, customer.address.city]}
              country: {first: [customer.country, customer.address.country]}
              lines:
                each: "items.item[]"
                fields:
                  key: {first: ["@id", "@line", line]}
                  product_key: {first: ["@sku", sku, product]}
                  name: {first: [name, description]}
                  category: category
                  quantity: {first: ["@quantity", quantity]}
                  unit_price: {first: ["@price", price, unit_price]}
                  total: total
          generic:
            title: Any table with one row per order and usual column names in English, German or French
            detect: ["*order*", "*total*"]
            fields:
              key:
                first: [order id, order_id, orderid, order number, order no, order_number, bestellnummer,
                  auftragsnummer,
                  numéro de commande, invoice, invoice number, id]
              placed_at:
                first: [placed at, placed_at, order date, order_date, date, created at, created_at, bestelldatum, datum,
                  date de commande]
                date: [iso, dd.MM.yyyy, "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss"]
              channel:
                first: [channel, kanal, canal]
                map: {online: commerce, shop: commerce, web: commerce, till: store, kasse: store, pos: store,
                  filiale: store, magasin: store}
              status: {first: [status, order status, statut]}
              currency: {first: [currency, währung, devise]}
              total: {first: [total, order total, order_total, total_price, grand total, gesamtbetrag, betrag,
                amount, montant]}
              tax: {first: [tax, taxes, mwst, steuer, tva]}
              shipping: {first: [shipping, versand, livraison]}
              discount: {first: [discount, rabatt, remise]}
              refunded: {first: [refunded, refunded amount, erstattet, remboursé]}
              campaign: {first: [campaign, kampagne, campagne]}
              customer_number:
                first: [customer id, customer_id, customerid, customer number, customer_number, customer no,
                  kundennummer, numéro client]
              loyalty_number: {first: [loyalty number, loyalty_number, kundenkarte, carte de fidélité]}
              given_name: {first: [given name, given_name, first name, first_name, vorname, prénom]}
              family_name: {first: [family name, family_name, last name, last_name, nachname, nom]}
              full_name: {first: [customer name, customer, name, kunde, client]}
              email: {first: [e-mail, email, customer email, email address, mail, courriel]}
              phone: {first: [phone, phone number, telefon, téléphone]}
              street: {first: [street, address, strasse, straße, rue]}
              postcode: {first: [postcode, postal code, zip, plz, code postal]}
              city: {first: [city, ort, ville]}
              country: {first: [country, land, pays]}
    """
}
