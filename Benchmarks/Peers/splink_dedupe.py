"""Who is who in a CSV of people with Splink: cleaned in DuckDB, a model trained without labels, clusters as a CSV.

Written after Splink's documentation: comparisons of its library where it has them, its tips for blocking rules and for
training, the thresholds of its examples.
"""

import sys

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

# Umlauts that were typed as two letters, and those that lost their dots, are the same letter afterwards.
CLEAN = r"""
CREATE MACRO folded(text) AS nullif(trim(
  replace(replace(replace(strip_accents(lower(text)), 'ae', 'a'), 'oe', 'o'), 'ue', 'u'), ' .'), '');
CREATE TABLE people AS
WITH named AS (
  SELECT *,
    CASE WHEN full_name IS NULL THEN given_name
      WHEN contains(full_name, ',') THEN split_part(full_name, ',', 2)
      ELSE regexp_replace(full_name, '\s+((von|de)\s+)?\S+$', '', 'i') END AS given,
    CASE WHEN full_name IS NULL THEN family_name
      WHEN contains(full_name, ',') THEN split_part(full_name, ',', 1)
      ELSE regexp_extract(full_name, '((?:(?:von|de)\s+)?\S+)$', 1, 'i') END AS family
  FROM read_csv(?, header = true, all_varchar = true)
)
SELECT
  record_id, folded(given) AS given, folded(family) AS family,
  folded(given) || ' ' || folded(family) AS whole_name,
  nullif(lower(trim(email)), '') AS email,
  nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 9), '') AS phone,
  coalesce(try_strptime(birth_date, '%Y-%m-%d'), try_strptime(birth_date, '%d.%m.%Y'))::DATE AS birth_date,
  regexp_replace(folded(street), 'str\.', 'strasse') AS street,
  postcode, customer_number
FROM named
"""

# Many strict rules rather than few loose ones.
BLOCKING = [
    block_on("email"),
    block_on("phone"),
    block_on("customer_number"),
    block_on("given", "family"),
    block_on("family", "birth_date"),
    block_on("given", "birth_date"),
    block_on("street", "postcode"),
    block_on("postcode", "family", "substr(given, 1, 1)"),
]

# What ForenameSurnameComparison of the library does, and beside it what it takes for less than it is (an initial, a
# short form, one of the names missing), so that a family name alone is what members of a household have in common. Of
# one person it is left to those like Hans, who is Johannes: a guess, as training takes households for persons.
NAME = cl.CustomComparison(output_column_name="name", comparison_levels=[
    cll.And(cll.NullLevel("given"), cll.NullLevel("family")),
    cll.ExactMatchLevel("whole_name").configure(tf_adjustment_column="whole_name"),
    cll.ColumnsReversedLevel("given", "family", symmetrical=True),
    cll.And(cll.JaroWinklerLevel("given", 0.88), cll.JaroWinklerLevel("family", 0.88)),
    cll.And(cll.ExactMatchLevel("family"), cll.NullLevel("given")),
    cll.And(cll.ExactMatchLevel("given"), cll.NullLevel("family")),
    cll.And(
        cll.JaroWinklerLevel("family", 0.88),
        cll.CustomLevel("given_l[1] = given_r[1] AND least(length(given_l), length(given_r)) = 1", "initial")),
    cll.And(cll.JaroWinklerLevel("family", 0.88), cll.CustomLevel("given_l[:2] = given_r[:2]", "same beginning")),
    cll.ExactMatchLevel("family").configure(
        tf_adjustment_column="family", m_probability=0.005, fix_m_probability=True),
    cll.ExactMatchLevel("given").configure(tf_adjustment_column="given"),
    cll.ElseLevel(),
])

# Street and postcode in one, as they depend on each other: apart, each would count as if the other were not known.
ADDRESS = cl.CustomComparison(output_column_name="address", comparison_levels=[
    cll.And(cll.NullLevel("street"), cll.NullLevel("postcode")),
    cll.And(cll.ExactMatchLevel("street"), cll.ExactMatchLevel("postcode")),
    cll.And(cll.JaroWinklerLevel("street", 0.9), cll.ExactMatchLevel("postcode")),
    cll.ExactMatchLevel("postcode").configure(tf_adjustment_column="postcode"),
    cll.JaroWinklerLevel("street", 0.9),
    cll.ElseLevel(),
])

COMPARISONS = [
    NAME,
    cl.EmailComparison("email"),
    cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
    cl.DateOfBirthComparison("birth_date", input_is_string=False),
    ADDRESS,
    cl.ExactMatch("customer_number"),
]

# Rules that hardly ever join two persons, and the share of all true pairs that they find.
CERTAIN = [
    block_on("email", "given"),
    block_on("customer_number"),
    block_on("given", "family", "birth_date"),
    block_on("given", "family", "phone"),
    block_on("given", "family", "street"),
]
RECALL = 0.7


def train(linker):
    training = linker.training
    training.estimate_probability_two_random_records_match(CERTAIN, recall=RECALL)
    training.estimate_u_using_random_sampling(max_pairs=1e7)
    for rule in (block_on("email"), block_on("given", "family"), block_on("family", "birth_date")):
        # Much faster so, by its documentation, on the many pairs that have one name; the clusters are the same here.
        training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)


def main(source, target):
    database = duckdb.connect()
    for statement in CLEAN.split(";\n"):
        database.execute(statement, [source] if "?" in statement else None)
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="record_id", comparisons=COMPARISONS,
        blocking_rules_to_generate_predictions=BLOCKING, retain_matching_columns=False)
    linker = Linker(DuckDBAPI(database).register(database.table("people")), settings)
    train(linker)
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
    clusters.as_duckdbpyrelation().select("record_id, cluster_id").write_csv(target, header=True)


main(*sys.argv[1:])
