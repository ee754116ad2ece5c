-- What a user finds after CREATE EXTENSION.
BEGIN;
SELECT plan(3);

SELECT has_extension('empathy');
SELECT has_schema('empathy');
SELECT throws_ok(
    'ALTER EXTENSION empathy SET SCHEMA public', '0A000', NULL,
    'the schema is fixed');

SELECT * FROM finish();
ROLLBACK;
