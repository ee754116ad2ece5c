-- Text models that users make from their own labelled texts. A version never changes its meaning, nor is its name given
-- again: what is dropped leaves its row behind.

CREATE TABLE empathy.text_model (
    name            text NOT NULL,
    version         integer NOT NULL CHECK (version OPERATOR(pg_catalog.>) 0),
    model           text NOT NULL UNIQUE,
    task            text NOT NULL CHECK (task OPERATOR(pg_catalog.=) ANY ('{class,sentiment}'::pg_catalog.text[])),
    bytes           bytea,
    checksum        bigint NOT NULL DEFAULT 0,
    base            text,
    negative_offset integer NOT NULL DEFAULT 0,
    positive_offset integer NOT NULL DEFAULT 0,
    texts           bigint NOT NULL,
    classes         integer NOT NULL,
    trained_at      timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    trained_by      text NOT NULL,
    dropped_at      timestamptz,
    PRIMARY KEY (name, version)
);
COMMENT ON TABLE empathy.text_model IS 'Text models made by train_classifier() and calibrate(), one row for each version';
COMMENT ON COLUMN empathy.text_model.name IS 'As given when it was trained; the latest version answers to it';
COMMENT ON COLUMN empathy.text_model.version IS 'Counts the trainings of a name';
COMMENT ON COLUMN empathy.text_model.model IS 'Name and version; its meaning never changes';
COMMENT ON COLUMN empathy.text_model.task IS 'class: a classifier; sentiment: a calibration';
COMMENT ON COLUMN empathy.text_model.bytes IS 'Of a classifier: its model file';
COMMENT ON COLUMN empathy.text_model.checksum IS 'Of the bytes';
COMMENT ON COLUMN empathy.text_model.base IS 'Of a calibration: the model whose sentiment it shifts; of a classifier: the one that it builds on, if any';
COMMENT ON COLUMN empathy.text_model.negative_offset IS 'Added to the logit of negative, in 1/65536';
COMMENT ON COLUMN empathy.text_model.positive_offset IS 'Added to the logit of positive, in 1/65536';
COMMENT ON COLUMN empathy.text_model.texts IS 'How many texts it was trained on';
COMMENT ON COLUMN empathy.text_model.classes IS 'How many labels they had';
COMMENT ON COLUMN empathy.text_model.trained_at IS 'When it was trained';
COMMENT ON COLUMN empathy.text_model.trained_by IS 'Who trained it';
COMMENT ON COLUMN empathy.text_model.dropped_at IS 'When it was dropped; its bytes are gone then';
ALTER TABLE empathy.text_model ALTER COLUMN bytes SET STORAGE EXTERNAL; -- weights don't compress
REVOKE ALL ON empathy.text_model FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.text_model', '');

CREATE TABLE empathy.figure (
    model       text NOT NULL,
    measure     text NOT NULL,
    value       double precision NOT NULL,
    n           bigint NOT NULL,
    measured_on text NOT NULL,
    measured_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
CREATE INDEX figure_model ON empathy.figure (model);
COMMENT ON TABLE empathy.figure IS 'How good models were when they were trained; the view accuracy shows it';
COMMENT ON INDEX empathy.figure_model IS 'Figures of a model';
COMMENT ON COLUMN empathy.figure.model IS 'Name and version of the model';
COMMENT ON COLUMN empathy.figure.measure IS 'What was measured';
COMMENT ON COLUMN empathy.figure.value IS 'The figure';
COMMENT ON COLUMN empathy.figure.n IS 'Number of observations behind it';
COMMENT ON COLUMN empathy.figure.measured_on IS 'On what it was measured';
COMMENT ON COLUMN empathy.figure.measured_at IS 'When it was measured';
REVOKE ALL ON empathy.figure FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.figure', '');

CREATE VIEW empathy.accuracy AS
    SELECT f.model, f.measure, f.value, f.n, f.measured_on, f.measured_at FROM empathy.figure f;
COMMENT ON VIEW empathy.accuracy IS 'How good the models are: each figure with what it was measured on';
COMMENT ON COLUMN empathy.accuracy.model IS 'Name and version of the model';
COMMENT ON COLUMN empathy.accuracy.measure IS 'What was measured';
COMMENT ON COLUMN empathy.accuracy.value IS 'The figure';
COMMENT ON COLUMN empathy.accuracy.n IS 'Number of observations behind it';
COMMENT ON COLUMN empathy.accuracy.measured_on IS 'On what it was measured';
COMMENT ON COLUMN empathy.accuracy.measured_at IS 'When it was measured';
REVOKE ALL ON empathy.accuracy FROM PUBLIC;

CREATE FUNCTION empathy.train_classifier(name text, query text, base text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_train_classifier' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION empathy.train_classifier(text, text, text) IS
    'Learns labels of your own from a query''s (text, label) and stores them as the next version of the name, which it returns; measured on rows held out. With a base it starts from what that model knows of words';
REVOKE ALL ON FUNCTION empathy.train_classifier(text, text, text) FROM PUBLIC;

CREATE FUNCTION empathy.calibrate(name text, query text, base text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_calibrate' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION empathy.calibrate(text, text, text) IS
    'Fits a model''s sentiment to a query''s (text, label), labels being negative, neutral and positive, and stores it as the next version of the name, which it returns';
REVOKE ALL ON FUNCTION empathy.calibrate(text, text, text) FROM PUBLIC;

CREATE FUNCTION empathy.drop_classifier(name text) RETURNS integer
LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone text[];
BEGIN
    WITH dropped AS (
        UPDATE empathy.text_model AS m SET dropped_at = clock_timestamp(), bytes = NULL
        WHERE $1 IN (m.name, m.model) AND m.dropped_at IS NULL
        RETURNING m.model
    )
    SELECT array_agg(d.model) INTO gone FROM dropped AS d;
    IF gone IS NULL THEN
        RAISE EXCEPTION 'model "%" does not exist', $1 USING ERRCODE = 'undefined_object',
            HINT = 'The view empathy.models lists those that exist. What comes with the extension can''t be dropped.';
    END IF;
    DELETE FROM empathy.figure AS f WHERE f.model = ANY (gone);
    RETURN cardinality(gone);
END $$;
COMMENT ON FUNCTION empathy.drop_classifier(text) IS
    'Drops a model made by train_classifier() or calibrate(): one version, or all of a name. Returns how many. Their names are not given again';
REVOKE ALL ON FUNCTION empathy.drop_classifier(text) FROM PUBLIC;

CREATE FUNCTION empathy.classify(said text, model text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_classify' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.classify(text, text) IS
    'The class of a text by a classifier of your own: a version ("mine-3") or the latest of a name ("mine"). NULL when it is not sure';

CREATE FUNCTION empathy.classes(said text, model text) RETURNS TABLE (class text, score real)
    AS 'MODULE_PATHNAME', 'emp_classes' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION empathy.classes(text, text) IS
    'Every class of a classifier of your own with its score, 0 to 1, best first; what is missing from their sum to 1 it can''t judge';

CREATE FUNCTION empathy.trainings() RETURNS TABLE (pid integer, phase text, texts bigint, done double precision)
    AS 'MODULE_PATHNAME', 'emp_trainings' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 2;
COMMENT ON FUNCTION empathy.trainings() IS 'internal: trainings that are under way in this database';
REVOKE ALL ON FUNCTION empathy.trainings() FROM PUBLIC;

CREATE VIEW empathy.training AS
    SELECT t.pid, a.usename::text AS trained_by, a.query, a.query_start AS started_at, t.phase, t.texts, t.done
    FROM empathy.trainings() AS t JOIN pg_catalog.pg_stat_activity AS a ON a.pid OPERATOR(pg_catalog.=) t.pid;
COMMENT ON VIEW empathy.training IS 'Trainings of users'' own models that are under way; cancel one with pg_cancel_backend(pid)';
COMMENT ON COLUMN empathy.training.pid IS 'Of the session that trains';
COMMENT ON COLUMN empathy.training.trained_by IS 'Its user';
COMMENT ON COLUMN empathy.training.query IS 'Its command, for those who may see it';
COMMENT ON COLUMN empathy.training.started_at IS 'When the command began';
COMMENT ON COLUMN empathy.training.phase IS 'reading, measuring, fitting, storing';
COMMENT ON COLUMN empathy.training.texts IS 'Texts, or rows, read';
COMMENT ON COLUMN empathy.training.done IS 'Share of the phase that is done, 0 to 1; NULL while reading';
REVOKE ALL ON empathy.training FROM PUBLIC;
