-- Background work: which jobs there are, how they went, and the worker that runs them (src/worker).

CREATE TABLE empathy.job (
    job           text PRIMARY KEY,
    every         interval NOT NULL CHECK (every OPERATOR(pg_catalog.>) interval '0'),
    enabled       boolean NOT NULL DEFAULT true,
    next_start    timestamptz NOT NULL DEFAULT pg_catalog.now(),
    last_start    timestamptz,
    last_finish   timestamptz,
    last_success  timestamptz,
    failures      integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    last_error    text
);
COMMENT ON TABLE empathy.job IS 'What runs in the background and how often; change "every" and "enabled" here (a row more runs nothing)';
COMMENT ON COLUMN empathy.job.job IS 'Name of the job';
COMMENT ON COLUMN empathy.job.every IS 'Shortest time from one start to the next';
COMMENT ON COLUMN empathy.job.enabled IS 'False pauses the job';
COMMENT ON COLUMN empathy.job.next_start IS 'Not started before this time; a failure moves it';
COMMENT ON COLUMN empathy.job.last_start IS 'Start of the last recorded run';
COMMENT ON COLUMN empathy.job.last_finish IS 'End of the last recorded run; before last_start when it never came';
COMMENT ON COLUMN empathy.job.last_success IS 'End of the last recorded run without an error';
COMMENT ON COLUMN empathy.job.failures IS 'Failures since the last success';
COMMENT ON COLUMN empathy.job.failing_since IS 'First failure since the last success';
COMMENT ON COLUMN empathy.job.last_error IS 'The last error, kept after it is over';

-- A dump carries the rows above, the built-in one included, which CREATE EXTENSION has just made again.
-- What is inserted takes the place of what was there, and starts without a past.
CREATE FUNCTION empathy.job_replace() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM empathy.job WHERE job = NEW.job;
    NEW.next_start := now();
    NEW.last_start := NULL;
    NEW.last_finish := NULL;
    NEW.last_success := NULL;
    NEW.failures := 0;
    NEW.failing_since := NULL;
    NEW.last_error := NULL;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION empathy.job_replace() IS 'internal: trigger: an inserted job replaces the one of that name';
REVOKE ALL ON FUNCTION empathy.job_replace() FROM PUBLIC;

CREATE TRIGGER job_replace BEFORE INSERT ON empathy.job
    FOR EACH ROW EXECUTE FUNCTION empathy.job_replace();
COMMENT ON TRIGGER job_replace ON empathy.job IS 'An inserted job replaces the one of that name';

INSERT INTO empathy.job (job, every) VALUES ('refresh', '20 milliseconds');

CREATE TABLE empathy.job_run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job         text NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    status      text NOT NULL CHECK (status OPERATOR(pg_catalog.=) ANY ('{done,failed}'::pg_catalog.text[])),
    changes     bigint,
    states      bigint,
    customers   bigint,
    error       text
);
CREATE INDEX job_run_kept ON empathy.job_run (job, status, id);
COMMENT ON TABLE empathy.job_run IS 'Runs that changed something or failed; the last 1,000 of each, failures for a month';
COMMENT ON COLUMN empathy.job_run.id IS 'Order in which runs were recorded';
COMMENT ON COLUMN empathy.job_run.job IS 'Name of the job';
COMMENT ON COLUMN empathy.job_run.started_at IS 'When it started';
COMMENT ON COLUMN empathy.job_run.finished_at IS 'When it ended';
COMMENT ON COLUMN empathy.job_run.status IS 'done or failed';
COMMENT ON COLUMN empathy.job_run.changes IS 'Change log rows consumed';
COMMENT ON COLUMN empathy.job_run.states IS 'States that changed';
COMMENT ON COLUMN empathy.job_run.customers IS 'Customers whose profile changed';
COMMENT ON COLUMN empathy.job_run.error IS 'Why it failed';
COMMENT ON INDEX empathy.job_run_kept IS 'Finds the oldest runs that are kept';

-- Holds a row while stop_worker() is in force.
CREATE TABLE empathy.worker_stop (
    stopped_at timestamptz NOT NULL,
    stopped_by text NOT NULL
);
CREATE UNIQUE INDEX worker_stop_once ON empathy.worker_stop ((true));
COMMENT ON TABLE empathy.worker_stop IS 'Holds one row while the worker of this database is to stay stopped';
COMMENT ON COLUMN empathy.worker_stop.stopped_at IS 'When stop_worker() was called';
COMMENT ON COLUMN empathy.worker_stop.stopped_by IS 'The role that called it';
COMMENT ON INDEX empathy.worker_stop_once IS 'There is at most one row';
ALTER TABLE empathy.worker_stop REPLICA IDENTITY FULL; -- see empathy.change_log

REVOKE ALL ON empathy.job, empathy.job_run, empathy.worker_stop FROM PUBLIC;

-- What was configured survives dump and restore; how it went does not.
SELECT pg_catalog.pg_extension_config_dump('empathy.job', '');
SELECT pg_catalog.pg_extension_config_dump('empathy.worker_stop', '');

-- Bookkeeping, called by the worker.

CREATE FUNCTION empathy.job_due(job text, last_start timestamptz) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT least(extract(epoch FROM j.every) * 1000, 86400000)::integer
    FROM empathy.job j
    WHERE j.job = $1 AND j.enabled AND j.next_start <= clock_timestamp()
        AND ($2 IS NULL OR $2 + j.every <= clock_timestamp())
$$;
COMMENT ON FUNCTION empathy.job_due(text, timestamptz) IS
    'internal: milliseconds from one start to the next of a job that is to start now, given the start that the worker remembers; NULL if it is not';

CREATE FUNCTION empathy.job_started(job text, started_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE empathy.job j SET last_start = $2 WHERE j.job = $1
$$;
COMMENT ON FUNCTION empathy.job_started(text, timestamptz) IS 'internal: records that a run began';

CREATE FUNCTION empathy.job_prune(job text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    DELETE FROM empathy.job_run r
    WHERE r.job = $1 AND r.status = 'failed' AND r.started_at < now() - interval '1 month';
    DELETE FROM empathy.job_run r
    USING (VALUES ('done'), ('failed')) s (status)
    WHERE r.job = $1 AND r.status = s.status
        AND r.id <= (SELECT k.id FROM empathy.job_run k
                     WHERE k.job = $1 AND k.status = s.status
                     ORDER BY k.id DESC OFFSET 1000 LIMIT 1);
$$;
COMMENT ON FUNCTION empathy.job_prune(text) IS
    'internal: keeps the last 1,000 runs of each outcome, and failures no longer than a month';

CREATE FUNCTION empathy.job_done(job text, started_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE empathy.job j
    SET last_start = $2, last_finish = clock_timestamp(), last_success = clock_timestamp(),
        next_start = $2 + j.every, failures = 0, failing_since = NULL
    WHERE j.job = $1;
    SELECT empathy.job_prune($1);
$$;
COMMENT ON FUNCTION empathy.job_done(text, timestamptz) IS 'internal: records that a run ended well';

-- The wait doubles with each failure up to 5 minutes; half of it is random, so that databases that fail together
-- don't come back together.
CREATE FUNCTION empathy.job_failed(job text, started_at timestamptz, error text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE empathy.job j
    SET last_start = $2, last_finish = clock_timestamp(), last_error = $3,
        failures = j.failures + 1, failing_since = coalesce(j.failing_since, clock_timestamp()),
        next_start = clock_timestamp() + make_interval(
            secs => least(300, 2 ^ least(j.failures + 1, 9)) * (0.5 + random() / 2))
    WHERE j.job = $1;
    INSERT INTO empathy.job_run (job, started_at, finished_at, status, error)
    VALUES ($1, $2, clock_timestamp(), 'failed', $3);
    SELECT empathy.job_prune($1);
$$;
COMMENT ON FUNCTION empathy.job_failed(text, timestamptz, text) IS
    'internal: records a failure and puts off the next start: 1 s at first, 5 min at most';

-- A run that ended with its process may be what ended it: counted as a failure, it is not tried in a tight loop.
CREATE FUNCTION empathy.job_recover(job text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT empathy.job_failed(j.job, j.last_start, 'the worker or the server ended during the run')
    FROM empathy.job j
    WHERE j.job = $1 AND j.last_start > coalesce(j.last_finish, '-infinity')
$$;
COMMENT ON FUNCTION empathy.job_recover(text) IS 'internal: counts a run whose end was never recorded as a failure';

REVOKE ALL ON FUNCTION
    empathy.job_due(text, timestamptz), empathy.job_started(text, timestamptz), empathy.job_prune(text),
    empathy.job_done(text, timestamptz), empathy.job_failed(text, timestamptz, text), empathy.job_recover(text)
    FROM PUBLIC;

-- The worker of this database. A view's functions run as the reader, so worker_preloaded(), worker_pid() and
-- worker_note() are for everybody who was given the view; they show nothing of the data.

CREATE FUNCTION empathy.worker_preloaded() RETURNS boolean
LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_worker_preloaded';
COMMENT ON FUNCTION empathy.worker_preloaded() IS 'Whether the library was in shared_preload_libraries at server start';

CREATE FUNCTION empathy.worker_launch() RETURNS integer
LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'emp_worker_launch';
COMMENT ON FUNCTION empathy.worker_launch() IS 'internal: starts a worker process for this database and returns its pid; see start_worker()';
REVOKE ALL ON FUNCTION empathy.worker_launch() FROM PUBLIC;

CREATE FUNCTION empathy.worker_end(pid integer) RETURNS void
LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'emp_worker_end';
COMMENT ON FUNCTION empathy.worker_end(integer) IS 'internal: tells a worker process to end for good; see stop_worker()';
REVOKE ALL ON FUNCTION empathy.worker_end(integer) FROM PUBLIC;

-- The worker is whoever holds its lock: (this database, pg_extension, empathy, 1).
CREATE FUNCTION empathy.worker_pid() RETURNS integer
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.pid
    FROM pg_locks l
    JOIN pg_database d ON d.oid = l.database
    JOIN pg_extension e ON e.oid = l.objid
    WHERE l.locktype = 'object' AND l.classid = 'pg_extension'::regclass AND l.objsubid = 1 AND l.granted
        AND d.datname = current_database() AND e.extname = 'empathy'
$$;
COMMENT ON FUNCTION empathy.worker_pid() IS 'Process id of the worker that serves this database, NULL when there is none';

CREATE FUNCTION empathy.start_worker() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pid integer := empathy.worker_pid();
    patience timestamptz := clock_timestamp() + interval '5 seconds';
BEGIN
    DELETE FROM empathy.worker_stop;
    IF pid IS NOT NULL THEN
        RETURN pid;
    END IF;
    PERFORM empathy.worker_launch();
    LOOP
        pid := empathy.worker_pid();
        IF pid IS NOT NULL THEN
            RETURN pid;
        END IF;
        IF clock_timestamp() > patience THEN
            RAISE EXCEPTION 'the worker ended as soon as it was started'
                USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'The server log says why.';
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
END
$$;
COMMENT ON FUNCTION empathy.start_worker() IS
    'Starts the background worker of this database, unless it runs, and returns its pid. It is restarted after a crash, but without preloading not when the server is restarted';
REVOKE ALL ON FUNCTION empathy.start_worker() FROM PUBLIC;

CREATE FUNCTION empathy.stop_worker() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    running integer := empathy.worker_pid();
    patience timestamptz := clock_timestamp() + interval '5 seconds';
BEGIN
    INSERT INTO empathy.worker_stop VALUES (now(), session_user) ON CONFLICT DO NOTHING;
    IF running IS NULL THEN
        RETURN false;
    END IF;
    PERFORM empathy.worker_end(running);
    WHILE empathy.worker_pid() = running LOOP
        IF clock_timestamp() > patience THEN
            RAISE EXCEPTION 'the worker with pid % was told to end, but still runs', running
                USING ERRCODE = 'object_in_use', HINT = 'Call empathy.stop_worker() again.';
        END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN true;
END
$$;
COMMENT ON FUNCTION empathy.stop_worker() IS
    'Stops the background worker of this database; true if one ran. It stays stopped, also after a restart of the server, until start_worker()';
REVOKE ALL ON FUNCTION empathy.stop_worker() FROM PUBLIC;

-- SECURITY DEFINER: sees what the launcher reports, which other roles may not.
CREATE FUNCTION empathy.worker_note() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stop empathy.worker_stop;
    owner pg_roles;
    launcher text;
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN 'the server is in recovery: work begins when it is promoted';
    END IF;
    SELECT * INTO stop FROM empathy.worker_stop;
    IF FOUND THEN
        RETURN format('stopped by %s at %s: SELECT empathy.start_worker()',
                      stop.stopped_by, date_trunc('second', stop.stopped_at));
    END IF;
    SELECT r.* INTO owner FROM pg_roles r JOIN pg_extension e ON e.extowner = r.oid WHERE e.extname = 'empathy';
    IF NOT owner.rolsuper THEN
        RETURN format('the extension belongs to %I, who is no superuser: CALL empathy.refresh() instead', owner.rolname);
    END IF;
    IF NOT empathy.worker_preloaded() THEN
        RETURN 'no worker runs in this database: SELECT empathy.start_worker(), or preload the library';
    END IF;
    SELECT a.query INTO launcher FROM pg_stat_activity a WHERE a.backend_type = 'empathy launcher';
    RETURN CASE
        WHEN NOT FOUND THEN 'no launcher runs: it is about to be restarted, or found no free background worker slot: raise max_worker_processes'
        WHEN launcher <> '' THEN launcher
        ELSE 'no worker yet: the launcher looks here within a minute, SELECT empathy.start_worker() starts one at once'
    END;
END
$$;
COMMENT ON FUNCTION empathy.worker_note() IS 'Why no worker runs in this database, in plain words';
-- Whoever is granted the view jobs needs these two as well.
REVOKE ALL ON FUNCTION empathy.worker_pid(), empathy.worker_note() FROM PUBLIC;

CREATE VIEW empathy.jobs AS
SELECT j.job, j.every, j.enabled, j.next_start, j.last_start, j.last_finish, j.last_success,
       j.failures, j.failing_since, j.last_error,
       CASE WHEN w.preloaded THEN 'preloaded' ELSE 'on demand' END AS mode,
       w.pid AS worker_pid,
       CASE
           WHEN NOT j.enabled THEN 'paused'
           WHEN w.pid IS NULL THEN empathy.worker_note()
           WHEN j.failures > 0 THEN
               pg_catalog.format('failing since %s: %s', pg_catalog.date_trunc('second', j.failing_since),
                                 pg_catalog.split_part(j.last_error, E'\n', 1))
       END AS note
FROM empathy.job j
CROSS JOIN (SELECT empathy.worker_pid() AS pid, empathy.worker_preloaded() AS preloaded OFFSET 0) w;
COMMENT ON VIEW empathy.jobs IS 'What runs in the background, how it goes, and why it does not run';
COMMENT ON COLUMN empathy.jobs.job IS 'Name of the job';
COMMENT ON COLUMN empathy.jobs.every IS 'Shortest time from one start to the next';
COMMENT ON COLUMN empathy.jobs.enabled IS 'False while paused';
COMMENT ON COLUMN empathy.jobs.next_start IS 'Not started before this time; in the past: as soon as it is due';
COMMENT ON COLUMN empathy.jobs.last_start IS 'Start of the last recorded run; uneventful runs are recorded every ten seconds';
COMMENT ON COLUMN empathy.jobs.last_finish IS 'End of the last recorded run; before last_start while it runs';
COMMENT ON COLUMN empathy.jobs.last_success IS 'End of the last recorded run without an error';
COMMENT ON COLUMN empathy.jobs.failures IS 'Failures since the last success';
COMMENT ON COLUMN empathy.jobs.failing_since IS 'First failure since the last success';
COMMENT ON COLUMN empathy.jobs.last_error IS 'The last error, kept after it is over';
COMMENT ON COLUMN empathy.jobs.mode IS
    'preloaded: a launcher starts workers by itself; on demand: empathy.start_worker() does';
COMMENT ON COLUMN empathy.jobs.worker_pid IS 'Process id of the worker that serves this database, NULL when there is none';
COMMENT ON COLUMN empathy.jobs.note IS 'Why nothing runs or what is wrong, NULL when all is well';

CREATE VIEW empathy.job_runs AS
SELECT r.id, r.job, r.started_at, r.finished_at, r.status, r.changes, r.states, r.customers, r.error
FROM empathy.job_run r;
COMMENT ON VIEW empathy.job_runs IS 'Runs that changed something or failed; the last 1,000 of each, failures for a month';
COMMENT ON COLUMN empathy.job_runs.id IS 'Order in which runs were recorded';
COMMENT ON COLUMN empathy.job_runs.job IS 'Name of the job';
COMMENT ON COLUMN empathy.job_runs.started_at IS 'When it started';
COMMENT ON COLUMN empathy.job_runs.finished_at IS 'When it ended';
COMMENT ON COLUMN empathy.job_runs.status IS 'done or failed';
COMMENT ON COLUMN empathy.job_runs.changes IS 'Change log rows consumed';
COMMENT ON COLUMN empathy.job_runs.states IS 'States that changed';
COMMENT ON COLUMN empathy.job_runs.customers IS 'Customers whose profile changed';
COMMENT ON COLUMN empathy.job_runs.error IS 'Why it failed';
REVOKE ALL ON empathy.jobs, empathy.job_runs FROM PUBLIC;
