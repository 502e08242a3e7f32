# Two commands do all: `make demo` and `make test`. Both install what the build needs, on Debian 12 and Ubuntu.
.PHONY: demo test test-full bench bench-check soak bi-check api-check build release packages test-packages format clean

# One run on made-up data of every kind of tool: build, generate, sync, resolve, show.
demo: packages
	swift build -c release --product kith
	"$$(swift build -c release --show-bin-path)/kith" demo --fresh

# Everything that CI checks.
test: test-packages
	swift build --build-tests --explicit-target-dependency-import-check error
	swift test --skip-build
	$(MAKE) bench-check

# The same with every case of the fault, memory and oracle tests, of which `make test` runs a part, and all benchmarks:
# about two hours.
test-full: test-packages
	swift build --build-tests --explicit-target-dependency-import-check error
	KITH_TESTS=full swift test --skip-build
	$(MAKE) bench

# Kith beside its peers on the same files: about twenty minutes, on a machine that does nothing else.
bench: packages
	swift build -c release --product kith
	swift run -c release --package-path Benchmarks --scratch-path .build-bench kith-bench

# The short form: a small file, Kith, the sqlite3 shell and Python's json, ratios and memory held to limits.
bench-check: packages
	swift build -c release --product kith
	swift run -c release --package-path Benchmarks --scratch-path .build-bench kith-bench --check

# The API for ten minutes at 500 requests a second, while a source is synced: latencies, failures, memory, held to limits.
# SECONDS=120 for a first look.
soak: packages
	swift build -c release --product kith
	swift run -c release --package-path Benchmarks --scratch-path .build-bench kith-bench soak --seconds $(or $(SECONDS),600)

# Superset, SQLAlchemy, DuckDB, pandas, Polars, Datasette, dbt and ODBC on a hub in SQLite, PostgreSQL and Parquet.
bi-check: test-packages
	swift build -c release --product kith
	sh Tests/BIClients/run.sh

# schemathesis asks the API for everything that its OpenAPI document allows, and for much that it does not.
api-check: test-packages
	swift build -c release --product kith
	sh Tests/API/check.sh

build: packages
	swift build --product kith

# One binary that needs no Swift where it runs, only the C libraries of Debian or Ubuntu (see .ci/packages).
release: packages
	swift build -c release --static-swift-stdlib -Xlinker -s --product kith

# The C libraries that Kith stands on, installed when they are missing.
packages:
	@sh .ci/packages

test-packages:
	@sh .ci/packages tests

format:
	swift format format --recursive --in-place Package.swift Sources Plugins Tests

clean:
	swift package clean
