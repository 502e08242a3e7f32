"""Asks Superset for every dataset that was imported: its columns, types and words, and its rows. Run by check.py with
Superset's own Python; prints one line of JSON.

Superset answers as it answers a browser, without a port: through its application's test client.
"""

import json
import sys

from superset.app import create_app

application = create_app()
with application.test_client() as client:
    login = {"username": "admin", "password": "admin", "provider": "db", "refresh": False}
    token = client.post("/api/v1/security/login", json=login).json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def get(path):
        answer = client.get("/api/v1/" + path, headers=headers)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status_code} {answer.text[:500]}")
        return answer.json["result"]

    found = {}
    for entry in get("dataset/?q=(page_size:1000)"):
        dataset = get(f"dataset/{entry['id']}")
        columns = [column["column_name"] for column in dataset["columns"]]
        query = {"columns": columns, "metrics": [], "row_limit": 50, "orderby": []}
        question = {"datasource": {"id": entry["id"], "type": "table"}, "queries": [query], "result_format": "json"}
        answer = client.post("/api/v1/chart/data", json=question, headers=headers)
        if answer.status_code != 200:
            sys.exit(f"{entry['table_name']}: {answer.status_code} {answer.text[:800]}")
        found[entry["table_name"]] = {
            "description": dataset["description"], "time": dataset["main_dttm_col"],
            "columns": {
                column["column_name"]: {
                    "type": column["type"], "is_dttm": column["is_dttm"], "description": column["description"]}
                for column in dataset["columns"]},
            "rows": answer.json["result"][0]["rowcount"],
        }
print(json.dumps(found))
