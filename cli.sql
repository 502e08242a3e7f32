PRAGMA journal_mode=WAL;
CREATE TABLE customers(id TEXT PRIMARY KEY, given_name TEXT, family_name TEXT, email TEXT, phone TEXT, birth_date TEXT, gender TEXT, language TEXT, company TEXT, street TEXT, postcode TEXT, city TEXT, country TEXT, updated_at TEXT);
CREATE TEMP TABLE t(id, given_name, family_name, email, phone, birth_date, gender, language, company, street, postcode, city, country, updated_at);
.mode csv
.import --skip 1 c1.csv t
INSERT INTO customers SELECT * FROM t WHERE true ON CONFLICT(id) DO UPDATE SET given_name=excluded.given_name, family_name=excluded.family_name, email=excluded.email, phone=excluded.phone, birth_date=excluded.birth_date, gender=excluded.gender, language=excluded.language, company=excluded.company, street=excluded.street, postcode=excluded.postcode, city=excluded.city, country=excluded.country, updated_at=excluded.updated_at;
