extension ECommerceOrders {
  static let orderLines = """
      order_lines:
        summary: A line of an order, for exports with one row per line; Kith puts the orders together.
        record: order_line
        layouts:
          shopify:
            title: Shopify, orders export (CSV); the first row of an order tells the order, the next ones its lines
            detect: [Name, Created at, Lineitem name, Lineitem quantity]
            fields:
              key: Name
              placed_at: {path: Created at, date: ["yyyy-MM-dd HH:mm:ss Z", iso]}
              channel: {path: Source, map: {pos: store, "*": commerce}}
              status: Financial Status
              currency: Currency
              total: Total
              tax: Taxes
              shipping: Shipping
              discount: Discount Amount
              refunded: Refunded Amount
              order_country: {first: [Shipping Country, Billing Country]}
              email: Email
              phone: {first: [Phone, Billing Phone, Shipping Phone], split: {on: "'", take: -1}}
              full_name: {first: [Billing Name, Shipping Name]}
              company: Billing Company
              street: {first: [Billing Address1, Billing Street]}
              postcode: {path: Billing Zip, split: {on: "'", take: -1}}
              city: Billing City
              region: Billing Province
              country: Billing Country
              consent.email: {path: Accepts Marketing, map: {"yes": granted, "no": denied, "*": ""}}
              line.product_key: {first: [Lineitem sku, Lineitem name]}
              line.name: Lineitem name
              line.quantity: Lineitem quantity
              line.unit_price: Lineitem price
          woocommerce:
            title: WooCommerce, Advanced Order Export plugin with one row per item (CSV)
            detect: [Order Number, Order Date, Item Name, Email (Billing)]
            fields:
              key: Order Number
              placed_at: Order Date
              status: Order Status
              total: Order Total Amount
              tax: Order Total Tax Amount
              shipping: Order Shipping Amount
              discount: Cart Discount Amount
              refunded: Order Refund Amount
              order_country: Country Code (Billing)
              given_name: First Name (Billing)
              family_name: Last Name (Billing)
              email: Email (Billing)
              phone: Phone (Billing)
              company: Company (Billing)
              street: Address 1&2 (Billing)
              postcode: Postcode (Billing)
              city: City (Billing)
              region: State Code (Billing)
              country: Country Code (Billing)
              line.key: "Item #"
              line.product_key: {first: [SKU, Item Name]}
              line.name: Item Name
              line.quantity: {first: [Quantity (- Refund), Quantity]}
              line.unit_price: Item Cost
          online_retail:
            title: Invoice lines of a till or merchandise system in the form of Online Retail (CSV)
            detect: [InvoiceNo, StockCode, Quantity, InvoiceDate, CustomerID]
            fields:
              key: InvoiceNo
              # Returns have an invoice number of their own that begins with C.
              kind: {path: InvoiceNo, map: {"C*": return, "*": sale}}
              placed_at: {path: InvoiceDate, date: [iso, "M/d/yyyy H:mm"]}
              order_country: Country
              country: Country
              # Spreadsheets turn the customer's number into 17850.0.
              customer_number: {path: CustomerID, split: {on: ".", take: 1}}
              line.product_key: StockCode
              line.name: Description
              line.quantity: Quantity
              line.unit_price: UnitPrice
          generic:
            title: Any table with one row per order line and usual column names in English, German or French
            detect: ["*order*", "*quantity*"]
            fields:
              key:
                first: [order id, order_id, orderid, order number, order no, order_number, bestellnummer,
                  auftragsnummer,
                  numéro de commande, invoice, invoice number, receipt]
              kind: {first: [kind, order kind], map: {return: return, refund: return, retoure: return, "*": sale}}
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
              total: {first: [order total, order_total, grand total, gesamtbetrag]}
              order_country: {first: [country, land, pays]}
              customer_number:
                first: [customer id, customer_id, customerid, customer number, customer_number, customer no,
                  kundennummer, numéro client]
              loyalty_number: {first: [loyalty number, loyalty_number, kundenkarte, carte de fidélité]}
              full_name: {first: [customer name, customer, kunde, client]}
              email: {first: [e-mail, email, customer email, email address, mail, courriel]}
              phone: {first: [phone, phone number, telefon, téléphone]}
              line.key: {first: [line id, line_id, line, position, zeile, ligne]}
              line.product_key: {first: [sku, product id, product_id, product code, article, artikelnummer, article no]}
              line.name: {first: [product, product name, item, description, artikel, bezeichnung, désignation]}
              line.category: {first: [category, warengruppe, catégorie]}
              line.quantity: {first: [quantity, qty, menge, anzahl, quantité]}
              line.unit_price: {first: [unit price, unit_price, price, einzelpreis, preis, prix unitaire, prix]}
              line.total: {first: [line total, line_total, amount, betrag, montant]}
    """
}
