-- Schedules: when jobs run, and the jobs that run beside the refresh. What a job runs is one of our own procedures.

CREATE FUNCTION empathy.check_job(job text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (job = ANY (empathy.job_names())) IS NOT TRUE THEN
        RAISE EXCEPTION 'there is no job "%"', job USING ERRCODE = 'undefined_object',
            HINT = format('Jobs are: %s.', array_to_string(empathy.job_names(), ', '));
    END IF;
END $$;
COMMENT ON FUNCTION empathy.check_job(text) IS 'internal: an error unless there is such a job';

-- Retention: how far back the profiles of a source reach.

CREATE FUNCTION empathy.retain_source(id integer, age interval) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before empathy.source;
BEGIN
    SELECT * INTO before FROM empathy.source s WHERE s.source = id;
    UPDATE empathy.source s SET older_than = age WHERE s.source = id;
    IF before.kept_since IS NOT NULL AND (age > before.older_than OR age IS NULL) THEN -- more is to be known again
        UPDATE empathy.source s SET kept_since = NULL WHERE s.source = id;
        INSERT INTO empathy.change_log VALUES (id, NULL, NULL, now());
        PERFORM empathy.wake();
    END IF;
END $$;
COMMENT ON FUNCTION empathy.retain_source(integer, interval) IS 'internal: sets the age after which states of a source go; NULL: never';
REVOKE ALL ON FUNCTION empathy.retain_source(integer, interval) FROM PUBLIC;

-- The states of one source's oldest period that is too old, and the day from which its events count, in one transaction:
-- what is computed on the fly agrees at any time.
CREATE FUNCTION empathy.retain_batch(OUT source integer, OUT states bigint, OUT customers bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    oldest date;
    unit text;
    who text[];
BEGIN
    LOCK TABLE empathy.refresh_lock IN EXCLUSIVE MODE;
    UPDATE empathy.source s SET kept_since = c.cutoff
    FROM (SELECT x.source, empathy.period_of(now() - x.older_than, x.period) AS cutoff FROM empathy.source x) AS c
    WHERE c.source = s.source AND s.older_than IS NOT NULL AND (s.kept_since < c.cutoff) IS NOT FALSE
      AND NOT EXISTS (SELECT FROM empathy.state t WHERE t.source = s.source AND t.period < c.cutoff);
    SELECT s.source, s.period, (SELECT min(t.period) FROM empathy.state t WHERE t.source = s.source)
    INTO source, unit, oldest
    FROM empathy.source s
    WHERE s.older_than IS NOT NULL AND EXISTS (
        SELECT FROM empathy.state t
        WHERE t.source = s.source AND t.period < empathy.period_of(now() - s.older_than, s.period))
    ORDER BY s.source LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH gone AS (
        DELETE FROM empathy.state t WHERE t.source = retain_batch.source AND t.period = oldest RETURNING t.customer
    )
    SELECT count(*), array_agg(customer) INTO states, who FROM gone;
    UPDATE empathy.source s SET kept_since = greatest(s.kept_since, empathy.period_end(oldest, unit))
    WHERE s.source = retain_batch.source;
    customers := empathy.merge_people(who, '-infinity', true);
END $$;
COMMENT ON FUNCTION empathy.retain_batch() IS
    'internal: deletes the states of one period that is older than its source''s profiles are to reach';
REVOKE ALL ON FUNCTION empathy.retain_batch() FROM PUBLIC;

CREATE FUNCTION empathy.retain_done(started timestamptz, states bigint, customers bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO empathy.job_run (job, started_at, finished_at, status, states, customers)
    SELECT 'retention', $1, clock_timestamp(), 'done', $2, $3 WHERE $2 > 0;
    SELECT empathy.job_prune('retention')
$$;
COMMENT ON FUNCTION empathy.retain_done(timestamptz, bigint, bigint) IS 'internal: records what was deleted';
REVOKE ALL ON FUNCTION empathy.retain_done(timestamptz, bigint, bigint) FROM PUBLIC;

CREATE PROCEDURE empathy.retain()
LANGUAGE plpgsql AS $$
DECLARE
    started CONSTANT pg_catalog.timestamptz := pg_catalog.clock_timestamp();
    states pg_catalog.int8 := 0;
    customers pg_catalog.int8 := 0;
    batch record;
BEGIN
    LOOP
        SELECT * INTO batch FROM empathy.retain_batch();
        COMMIT;
        EXIT WHEN batch.source IS NULL;
        states := states OPERATOR(pg_catalog.+) batch.states;
        customers := customers OPERATOR(pg_catalog.+) batch.customers;
    END LOOP;
    PERFORM empathy.retain_done(started, states, customers);
END $$;
COMMENT ON PROCEDURE empathy.retain() IS 'internal: deletes what is older than profiles are to reach, committing period by period';
REVOKE ALL ON PROCEDURE empathy.retain() FROM PUBLIC;

-- Where no worker serves the database, whoever refreshes sees to retention.
CREATE FUNCTION empathy.claim_retention() RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE empathy.job j SET next_start = now() + j.every
    WHERE j.job = 'retention' AND j.enabled AND j.next_start <= now() AND empathy.worker_pid() IS NULL
    RETURNING true
$$;
COMMENT ON FUNCTION empathy.claim_retention() IS 'internal: whether it is time for retention and nobody else sees to it; counts as its start';
REVOKE ALL ON FUNCTION empathy.claim_retention() FROM PUBLIC;

-- Whether a job that is scheduled for now has anything to do, so that no process is started in vain.
CREATE FUNCTION empathy.job_has_work(job text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE job
        WHEN 'rescore' THEN
            RETURN (SELECT min(s.as_of) FROM empathy.score s) < empathy.scores_due(now());
        WHEN 'retrain' THEN
            RETURN EXISTS (SELECT FROM empathy.models_due());
        WHEN 'segments' THEN
            RETURN empathy.is_map_due(now(), false) OR EXISTS (
                SELECT FROM empathy.segment s LEFT JOIN empathy.segment_run r USING (segment)
                WHERE r.tried_at IS NULL OR r.tried_at + s.every <= now());
        ELSE
            RETURN true;
    END CASE;
END $$;
COMMENT ON FUNCTION empathy.job_has_work(text) IS 'internal: whether a job has anything to do now';
REVOKE ALL ON FUNCTION empathy.job_has_work(text) FROM PUBLIC;

-- What users call.

CREATE FUNCTION empathy.schedule(job text, every interval DEFAULT NULL, max_run_time interval DEFAULT NULL,
    retries integer DEFAULT NULL, source regclass DEFAULT NULL, older_than interval DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.check_job(job);
    IF job <> 'retention' AND (source IS NOT NULL OR older_than IS NOT NULL) THEN
        RAISE EXCEPTION 'source and older_than are for the job "retention"' USING ERRCODE = 'invalid_parameter_value';
    ELSIF older_than <= '0' OR (source IS NOT NULL AND older_than IS NULL) THEN
        RAISE EXCEPTION 'older_than must be a positive interval' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF source IS NOT NULL AND NOT EXISTS (SELECT FROM empathy.source s WHERE s.relation = schedule.source) THEN
        RAISE EXCEPTION 'table "%" is not watched', source USING ERRCODE = 'undefined_object',
            HINT = 'The watched tables are listed in empathy.sources.';
    END IF;
    LOCK TABLE empathy.refresh_lock IN EXCLUSIVE MODE;
    IF older_than IS NOT NULL THEN
        PERFORM empathy.retain_source(s.source, schedule.older_than) FROM empathy.source s
        WHERE schedule.source IS NULL OR s.relation = schedule.source;
    ELSIF job = 'retention' AND NOT EXISTS (SELECT FROM empathy.source s WHERE s.older_than IS NOT NULL) THEN
        RAISE EXCEPTION 'nothing says what is too old' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Give older_than, such as ''2 years'', for all watched tables or one source.';
    END IF;
    IF NOT EXISTS (SELECT FROM empathy.job j WHERE j.job = schedule.job) THEN
        INSERT INTO empathy.job (job, every, max_run_time) VALUES (job, '1 day', '1 hour');
    END IF;
    UPDATE empathy.job j
    SET every = coalesce(schedule.every, j.every),
        max_run_time = CASE WHEN schedule.max_run_time IS NULL THEN j.max_run_time ELSE nullif(schedule.max_run_time, '0') END,
        retries = CASE WHEN schedule.retries IS NULL THEN j.retries ELSE nullif(schedule.retries, -1) END,
        next_start = least(j.next_start, now() + coalesce(schedule.every, j.every))
    WHERE j.job = schedule.job;
    PERFORM empathy.wake();
END $$;
COMMENT ON FUNCTION empathy.schedule(text, interval, interval, integer, regclass, interval) IS
    'Says how often a job runs, how long a run may take (0: any time) and how often it is tried again (-1: for ever); for "retention" also how old the states of a source, or of all, may be';

CREATE FUNCTION empathy.unschedule(job text, source regclass DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.check_job(job);
    IF job <> 'retention' AND source IS NOT NULL THEN
        RAISE EXCEPTION 'source is for the job "retention"' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    LOCK TABLE empathy.refresh_lock IN EXCLUSIVE MODE;
    IF job = 'retention' THEN
        PERFORM empathy.retain_source(s.source, NULL) FROM empathy.source s
        WHERE s.older_than IS NOT NULL AND (unschedule.source IS NULL OR s.relation = unschedule.source);
        DELETE FROM empathy.job j
        WHERE j.job = 'retention' AND NOT EXISTS (SELECT FROM empathy.source s WHERE s.older_than IS NOT NULL);
    ELSE
        INSERT INTO empathy.job (job, every, max_run_time)
        SELECT d.job, d.every, d.max_run_time FROM empathy.job_defaults() AS d WHERE d.job = unschedule.job;
    END IF;
    PERFORM empathy.wake();
END $$;
COMMENT ON FUNCTION empathy.unschedule(text, regclass) IS
    'Forgets what schedule() said: a built-in job runs as at first; "retention" does not run for the source, or for any, and profiles reach as far back as the tables';

CREATE FUNCTION empathy.pause(job text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.check_job(job);
    UPDATE empathy.job j SET enabled = false, failures = 0, failing_since = NULL WHERE j.job = pause.job;
END $$;
COMMENT ON FUNCTION empathy.pause(text) IS 'Has a job not started any more, until resume()';

CREATE FUNCTION empathy.resume(job text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.check_job(job);
    UPDATE empathy.job j SET enabled = true, failures = 0, failing_since = NULL, next_start = now() WHERE j.job = resume.job;
    PERFORM empathy.wake();
END $$;
COMMENT ON FUNCTION empathy.resume(text) IS 'Has a job started again that was paused, or that failed too often; a failing one at once';

REVOKE ALL ON FUNCTION empathy.schedule(text, interval, interval, integer, regclass, interval),
    empathy.unschedule(text, regclass), empathy.pause(text), empathy.resume(text) FROM PUBLIC;
