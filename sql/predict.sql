-- Users' own models: a yes-or-no label learned from a table's columns.

CREATE TABLE empathy.predictor (
    name       text NOT NULL,
    version    integer NOT NULL CHECK (version OPERATOR(pg_catalog.>) 0),
    model      text NOT NULL UNIQUE,
    bytes      bytea,
    label      text NOT NULL,
    answer     text NOT NULL,
    features   text[] NOT NULL,
    method     text NOT NULL,
    n_rows     bigint NOT NULL,
    trained_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    trained_by text NOT NULL,
    dropped_at timestamptz,
    PRIMARY KEY (name, version)
);
COMMENT ON TABLE empathy.predictor IS
    'Models made by train_model(), one row for each version, which never changes its meaning; what is dropped leaves its row behind, so no name is given twice';
COMMENT ON COLUMN empathy.predictor.name IS 'As given when it was trained; the latest version answers to it';
COMMENT ON COLUMN empathy.predictor.version IS 'Counts the trainings of a name';
COMMENT ON COLUMN empathy.predictor.model IS 'Name and version; its meaning never changes';
COMMENT ON COLUMN empathy.predictor.bytes IS 'The model itself';
COMMENT ON COLUMN empathy.predictor.label IS 'The column that it predicts';
COMMENT ON COLUMN empathy.predictor.answer IS 'The value of that column whose probability it gives';
COMMENT ON COLUMN empathy.predictor.features IS 'The columns that it has learned from';
COMMENT ON COLUMN empathy.predictor.method IS 'What did best on rows held out';
COMMENT ON COLUMN empathy.predictor.n_rows IS 'How many rows it was trained on';
COMMENT ON COLUMN empathy.predictor.trained_at IS 'When it was trained';
COMMENT ON COLUMN empathy.predictor.trained_by IS 'Who trained it';
COMMENT ON COLUMN empathy.predictor.dropped_at IS 'When it was dropped; its bytes are gone then';
REVOKE ALL ON empathy.predictor FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.predictor', '');

CREATE FUNCTION empathy.train_model(name text, query text, label text DEFAULT 'label') RETURNS text
    LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'emp_train_model';
COMMENT ON FUNCTION empathy.train_model(text, text, text) IS
    'Learns to predict a query''s label, which has two values, from its other columns, and stores the model as the next version of the name, which it returns; measured on rows held out';
REVOKE ALL ON FUNCTION empathy.train_model(text, text, text) FROM PUBLIC;

CREATE FUNCTION empathy.predict(model text, "row" record) RETURNS real
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_predict';
COMMENT ON FUNCTION empathy.predict(text, record) IS
    'The probability of a model''s label for a row, whose columns are matched by their names; a model is a version ("visits-3") or the latest of a name ("visits")';

CREATE FUNCTION empathy.explain_prediction(model text, "row" record)
    RETURNS TABLE (factor text, value text, contribution double precision)
    LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 20 AS 'MODULE_PATHNAME', 'emp_explain_prediction';
COMMENT ON FUNCTION empathy.explain_prediction(text, record) IS
    'Why a prediction is what it is: parts that sum to its logit, one for each column, the largest first after that of no column';

CREATE FUNCTION empathy.drop_model(name text) RETURNS integer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone text[];
BEGIN
    WITH dropped AS (
        UPDATE empathy.predictor AS p SET dropped_at = clock_timestamp(), bytes = NULL
        WHERE $1 IN (p.name, p.model) AND p.dropped_at IS NULL
        RETURNING p.model
    )
    SELECT array_agg(d.model) INTO gone FROM dropped AS d;
    IF gone IS NULL THEN
        RAISE EXCEPTION 'model "%" does not exist', $1 USING ERRCODE = 'undefined_object',
            HINT = 'The view empathy.models lists those that exist.';
    END IF;
    DELETE FROM empathy.figure AS f WHERE f.model = ANY (gone);
    RETURN cardinality(gone);
END $$;
COMMENT ON FUNCTION empathy.drop_model(text) IS
    'Drops a model made by train_model(): one version, or all of a name. Returns how many. Their names are not given again';
REVOKE ALL ON FUNCTION empathy.drop_model(text) FROM PUBLIC;
