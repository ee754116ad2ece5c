-- Background work: which jobs there are, how they went, and the worker that runs them (src/worker).

-- What each of them runs is in src/worker/job.c: never a statement of the user's.
CREATE FUNCTION empathy.job_names() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT '{refresh,rescore,retrain,segments,retention}'::text[] $$;
COMMENT ON FUNCTION empathy.job_names() IS 'internal: the jobs that there can be';

CREATE TABLE empathy.job (
    job           text PRIMARY KEY CHECK (job OPERATOR(pg_catalog.=) ANY (empathy.job_names())),
    every         interval NOT NULL CHECK (every OPERATOR(pg_catalog.>) interval '0'),
    max_run_time  interval CHECK (max_run_time OPERATOR(pg_catalog.>) interval '0'),
    retries       integer CHECK (retries OPERATOR(pg_catalog.>=) 0),
    enabled       boolean NOT NULL DEFAULT true,
    next_start    timestamptz NOT NULL DEFAULT pg_catalog.now(),
    last_start    timestamptz,
    last_finish   timestamptz,
    last_success  timestamptz,
    failures      integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    last_error    text,
    obstacle      text
);
COMMENT ON TABLE empathy.job IS 'What runs in the background and how often; schedule(), pause() and resume() change it';
COMMENT ON COLUMN empathy.job.job IS 'Name of the job';
COMMENT ON COLUMN empathy.job.every IS 'Shortest time from one start to the next';
COMMENT ON COLUMN empathy.job.max_run_time IS 'After which a run is cancelled; NULL: never';
COMMENT ON COLUMN empathy.job.retries IS 'Failures in a row after which it is paused, less one; NULL: any number';
COMMENT ON COLUMN empathy.job.obstacle IS 'What a run waits for; NULL: nothing';
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
    NEW.obstacle := NULL;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION empathy.job_replace() IS 'internal: trigger: an inserted job replaces the one of that name';
REVOKE ALL ON FUNCTION empathy.job_replace() FROM PUBLIC;

CREATE TRIGGER job_replace BEFORE INSERT ON empathy.job
    FOR EACH ROW EXECUTE FUNCTION empathy.job_replace();
COMMENT ON TRIGGER job_replace ON empathy.job IS 'An inserted job replaces the one of that name';

-- Those that there always are, as they are at first.
CREATE FUNCTION empathy.job_defaults(OUT job text, OUT every interval, OUT max_run_time interval) RETURNS SETOF record
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    VALUES ('refresh', interval '20 milliseconds', NULL::interval), ('rescore', '10 seconds', '1 hour'),
           ('retrain', '5 minutes', '1 hour'), ('segments', '5 seconds', '1 hour')
$$;
COMMENT ON FUNCTION empathy.job_defaults() IS 'internal: the built-in jobs and how they are scheduled at first';

INSERT INTO empathy.job (job, every, max_run_time) SELECT d.job, d.every, d.max_run_time FROM empathy.job_defaults() AS d;

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
COMMENT ON TABLE empathy.job_run IS 'Runs that did something or failed; the last 1,000 of each, failures for a month';
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

-- Intervals of more than three weeks are too long for the server's timers.
CREATE FUNCTION empathy.milliseconds(duration interval) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT greatest(least(extract(epoch FROM $1) * 1000, 2000000000), 1)::integer
$$;
COMMENT ON FUNCTION empathy.milliseconds(interval) IS 'internal: an interval in milliseconds, 1 to 2000000000';

CREATE FUNCTION empathy.job_due(job text, last_start timestamptz, OUT every integer, OUT max_run_time integer)
RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT empathy.milliseconds(j.every), coalesce(empathy.milliseconds(j.max_run_time), 0)
    FROM empathy.job j
    WHERE j.job = $1 AND j.enabled AND j.next_start <= clock_timestamp()
        AND ($2 IS NULL OR $2 + j.every <= clock_timestamp())
$$;
COMMENT ON FUNCTION empathy.job_due(text, timestamptz) IS
    'internal: a job that is to start now, given the start that the worker remembers: ms from one start to the next, and that a run may take (0: any)';

CREATE FUNCTION empathy.job_started(job text, started_at timestamptz) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE empathy.job j SET last_start = $2, obstacle = NULL WHERE j.job = $1
$$;
COMMENT ON FUNCTION empathy.job_started(text, timestamptz) IS 'internal: records that a run began';

CREATE FUNCTION empathy.job_waits(job text, started_at timestamptz, obstacle text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE empathy.job j SET obstacle = $3 WHERE j.job = $1 AND j.obstacle IS DISTINCT FROM $3
$$;
COMMENT ON FUNCTION empathy.job_waits(text, timestamptz, text) IS 'internal: records why a job that is due can''t be started';

CREATE FUNCTION empathy.job_prune(job text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    outcome text;
    last_to_go bigint;
BEGIN
    DELETE FROM empathy.job_run r
    WHERE r.job = $1 AND r.status = 'failed' AND r.started_at < now() - interval '1 month';
    FOREACH outcome IN ARRAY '{done,failed}'::text[] LOOP
        SELECT r.id INTO last_to_go FROM empathy.job_run r
        WHERE r.job = $1 AND r.status = outcome ORDER BY r.id DESC OFFSET 1000 LIMIT 1;
        DELETE FROM empathy.job_run r WHERE r.job = $1 AND r.status = outcome AND r.id <= last_to_go;
    END LOOP;
END
$$;
COMMENT ON FUNCTION empathy.job_prune(text) IS
    'internal: keeps the last 1,000 runs of each outcome, and failures no longer than a month';

-- This function and the next return 1 if the log should know: the state has changed.
CREATE FUNCTION empathy.job_done(job text, started_at timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before CONSTANT integer := (SELECT j.failures FROM empathy.job j WHERE j.job = $1);
BEGIN
    UPDATE empathy.job j
    SET last_start = $2, last_finish = clock_timestamp(), last_success = clock_timestamp(),
        next_start = $2 + j.every, failures = 0, failing_since = NULL
    WHERE j.job = $1;
    INSERT INTO empathy.job_run (job, started_at, finished_at, status)
    SELECT $1, $2, clock_timestamp(), 'done' WHERE $1 <> ALL ('{refresh,retention}'::text[]); -- those write it themselves
    PERFORM empathy.job_prune($1);
    RETURN (before > 0)::integer;
END
$$;
COMMENT ON FUNCTION empathy.job_done(text, timestamptz) IS 'internal: records that a run ended well';

-- The wait doubles with each failure up to 5 minutes; half of it is random, so that databases that fail together
-- don't come back together.
CREATE FUNCTION empathy.job_failed(job text, started_at timestamptz, error text) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before empathy.job;
BEGIN
    SELECT j.* INTO before FROM empathy.job j WHERE j.job = $1;
    UPDATE empathy.job j
    SET last_start = $2, last_finish = clock_timestamp(), last_error = $3,
        enabled = j.enabled AND (j.failures >= j.retries) IS NOT TRUE,
        failures = j.failures + 1, failing_since = coalesce(j.failing_since, clock_timestamp()),
        next_start = clock_timestamp() + make_interval(
            secs => least(300, 2 ^ least(j.failures + 1, 9)) * (0.5 + random() / 2))
    WHERE j.job = $1;
    INSERT INTO empathy.job_run (job, started_at, finished_at, status, error)
    VALUES ($1, $2, clock_timestamp(), 'failed', $3);
    PERFORM empathy.job_prune($1);
    RETURN (before.failures = 0 OR before.last_error IS DISTINCT FROM $3)::integer;
END
$$;
COMMENT ON FUNCTION empathy.job_failed(text, timestamptz, text) IS
    'internal: records a failure and puts off the next start: 1 s at first, 5 min at most';

-- A run that ended with its process may be what ended it: counted as a failure, it is not tried in a tight loop.
CREATE FUNCTION empathy.job_recover(job text) RETURNS integer
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT empathy.job_failed(j.job, j.last_start, 'the worker or the server ended during the run')
    FROM empathy.job j
    WHERE j.job = $1 AND j.last_start > coalesce(j.last_finish, '-infinity')
$$;
COMMENT ON FUNCTION empathy.job_recover(text) IS 'internal: counts a run whose end was never recorded as a failure';

REVOKE ALL ON FUNCTION
    empathy.job_due(text, timestamptz), empathy.job_waits(text, timestamptz, text), empathy.job_started(text, timestamptz), empathy.job_prune(text),
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
    IF (SELECT d.datistemplate FROM pg_database d WHERE d.datname = current_database()) THEN
        RETURN 'the launcher starts no worker in a template: SELECT empathy.start_worker()';
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

-- For everybody, as are the versions.
CREATE FUNCTION empathy.version_note() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('the library is version %s, the extension in this database %s: ALTER EXTENSION empathy UPDATE', v, e.extversion)
    FROM pg_extension e, empathy.library_version() AS v WHERE e.extname = 'empathy' AND e.extversion <> v
$$;
COMMENT ON FUNCTION empathy.version_note() IS 'internal: what to do if library and extension are of different versions, NULL if they are not';

CREATE VIEW empathy.jobs AS
SELECT j.job, j.every, j.max_run_time, j.retries, j.enabled, j.next_start, j.last_start, j.last_finish, j.last_success,
       j.failures, j.failing_since, j.last_error,
       CASE WHEN w.preloaded THEN 'preloaded' ELSE 'on demand' END AS mode,
       w.pid AS worker_pid,
       CASE
           WHEN NOT j.enabled AND j.failures OPERATOR(pg_catalog.>) 0 THEN
               pg_catalog.format('given up after %s failures: %s', j.failures, pg_catalog.split_part(j.last_error, E'\n', 1))
           WHEN NOT j.enabled THEN 'paused'
           WHEN w.pid IS NULL THEN empathy.worker_note()
           WHEN j.obstacle IS NOT NULL THEN j.obstacle
           WHEN j.last_start OPERATOR(pg_catalog.+) j.max_run_time OPERATOR(pg_catalog.<) pg_catalog.clock_timestamp()
                AND (j.last_start OPERATOR(pg_catalog.<=) j.last_finish) IS NOT TRUE THEN
               pg_catalog.format('stuck: runs since %s', pg_catalog.date_trunc('second', j.last_start))
           WHEN j.failures > 0 THEN
               pg_catalog.format('failing since %s: %s', pg_catalog.date_trunc('second', j.failing_since),
                                 pg_catalog.split_part(j.last_error, E'\n', 1))
           ELSE empathy.version_note()
       END AS note
FROM empathy.job j
CROSS JOIN (SELECT empathy.worker_pid() AS pid, empathy.worker_preloaded() AS preloaded OFFSET 0) w;
COMMENT ON VIEW empathy.jobs IS 'What runs in the background, how it goes, and why it does not run';
COMMENT ON COLUMN empathy.jobs.job IS 'Name of the job';
COMMENT ON COLUMN empathy.jobs.every IS 'Shortest time from one start to the next';
COMMENT ON COLUMN empathy.jobs.max_run_time IS 'After which a run is cancelled; NULL: never';
COMMENT ON COLUMN empathy.jobs.retries IS 'How often it is tried again after a failure before it is paused; NULL: for ever';
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
COMMENT ON VIEW empathy.job_runs IS 'Runs that did something or failed; the last 1,000 of each, failures for a month';
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
