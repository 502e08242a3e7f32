#!/bin/sh
# Lets schemathesis ask the API, on a hub of sample data, for everything that its OpenAPI document allows and much that it does not.
# KITH is the program (default: the release build), KITH_VENV a folder for schemathesis.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kith=${KITH:-$root/.build/release/kith}
work=$(mktemp -d)
venv=${KITH_VENV:-$work/venv}
serving=
stop() {
  [ -z "$serving" ] || kill "$serving" 2>/dev/null || true
  [ -z "$serving" ] || wait "$serving" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM

if [ ! -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q 'schemathesis>=4.32,<5'
fi

cp -r "$root/samples" "$root/connectors.yml" "$work"
cd "$work"
"$kith" sync >sync.log 2>&1 || { cat sync.log; exit 1; }
token=$("$kith" token create --role admin --name schemathesis 2>/dev/null)
"$kith" serve --listen 127.0.0.1:0 --requests-per-second 100000 2>serve.log &
serving=$!
until grep -q 'answers at' serve.log; do
  kill -0 "$serving" || { cat serve.log; exit 1; }
  sleep 0.1
done
address=$(sed -n 's/.*answers at //p' serve.log)

"$venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run "$address/api/v1/openapi.json" \
  --header "Authorization: Bearer $token" --max-examples "${KITH_EXAMPLES:-50}" --seed "${KITH_SEED:-1}" || {
  echo "the server's log:"; tail -20 serve.log; exit 1; }
grep -c 'request_failed\|internal-error' serve.log && exit 1 || true
