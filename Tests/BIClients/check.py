"""Opens hubs in SQLite and in PostgreSQL, and Parquet, with the clients of BI people, while a sync writes.

Every published table must be there with the types and the words that `kith bi describe` tells, and read without an
error. Run by run.sh, which makes the hub. One line per client; the first thing that is wrong ends it.
"""

import glob
import importlib
import json
import os
import sqlite3
import subprocess
import sys
import threading
from urllib.parse import quote

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pyodbc
import sqlalchemy

kith, folder, socket, superset = sys.argv[1:5]
HUB = os.path.join(folder, "kith.sqlite")
POSTGRES = f"postgresql://kith@/company?host={quote(socket, safe='')}"


def run(*arguments):
    return subprocess.run([kith, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def describe(*arguments):
    return {table["name"]: table for table in json.loads(run("bi", "describe", *arguments))["tables"]}


FULL, PSEUDONYMOUS = describe("--contacts"), describe()


def expect(is_so, *words):
    if not is_so:
        sys.exit("WRONG: " + " ".join(str(word) for word in words))


# What each client calls a type.
SQLALCHEMY = {
    "INTEGER": sqlalchemy.types.Integer, "REAL": sqlalchemy.types.Float, "TEXT": sqlalchemy.types.String,
    "DATE": sqlalchemy.types.Date, "DATETIME": sqlalchemy.types.DateTime, "BOOLEAN": sqlalchemy.types.Boolean,
    "DECIMAL(14,2)": sqlalchemy.types.Numeric, "DECIMAL(14,4)": sqlalchemy.types.Numeric,
    "BLOB": sqlalchemy.types.LargeBinary,
}
ARROW = {
    "INTEGER": pyarrow.int64(), "REAL": pyarrow.float64(), "TEXT": pyarrow.string(), "DATE": pyarrow.date32(),
    "DATETIME": pyarrow.timestamp("us", tz="UTC"), "BOOLEAN": pyarrow.bool_(),
    "DECIMAL(14,2)": pyarrow.decimal128(18, 4), "DECIMAL(14,4)": pyarrow.float64(), "BLOB": pyarrow.binary(),
}


def by_sqlalchemy(name, url, tables, schema, has_comments):
    """What Superset, and most of Python, goes through."""
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg2:"))
    inspector = sqlalchemy.inspect(engine)
    seen = set(inspector.get_table_names(schema)) | set(inspector.get_view_names(schema))
    with engine.connect() as connection:
        for table, told in tables.items():
            expect(table in seen, name, table, "is not there")
            columns = {column["name"]: column for column in inspector.get_columns(table, schema)}
            for column in told["columns"]:
                found = columns.get(column["name"])
                expect(found, name, table, column["name"], "is not there")
                expect(isinstance(found["type"], SQLALCHEMY[column["type"]]), name, table, column, found["type"])
                if has_comments:
                    expect(found["comment"], name, table, column["name"], "has no comment")
            place = f"{schema}.{table}" if schema else table
            frame = pandas.read_sql(sqlalchemy.text(f"SELECT * FROM {place}"), connection)
            expect(set(frame.columns) >= {column["name"] for column in told["columns"]}, name, table, frame.columns)
        keys = sum(len(inspector.get_foreign_keys(table, schema)) for table in tables)
    return f"{len(tables)} tables, {keys} foreign keys"


def by_duckdb(name, attach, tables, prefix):
    with duckdb.connect() as connection:
        # Its extensions come as packages: nothing is downloaded while it runs.
        kind = "sqlite" if "sqlite" in attach else "postgres"
        package = importlib.import_module(f"duckdb_extension_{kind}_scanner")
        pattern = os.path.join(os.path.dirname(package.__file__), "extensions", "*", "*.duckdb_extension")
        connection.execute(f"LOAD '{glob.glob(pattern)[0]}'")
        connection.execute(attach)
        rows = 0
        for table in tables:
            # Not count(*): it asks SQLite for row ids, which tables without them do not have.
            rows += len(connection.execute(f"SELECT * FROM {prefix}.{table}").fetchall())
    return f"{len(tables)} tables, {rows} rows"


def by_parquet(name):
    rows = 0
    with sqlite3.connect(f"file:{HUB}?mode=ro", uri=True) as hub:
        for table, told in FULL.items():
            path = os.path.join(folder, table + ".parquet")
            run("export", table, "--format", "parquet", "--output", path)
            schema = pyarrow.parquet.read_schema(path)
            for column in told["columns"]:
                field = schema.field(column["name"])
                expect(field.type == ARROW[column["type"]], name, table, column, field.type)
                expect(field.nullable == column["nullable"], name, table, column, "null or not")
            # All columns that have an order, by three readers; the hub does not change these tables meanwhile.
            count = hub.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            counts = [
                pyarrow.parquet.read_table(path).num_rows, polars.read_parquet(path).height,
                duckdb.sql(f"SELECT count(*) FROM (SELECT * FROM '{path}')").fetchone()[0],
                len(pandas.read_parquet(path)),
            ]
            if table not in ("runs", "run_streams"):
                expect(set(counts) == {count}, name, table, counts, count)
            rows += count
    return f"{len(FULL)} tables, {rows} rows: pyarrow, Polars, DuckDB, pandas"


def by_months(name):
    path = os.path.join(folder, "months")
    run("export", "touchpoints", "--format", "parquet", "--partition-by", "month", "--output", path)
    months, rows = duckdb.sql(
        f"SELECT count(DISTINCT month), count(*) FROM read_parquet('{path}/*/*.parquet', hive_partitioning = true)"
    ).fetchone()
    expect(months == len(glob.glob(path + "/month=*")) and rows > 0, name, months, rows)
    return f"{months} months, {rows} rows"


def by_datasette(name):
    program = os.path.join(os.path.dirname(sys.executable), "datasette")
    for table in FULL:
        page = subprocess.run(
            [program, HUB, "--get", f"/kith/{table}.json?_size=3"], capture_output=True, text=True, check=True).stdout
        expect(json.loads(page).get("columns"), name, table, page[:200])
    return f"{len(FULL)} tables"


def by_odbc(name, connection_string, tables, prefix, is_copy=False):
    with pyodbc.connect(connection_string, readonly=True) as connection:
        for table in tables:
            connection.execute(f"SELECT * FROM {prefix}{table}").fetchmany(50)
        found = {row.table_name for row in connection.cursor().tables()}
        expect(found >= set(tables), name, set(tables) - found)
    return f"{len(tables)} tables" + (", of a copy: libsqliteodbc writes whatever it is told" if is_copy else "")


def by_dbt(name):
    project = os.path.join(folder, "dbt")
    os.makedirs(os.path.join(project, "models"))
    files = {
        "dbt_project.yml": "{name: kith_check, version: '1.0', profile: kith, model-paths: [models]}",
        "profiles.yml": "kith: {target: dev, outputs: {dev: {type: postgres, host: '%s', port: 5432, user: kith, "
        "password: none, dbname: company, schema: analytics, threads: 2}}}" % socket,
        "models/kith_sources.yml": run("bi", "describe", "--format", "dbt"),
        "models/revenue.sql": "select customer_id, revenue from {{ source('kith', 'customers') }}",
    }
    for path, text in files.items():
        with open(os.path.join(project, path), "w") as file:
            file.write(text)
    result = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "dbt"), "--no-use-colors", "build", "--profiles-dir", "."],
        cwd=project, capture_output=True, text=True, env=os.environ | {"DO_NOT_TRACK": "1"})
    expect(result.returncode == 0, name, result.stdout[-2000:])
    return result.stdout.strip().splitlines()[-1].split("Done. ")[-1]


SUPERSET = """
SECRET_KEY = "only for this check, and for nothing else at all"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
PREVENT_UNSAFE_DB_CONNECTIONS = False
WTF_CSRF_ENABLED = False
"""


def by_superset(name, uri, tables):
    """Imports what `kith bi describe` writes, and asks for rows of every dataset as a chart does."""
    home = os.path.join(folder, name.replace(" ", "-").replace(",", ""))
    os.makedirs(home)
    with open(os.path.join(home, "superset_config.py"), "w") as file:
        file.write(SUPERSET.format(home=home))
    run("bi", "describe", "--format", "superset", "--output", os.path.join(home, "import"), "--uri", uri)
    environment = os.environ | {
        "SUPERSET_CONFIG_PATH": os.path.join(home, "superset_config.py"), "FLASK_APP": "superset", "SUPERSET_HOME": home}

    def tool(*command):
        result = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
        expect(result.returncode == 0, name, command, result.stdout[-1000:], result.stderr[-2000:])
        return result.stdout

    program = os.path.join(superset, "superset")
    tool(program, "db", "upgrade")
    tool(program, "fab", "create-admin", "--username", "admin", "--password", "admin", "--firstname", "A",
         "--lastname", "B", "--email", "admin@example.com")
    tool(program, "init")
    tool(program, "import-directory", os.path.join(home, "import"))
    client = os.path.join(os.path.dirname(os.path.abspath(__file__)), "superset_client.py")
    found = json.loads(tool(os.path.join(superset, "python"), client).strip().splitlines()[-1])
    expect(set(found) == set(tables), name, set(found) ^ set(tables))
    rows = 0
    for table, told in tables.items():
        dataset = found[table]
        expect(dataset["description"] == told["description"], name, table, dataset["description"])
        for column in told["columns"]:
            seen = dataset["columns"].get(column["name"])
            expect(seen and seen["type"] == column["type"] and column["description"] in seen["description"], name, table,
                   column, seen)
            expect(seen["is_dttm"] == (column["type"] in ("DATE", "DATETIME")), name, table, column, seen)
        rows += dataset["rows"]
    return f"{len(tables)} datasets, {rows} rows"


def main():
    url = f"postgres://kith@/company?host={quote(socket, safe='')}"
    run("sync", "--database", url)
    run("bi", "grant", "metabase", "--database", url)
    copy = os.path.join(folder, "copy.sqlite")
    sqlite3.connect(HUB).execute("VACUUM INTO ?", [copy])
    snapshot = os.path.join(folder, "bi.sqlite")
    run("bi", "snapshot", snapshot)
    behind = {"touchpoints", "orders", "order_lines", "survey_responses", "tickets"}
    in_snapshot = {name: table for name, table in PSEUDONYMOUS.items() if name not in behind}
    stop = threading.Event()
    syncs = []

    def sync():
        while not stop.is_set():
            run("sync", "--full")
            run("sync", "--full", "--database", url)
            run("bi", "snapshot", snapshot)
            syncs.append(1)

    writer = threading.Thread(target=sync)
    writer.start()
    reader = POSTGRES.replace("kith@", "metabase@")
    read_only = f"sqlite:///file:{HUB}?mode=ro&uri=true"
    checks = [
        ("SQLAlchemy, SQLite", by_sqlalchemy, read_only, FULL, None, False),
        ("SQLAlchemy, the snapshot for BI", by_sqlalchemy, f"sqlite:///{snapshot}", in_snapshot, None, False),
        ("SQLAlchemy, PostgreSQL", by_sqlalchemy, POSTGRES, FULL, "kith", True),
        ("SQLAlchemy, PostgreSQL, a role without contacts", by_sqlalchemy, reader, PSEUDONYMOUS, "kith_bi", True),
        ("DuckDB, SQLite", by_duckdb, f"ATTACH '{HUB}' AS hub (TYPE sqlite, READ_ONLY)", FULL, "hub"),
        ("DuckDB, the snapshot for BI", by_duckdb, f"ATTACH '{snapshot}' AS hub (TYPE sqlite, READ_ONLY)", in_snapshot,
         "hub"),
        ("DuckDB, PostgreSQL", by_duckdb, f"ATTACH '{POSTGRES}' AS hub (TYPE postgres, READ_ONLY)", FULL, "hub.kith"),
        ("Datasette, SQLite", by_datasette),
        ("ODBC, SQLite", by_odbc, f"Driver=SQLite3;Database={copy}", FULL, "", True),
        ("ODBC, PostgreSQL", by_odbc,
         f"Driver=PostgreSQL Unicode;Servername={socket};Port=5432;Database=company;Uid=metabase", PSEUDONYMOUS, "kith_bi."),
        ("dbt, PostgreSQL", by_dbt),
        ("Superset, the snapshot for BI", by_superset, f"sqlite:///{snapshot}", in_snapshot),
        ("Superset, PostgreSQL", by_superset, reader.replace("postgresql:", "postgresql+psycopg2:"), PSEUDONYMOUS),
        ("Parquet", by_parquet),
        ("Parquet by months", by_months),
    ]
    try:
        for name, check, *arguments in checks:
            print(f"{name}: {check(name, *arguments)}", flush=True)
    finally:
        stop.set()
        writer.join()
    expect(syncs, "no sync went through meanwhile")
    print(f"{len(syncs)} full syncs of both hubs went through meanwhile.")


main()
