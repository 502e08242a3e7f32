"""Singer messages out of the customers' CSV, made beforehand so that the target alone is timed."""

import csv
import json
import sys


def main(source, target):
    with open(source, newline="", encoding="utf-8") as file, open(target, "w", encoding="utf-8") as out:
        rows = csv.DictReader(file)
        properties = {name: {"type": ["string", "null"]} for name in rows.fieldnames}
        schema = {"type": "SCHEMA", "stream": "customers", "key_properties": ["id"],
                  "schema": {"type": "object", "properties": properties}}
        print(json.dumps(schema), file=out)
        for row in rows:
            print(json.dumps({"type": "RECORD", "stream": "customers", "record": row}), file=out)


main(*sys.argv[1:])
