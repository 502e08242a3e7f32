-- The plainest upsert: the file into a temporary table, from there into one table with a primary key, all as text.
CREATE TABLE IF NOT EXISTS customers (
  id TEXT PRIMARY KEY, given_name TEXT, family_name TEXT, email TEXT, phone TEXT, birth_date TEXT, gender TEXT,
  language TEXT, company TEXT, street TEXT, postcode TEXT, city TEXT, country TEXT, updated_at TEXT);
CREATE TEMP TABLE staging (
  id TEXT, given_name TEXT, family_name TEXT, email TEXT, phone TEXT, birth_date TEXT, gender TEXT,
  language TEXT, company TEXT, street TEXT, postcode TEXT, city TEXT, country TEXT, updated_at TEXT);
.mode csv
.import --schema temp --skip 1 input/customers.csv staging
INSERT INTO customers SELECT * FROM staging WHERE true
ON CONFLICT (id) DO UPDATE SET
  given_name = excluded.given_name, family_name = excluded.family_name, email = excluded.email,
  phone = excluded.phone, birth_date = excluded.birth_date, gender = excluded.gender, language = excluded.language,
  company = excluded.company, street = excluded.street, postcode = excluded.postcode, city = excluded.city,
  country = excluded.country, updated_at = excluded.updated_at;
