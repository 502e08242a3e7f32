#!/bin/sh
# Opens a hub with the clients of BI people, on SQLite, PostgreSQL and Parquet: `make bi-check`. Installs them from PyPI
# into .build/bi-clients, and needs PostgreSQL's server and the drivers odbc-postgresql and libsqliteodbc.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD
kith="$(swift build -c release --show-bin-path)/kith"
venv="$root/.build/bi-clients"
if [ ! -x "$venv/bin/dbt" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "dbt-core<1.12" dbt-postgres "datasette<1" pandas polars pyarrow "duckdb==1.5.5" \
    "duckdb-extension-sqlite-scanner==1.5.5" "duckdb-extension-postgres-scanner==1.5.5" \
    sqlalchemy psycopg2-binary pyodbc
fi
# Superset's packages do not go with those of the others; some that it needs it does not name.
superset="$root/.build/bi-superset"
if [ ! -x "$superset/bin/superset" ]; then
  python3 -m venv "$superset"
  "$superset/bin/pip" install --quiet "apache-superset==6.1.0" "flask-caching==2.3.1" cachetools psycopg2-binary rich
fi
folder=$(mktemp -d /tmp/kith-bi.XXXXXX)
chmod 755 "$folder"
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as() { if [ "$(id -u)" -eq 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
data="$folder/postgres"
mkdir "$data"
if [ "$(id -u)" -eq 0 ]; then chown postgres "$data"; fi
trap 'as "$bin/pg_ctl -D $data/data -m immediate stop" >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
as "$bin/initdb -D $data/data -U kith --auth=trust -E UTF8 --locale=C.UTF-8" >/dev/null
as "$bin/pg_ctl -D $data/data -l $data/log -w -o \"-c listen_addresses='' -c unix_socket_directories=$data\" start" >/dev/null
as "$bin/createdb -h $data -U kith company"
mkdir "$folder/hub"
cp -Rp connectors.yml samples "$folder/hub/"
# A file that was written just now may still be growing.
find "$folder/hub/samples" -type f -exec touch -d '1 hour ago' {} +
(cd "$folder/hub" && "$kith" sync >/dev/null 2>&1)
"$venv/bin/python" Tests/BIClients/check.py "$kith" "$folder/hub" "$data" "$superset/bin"
