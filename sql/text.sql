-- What a text says. Functions without a model follow the setting empathy.model, so they are STABLE; a named model
-- never changes its meaning, so with it they are IMMUTABLE and fit for indexes and generated columns.

CREATE FUNCTION empathy.sentiment(said text) RETURNS real
    AS 'MODULE_PATHNAME', 'emp_sentiment' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.sentiment(text) IS
    'How positive a text is: -1 to 1; NULL when too little of it is understood';

CREATE FUNCTION empathy.sentiment(said text, model text) RETURNS real
    AS 'MODULE_PATHNAME', 'emp_sentiment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.sentiment(text, text) IS
    'How positive a text is by the named model: -1 to 1; NULL when too little of it is understood';

CREATE FUNCTION empathy.emotion(said text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_emotion' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.emotion(text) IS
    'The strongest emotion in a text; NULL when the model is sure of none';

CREATE FUNCTION empathy.emotion(said text, model text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_emotion' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.emotion(text, text) IS
    'The strongest emotion in a text by the named model; NULL when it is sure of none';

CREATE FUNCTION empathy.emotions(said text) RETURNS TABLE (emotion text, score real)
    AS 'MODULE_PATHNAME', 'emp_emotions' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 28;
COMMENT ON FUNCTION empathy.emotions(text) IS
    'Every emotion that the model knows with its score, 0 to 1, best first; no rows when too little is understood';

CREATE FUNCTION empathy.emotions(said text, model text) RETURNS TABLE (emotion text, score real)
    AS 'MODULE_PATHNAME', 'emp_emotions' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 28;
COMMENT ON FUNCTION empathy.emotions(text, text) IS
    'Every emotion that the named model knows with its score, 0 to 1, best first; no rows when too little is understood';

CREATE FUNCTION empathy.basic_emotion(said text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_basic_emotion' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.basic_emotion(text) IS
    'The strongest of the six basic emotions in a text; NULL when the model is sure of none';

CREATE FUNCTION empathy.basic_emotion(said text, model text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_basic_emotion' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.basic_emotion(text, text) IS
    'The strongest of the six basic emotions in a text by the named model; NULL when it is sure of none';

CREATE FUNCTION empathy.basic_emotions(said text) RETURNS TABLE (emotion text, score real)
    AS 'MODULE_PATHNAME', 'emp_basic_emotions' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 7;
COMMENT ON FUNCTION empathy.basic_emotions(text) IS
    'The six basic emotions and neutral with their scores, 0 to 1, best first; no rows when too little is understood';

CREATE FUNCTION empathy.basic_emotions(said text, model text) RETURNS TABLE (emotion text, score real)
    AS 'MODULE_PATHNAME', 'emp_basic_emotions' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 7;
COMMENT ON FUNCTION empathy.basic_emotions(text, text) IS
    'The six basic emotions and neutral by the named model with their scores, 0 to 1, best first; no rows when too little is understood';

CREATE FUNCTION empathy.intent(said text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_intent' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.intent(text) IS
    'What the writer wants most clearly; NULL when the model is sure of nothing';

CREATE FUNCTION empathy.intent(said text, model text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_intent' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.intent(text, text) IS
    'What the writer wants most clearly by the named model; NULL when it is sure of nothing';

CREATE FUNCTION empathy.intents(said text) RETURNS TABLE (intent text, score real)
    AS 'MODULE_PATHNAME', 'emp_intents' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION empathy.intents(text) IS
    'Every intent that the model knows with its score, 0 to 1, best first; no rows when too little is understood';

CREATE FUNCTION empathy.intents(said text, model text) RETURNS TABLE (intent text, score real)
    AS 'MODULE_PATHNAME', 'emp_intents' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION empathy.intents(text, text) IS
    'Every intent that the named model knows with its score, 0 to 1, best first; no rows when too little is understood';

CREATE FUNCTION empathy.explain_text(said text, task text DEFAULT 'sentiment')
    RETURNS TABLE (pos int, token text, contribution real)
    AS 'MODULE_PATHNAME', 'emp_explain_text' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION empathy.explain_text(text, text) IS
    'What each token gives to a score. The contributions sum exactly to the score before squashing, s: for ''sentiment'' the logit of positive less that of negative, with the sign of empathy.sentiment(); for ''emotion:LABEL'', ''basic:LABEL'' and ''intent:LABEL'' the label''s logit, its score being 1/(1+exp(-s)). pos counts characters from 1; the bias has pos 0';

CREATE FUNCTION empathy.language(said text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_language' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.language(text) IS
    'The language of a text by its ISO 639-1 code; NULL when the model is not sure';

CREATE FUNCTION empathy.mask(said text) RETURNS text
    AS 'MODULE_PATHNAME', 'emp_mask' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.mask(text) IS
    'The text with e-mail addresses, phone, card and bank account numbers, handles and web addresses replaced by [email], [phone], [card], [iban], [user], [url]';
