"""Orders from XML into SQLite with what Python brings along: iterparse, executemany in batches, upsert by key."""

import sqlite3
import sys
import xml.etree.ElementTree as ElementTree

BATCH = 1_000
TABLES = """
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, placed_at TEXT, status TEXT, currency TEXT, total TEXT, customer TEXT, name TEXT, email TEXT);
CREATE TABLE IF NOT EXISTS order_lines (
  order_id TEXT, line TEXT, sku TEXT, name TEXT, quantity TEXT, price TEXT, PRIMARY KEY (order_id, line));
"""
ORDER = """INSERT INTO orders VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET placed_at = excluded.placed_at,
  status = excluded.status, currency = excluded.currency, total = excluded.total, customer = excluded.customer,
  name = excluded.name, email = excluded.email"""
LINE = """INSERT INTO order_lines VALUES (?,?,?,?,?,?) ON CONFLICT (order_id, line) DO UPDATE SET sku = excluded.sku,
  name = excluded.name, quantity = excluded.quantity, price = excluded.price"""


def order_row(order):
    customer = order.find("customer")
    return (order.get("id"), order.get("date"), order.get("status"), order.get("currency"), order.findtext("total"),
            customer.get("id"), customer.findtext("name"), customer.findtext("email"))


def line_rows(order):
    for item in order.iterfind("items/item"):
        yield (order.get("id"), item.get("id"), item.get("sku"), item.findtext("name"), item.get("quantity"),
               item.get("price"))


def store(database, orders, lines):
    database.executemany(ORDER, orders)
    database.executemany(LINE, lines)


def main(source, target):
    database = sqlite3.connect(target)
    database.executescript(TABLES)
    orders, lines = [], []
    parser = ElementTree.iterparse(source, events=("start", "end"))
    _, root = next(parser)
    for event, element in parser:
        if event == "start" or element.tag != "order":
            continue
        orders.append(order_row(element))
        lines.extend(line_rows(element))
        root.clear()  # or the whole tree stays in memory
        if len(orders) == BATCH:
            store(database, orders, lines)
            orders, lines = [], []
    store(database, orders, lines)
    database.commit()


main(*sys.argv[1:])
