"""The customers' CSV into SQLite with dlt: one resource, merged by its primary key."""

import csv
import sys

import dlt

PAGE = 5_000


@dlt.resource(name="customers", primary_key="id", write_disposition="merge")
def customers(path):
    page = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            page.append(row)
            if len(page) == PAGE:
                yield page
                page = []
    yield page


def main(source, target):
    # The data set "main" is the database file itself; any other name would be a file beside it.
    pipeline = dlt.pipeline(
        pipeline_name="bench", pipelines_dir="pipelines", dataset_name="main",
        # Without the primary keys, which are not its default, a merge takes time by the square of the rows.
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{target}", create_primary_keys=True))
    pipeline.run(customers(source))


main(*sys.argv[1:])
