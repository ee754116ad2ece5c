# Background work: launcher and worker, with and without preloading, when things go wrong, and on the way out.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

# A watched table, whose events are of a kind that a function gives: it fails, sleeps or is busy on request.
my $watched = q{
CREATE TABLE public.fault (message text);
CREATE TABLE public.event (customer text, at timestamptz);
CREATE FUNCTION public.kind() RETURNS text LANGUAGE plpgsql AS $$
DECLARE f text := (SELECT message FROM public.fault);
BEGIN
	IF f = 'sleep' THEN
		PERFORM pg_catalog.pg_sleep(1000);
	ELSIF f = 'nap' THEN
		PERFORM pg_catalog.pg_sleep(0.02);
	ELSIF f = 'doze' THEN
		PERFORM pg_catalog.pg_sleep(0.5);
	ELSIF f = 'work' THEN
		PERFORM pg_catalog.count(*) FROM pg_catalog.generate_series(1, 2000000);
	ELSIF f IS NOT NULL THEN
		RAISE EXCEPTION '%', f;
	END IF;
	RETURN 'order';
END $$;
SELECT empathy.watch('public.event', kind => 'public.kind()');
DELETE FROM empathy.job WHERE job <> 'refresh';	-- jobs.pl has the others
};

sub cluster
{
	my ($name, $conf) = @_;
	my $node = EmpathyNode->new($name);
	$node->append_conf('postgresql.conf', "restart_after_crash = on\nempathy.naptime = '50ms'\n$conf");
	$node->start;
	return $node;
}

sub pid { return $_[0]->safe_psql($_[1] // 'postgres', 'SELECT worker_pid FROM empathy.jobs') }
sub why { return $_[0]->safe_psql($_[1] // 'postgres', 'SELECT note FROM empathy.jobs') }

# Waits until a query gives true.
sub until_true
{
	my ($node, $query, $name, $db) = @_;
	ok($node->poll_query_until($db // 'postgres', $query), $name);
}

# An event that has not been refreshed yet; whether that has been done.
sub new_event { return $_[0]->safe_psql($_[1] // 'postgres', q{INSERT INTO public.event VALUES ('c', '2026-01-01')}) }
my $refreshed = q{SELECT state = 'live' FROM empathy.sources WHERE relation = 'public.event'::regclass
	AND NOT EXISTS (SELECT FROM empathy.change_log)};

# Has processes use only some processors.
sub pin
{
	my ($cpus, @pids) = @_;
	system_or_bail('taskset', '-pc', $cpus, $_) for @pids;
	return;
}

# Seconds that something takes.
sub seconds
{
	my ($what) = @_;
	my $start = time;
	$what->();
	return time - $start;
}

# How often a text stands in the log.
sub logged
{
	my ($node, $text) = @_;
	my $log = slurp_file($node->logfile);
	return scalar(() = $log =~ /\Q$text\E/g);
}

note('without preloading');
my $node = cluster('on_demand', "max_worker_processes = 8\n");
$node->safe_psql('postgres', "CREATE EXTENSION empathy; $watched UPDATE empathy.job SET every = '100 ms'");
is(pid($node), '', 'no worker by itself');
like(why($node), qr/^no worker runs in this database: SELECT empathy.start_worker\(\)/, 'jobs says so');
is($node->safe_psql('postgres', 'SELECT mode FROM empathy.jobs'), 'on demand', 'and in which mode');
is($node->safe_psql('postgres', 'SELECT empathy.stop_worker()'), 'f', 'nothing to stop');
like(why($node), qr/^stopped by /, 'but stopped from now on');

my $pid = $node->safe_psql('postgres', 'SELECT empathy.start_worker()');
like($pid, qr/^\d+$/, 'start_worker() gives a pid');
is(pid($node), $pid, 'which jobs shows');
is($node->safe_psql('postgres', 'SELECT empathy.start_worker()'), $pid, 'a second start finds it running');
is($node->safe_psql('postgres',
		"SELECT application_name, backend_type FROM pg_stat_activity WHERE pid = $pid"),
	'empathy worker|empathy worker', 'activity names it');
until_true($node, $refreshed, 'the table is filled');
for my $n (1, 2)
{
	new_event($node);
	until_true($node, $refreshed, "a change is refreshed, $n");
}
until_true($node, 'SELECT count(*) = 2 FROM empathy.job_runs WHERE changes = 1 AND states = 1 AND customers = 1',
	'each in a run that job_runs shows');
is($node->safe_psql('postgres', "SELECT usename = current_user FROM pg_stat_activity WHERE pid = $pid"), 't', 'by the owner');
is(why($node), '', 'all is well');

# due
$node->safe_psql('postgres', "SELECT empathy.schedule('refresh', '1 hour')");
sleep 0.5;
new_event($node);
sleep 0.5;
isnt($node->safe_psql('postgres', $refreshed), 't', 'not refreshed before it is due');
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '100 ms', next_start = now()");
my $took = seconds(sub { until_true($node, $refreshed, 'refreshed once it is due') });
cmp_ok($took, '<', 1.5, 'within a second or so');

$node->safe_psql('postgres', q{SELECT empathy.pause('refresh')});
sleep 0.3;
new_event($node);
sleep 0.5;
isnt($node->safe_psql('postgres', $refreshed), 't', 'a paused job does not run');
is(why($node), 'paused', 'and says so');
$node->safe_psql('postgres', q{SELECT empathy.resume('refresh')});
until_true($node, $refreshed, 'and goes on when it is enabled');

note('failures');
$node->safe_psql('postgres', 'ALTER TABLE empathy.refresh_lock RENAME TO refresh_lock_gone');
until_true($node, 'SELECT failures >= 2 FROM empathy.jobs', 'failures are counted');
is(pid($node), $pid, 'and do not end the worker');
like(why($node), qr/^failing since .*: relation "empathy.refresh_lock" does not exist$/, 'jobs says what fails');
is($node->safe_psql('postgres',
		"SELECT DISTINCT status, finished_at >= started_at, error ~ 'CONTEXT: ' FROM empathy.job_runs WHERE error IS NOT NULL"),
	'failed|t|t', 'each is in job_runs with its context');
ok($node->safe_psql('postgres',
		"SELECT next_start > last_finish + interval '0.9 s' AND next_start < last_finish + interval '5 min 1 s' FROM empathy.jobs") eq 't',
	'the next start is put off');
is(logged($node, 'LOG:  job "refresh" failed: relation "empathy.refresh_lock"'), 1, 'an unchanged error is logged once');
$node->safe_psql('postgres', 'ALTER TABLE empathy.refresh_lock_gone RENAME TO refresh_lock; UPDATE empathy.job SET next_start = now()');
until_true($node, 'SELECT failures = 0 AND note IS NULL FROM empathy.jobs', 'and it recovers');
is(logged($node, 'job "refresh" works again'), 1, 'which is logged');

note('a broken source');
$node->safe_psql('postgres', q{
	CREATE TABLE other (customer text, at timestamptz);
	SELECT empathy.watch('other');
	INSERT INTO fault VALUES ('source is broken')});
new_event($node);
until_true($node, q{SELECT error = 'source is broken' FROM empathy.sources WHERE relation = 'event'::regclass}, 'sources says so');
until_true($node, q{SELECT state = 'live' FROM empathy.sources WHERE relation = 'other'::regclass}, 'the other source goes on');
until_true($node, 'SELECT failures = 0 FROM empathy.jobs', 'and so does the job');
$node->safe_psql('postgres', q{INSERT INTO other VALUES ('other', '2026-01-01')});
$took = seconds(sub { until_true($node, q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'other')}, 'with what is new') });
cmp_ok($took, '<', 3, 'soon');
$node->safe_psql('postgres', q{SELECT empathy.unwatch('other'); DROP TABLE other; DELETE FROM fault});
new_event($node);
until_true($node, $refreshed, 'a write has the broken one tried again');
until_true($node, 'SELECT failures = 0 AND note IS NULL FROM empathy.jobs', 'all is well');

$node->safe_psql('postgres', "INSERT INTO fault VALUES ('sleep')");
new_event($node);
until_true($node, "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid", 'a long run');
$node->safe_psql('postgres', "DELETE FROM fault; SELECT pg_cancel_backend($pid)");
until_true($node, "SELECT last_error ~ 'canceling statement' FROM empathy.jobs", 'can be cancelled');
sleep 0.2;
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
sleep 0.2;
is(pid($node), $pid, 'a cancel while idle does nothing');

$node->safe_psql('postgres', q{
	INSERT INTO empathy.job_run (job, started_at, finished_at, status) SELECT 'rescore', now(), now(), 'done' FROM generate_series(1, 1500);
	INSERT INTO empathy.job_run (job, started_at, finished_at, status) VALUES ('rescore', now() - interval '2 months', now() - interval '2 months', 'failed');
	SELECT empathy.job_prune('rescore')});
is($node->safe_psql('postgres', q{SELECT count(*), count(*) FILTER (WHERE status = 'failed') FROM empathy.job_run WHERE job = 'rescore'}),
	'1000|0', 'history is bounded');	# of a job that nobody runs meanwhile: a refresh adds to its own at any time

note('signals');
$node->append_conf('postgresql.conf', "empathy.naptime = '3s'\n");
$node->reload;
sleep 0.5;
until_true($node, $refreshed, 'nothing to do');
my $runs = $node->safe_psql('postgres', q{SELECT max(id) FROM empathy.job_runs});
for (1 .. 8)
{
	new_event($node);
	sleep 0.25;
}
cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM empathy.job_runs WHERE id > $runs"), '<=', 1, 'SIGHUP makes it sleep longer');
# 200 periods, a batch each
$took = seconds(sub {
	$node->safe_psql('postgres', q{INSERT INTO public.event SELECT 'many', '2001-01-15'::timestamptz + make_interval(months => m) FROM generate_series(1, 200) AS m});
	until_true($node, $refreshed, 'more than a run can do');
});
cmp_ok($took, '<', 20, 'is done without a nap after each run');
$node->append_conf('postgresql.conf', "empathy.naptime = '50ms'\n");
$node->reload;
sleep 0.5;
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
until_true($node, 'SELECT worker_pid IS NOT NULL FROM empathy.jobs', 'terminated, it is started again');
isnt(pid($node), $pid, 'as another process');

is($node->safe_psql('postgres', 'SELECT empathy.stop_worker()'), 't', 'stop_worker() stops it');
is(pid($node), '', 'at once');
sleep 6;
is(pid($node), '', 'and for good');

# a run that is stopped in the middle
$node->safe_psql('postgres', "INSERT INTO fault VALUES ('sleep'); UPDATE empathy.job SET next_start = now()");
new_event($node);
$pid = $node->safe_psql('postgres', 'SELECT empathy.start_worker()');
until_true($node, "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid", 'a long run');
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'SELECT empathy.stop_worker()') }), '<', 3, 'stops promptly');
$node->safe_psql('postgres', "DELETE FROM fault");
$node->safe_psql('postgres', 'SELECT empathy.start_worker()');
until_true($node, "SELECT last_error ~ 'ended during the run' FROM empathy.jobs", 'the broken run counts as a failure');
until_true($node, 'SELECT failures = 0 FROM empathy.jobs', 'and is made up for');

$node->stop('immediate');
$node->start;
is(pid($node), '', 'a restart of the server ends what start_worker() began');
$pid = $node->safe_psql('postgres', 'SELECT empathy.start_worker()');
kill 'KILL', $pid;
until_true($node, "SELECT worker_pid <> $pid FROM empathy.jobs", 'a crash does not');

note('databases');
cmp_ok(seconds(sub { $node->safe_psql('template1', 'CREATE DATABASE copy TEMPLATE postgres') }),
	'<', 5, 'a database with a worker can be copied');
until_true($node, 'SELECT worker_pid IS NOT NULL FROM empathy.jobs', 'the worker comes back');
is(pid($node, 'copy'), '', 'the copy has none');
$node->safe_psql('copy', 'SELECT empathy.start_worker()');
is($node->safe_psql('postgres', 'SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE backend_type = $$empathy worker$$'),
	'2', 'one worker for each database');
my $missing = logged($node, 'does not exist');
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'DROP DATABASE copy') }), '<', 5, 'DROP DATABASE gets through');
sleep 6;
is(logged($node, 'does not exist') - $missing, 1, 'nobody comes back to a dropped database more than once');

# what was configured survives a dump; what happened does not
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '42 s', failures = 3");
my $dump = $node->backup_dir . '/dump.sql';
mkdir $node->backup_dir;
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'pg_dump');
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '100 ms', failures = 0");
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ], 'restore');
is($node->safe_psql('restored', 'SELECT every, failures, (SELECT count(*) FROM empathy.job_run) FROM empathy.job WHERE job = $$refresh$$'),
	'00:00:42|0|0', 'keeps settings, not history');

note('extension');
$pid = pid($node);
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'DROP EXTENSION empathy CASCADE') }), '<', 5, 'DROP EXTENSION while it runs');
until_true($node, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)", 'ends the worker');
$node->safe_psql('postgres', "DROP TABLE event, fault; DROP FUNCTION kind; CREATE EXTENSION empathy; $watched CREATE ROLE boss SUPERUSER NOLOGIN; CREATE ROLE plain; CREATE ROLE reader LOGIN");
$node->safe_psql('restored', "DROP EXTENSION empathy CASCADE; DROP TABLE event, fault; DROP FUNCTION kind; DROP SCHEMA empathy; SET ROLE boss; CREATE EXTENSION empathy; RESET ROLE; $watched UPDATE empathy.job SET every = '100 ms'");
$node->safe_psql('restored', 'SELECT empathy.start_worker()');
until_true($node, $refreshed, 'works for an owner who may not log in', 'restored');
$node->safe_psql('restored', q{
	CREATE TABLE acting AS SELECT current_user AS who WHERE false;
	CREATE FUNCTION note_user() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.acting VALUES (current_user); RETURN NEW; END';
	CREATE TRIGGER note_user BEFORE UPDATE ON empathy.job FOR EACH ROW EXECUTE FUNCTION note_user();
	INSERT INTO fault VALUES ('any')});
new_event($node, 'restored');
until_true($node, q{SELECT bool_and(who = 'boss') FROM acting}, 'as that owner', 'restored');
$node->safe_psql('restored', 'CREATE ROLE heir SUPERUSER NOLOGIN');
my (undef, undef, $refused) = $node->psql('restored', 'REASSIGN OWNED BY boss TO plain');
like($refused, qr/permission denied to change owner of event trigger.*must be a superuser/s, 'the extension can be given to no one but a superuser');
$node->safe_psql('restored', 'REASSIGN OWNED BY boss TO heir; TRUNCATE acting');
new_event($node, 'restored');
until_true($node, q{SELECT bool_and(who = 'heir') FROM acting}, 'to whom it can, and the worker goes on as that one', 'restored');
$node->safe_psql('restored', 'REASSIGN OWNED BY heir TO boss; DROP OWNED BY heir; DROP ROLE heir');
$node->safe_psql('restored', 'ALTER ROLE boss NOSUPERUSER'); # event triggers can't be given to another who is not
until_true($node, 'SELECT worker_pid IS NULL FROM empathy.jobs', 'ends when its owner is no superuser', 'restored');
like(why($node, 'restored'), qr/belongs to boss, who is no superuser/, 'and jobs says so');

note('rights');
my ($rc, $out, $err) = $node->psql('postgres', 'SET ROLE reader; SELECT * FROM empathy.jobs');
like($err, qr/permission denied/, 'nothing for everybody');
for my $call ('start_worker()', 'stop_worker()', 'worker_end(1)', 'worker_launch()', "job_failed('refresh', now(), '')")
{
	($rc, $out, $err) = $node->psql('postgres', "GRANT USAGE ON SCHEMA empathy TO reader; SET ROLE reader; SELECT empathy.$call");
	like($err, qr/permission denied for function/, "$call is not for everybody");
}
is($node->safe_psql('postgres', 'GRANT SELECT ON empathy.jobs, empathy.job_runs TO reader; GRANT EXECUTE ON FUNCTION empathy.worker_pid, empathy.worker_note TO reader; SET ROLE reader; SELECT job, mode, note FROM empathy.jobs'),
	'refresh|on demand|no worker runs in this database: SELECT empathy.start_worker(), or preload the library',
	'the views can be granted');

$node->safe_psql('postgres', 'SELECT empathy.start_worker()');
cmp_ok(seconds(sub { $node->stop('fast') }), '<', 5, 'a fast stop is prompt');
$node->append_conf('postgresql.conf', "max_worker_processes = 0\n");
$node->start;
($rc, $out, $err) = $node->psql('postgres', 'SELECT empathy.start_worker()');
like($err, qr/no free background worker slot.*max_worker_processes/s, 'no slot is an error that names the setting');

note('preloaded, but without a slot for a launcher');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'empathy'\n");
$node->restart;
like(why($node), qr/no launcher runs: .* no free background worker slot: raise max_worker_processes/, 'jobs says so');
$node->append_conf('postgresql.conf', "max_worker_processes = 2\n");	# the launcher and that of logical replication
$node->restart;
until_true($node, q{SELECT note = 'no free background worker slot: raise max_worker_processes' FROM empathy.jobs},
	'without a slot for a worker neither');
sleep 1;
is(logged($node, 'cannot start an empathy worker'), 1, 'which is logged once');
$node->stop;

note('preloaded');
$node = cluster('preloaded', "shared_preload_libraries = 'empathy'\nmax_prepared_transactions = 5\n");
$node->safe_psql('postgres', 'CREATE DATABASE plain');
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'CREATE DATABASE copy TEMPLATE plain') }), '<', 3,
	'a database without the extension can be copied at any time');
$node->safe_psql('postgres', "CREATE EXTENSION empathy; $watched UPDATE empathy.job SET every = '100 ms'");
is(why($node), 'no worker yet: the launcher looks here within a minute, SELECT empathy.start_worker() starts one at once',
	'a new extension waits for the launcher');
$node->restart;
until_true($node, 'SELECT worker_pid IS NOT NULL AND note IS NULL FROM empathy.jobs', 'a worker starts with the server');
is($node->safe_psql('postgres', 'SELECT mode FROM empathy.jobs'), 'preloaded', 'jobs shows the mode');
until_true($node, $refreshed, 'and refreshes');
sleep 2.5;
$pid = pid($node);
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
$took = seconds(sub { until_true($node, "SELECT worker_pid <> $pid FROM empathy.jobs", 'terminated, it is started again') });
cmp_ok($took, '<', 15, 'soon');
my $launcher = q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'empathy launcher'};
$pid = $node->safe_psql('postgres', $launcher);
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
sleep 0.3;
is($node->safe_psql('postgres', $launcher), $pid, 'a cancelled launcher goes on');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
until_true($node, "SELECT EXISTS ($launcher)", 'a terminated launcher comes back');
is($node->safe_psql('postgres', 'SELECT count(DISTINCT worker_pid) FROM empathy.jobs'), '1', 'beside the worker that went on');

sleep 2.5;
is($node->safe_psql('postgres', 'SELECT empathy.stop_worker()'), 't', 'stop_worker()');
$node->restart;
sleep 2;
like(why($node), qr/^stopped by/, 'holds over a restart');
$node->safe_psql('postgres', 'SELECT empathy.start_worker()');
until_true($node, 'SELECT worker_pid IS NOT NULL AND note IS NULL FROM empathy.jobs', 'until start_worker()');

note('a commit wakes it');
$node->append_conf('postgresql.conf', "empathy.naptime = '3s'\n");
$node->reload;
sleep 0.5;
my $listener = $node->background_psql('postgres', on_error_stop => 1);
$listener->query_safe('LISTEN empathy_profiles');
for my $n (1 .. 3)
{
	$took = seconds(sub { new_event($node); until_true($node, $refreshed, "an event is refreshed, $n"); });
	cmp_ok($took, '<', 1, 'before the worker looks by itself');
}
like($listener->query('SELECT 1'), qr/1\n(.*notification "empathy_profiles" with payload "1" received.*\n?){3}/, 'listeners are told');
$listener->quit;
$node->safe_psql('postgres', q{BEGIN; INSERT INTO public.event VALUES ('late', '2026-01-01'); PREPARE TRANSACTION 'late'});
sleep 0.5;
is($node->safe_psql('postgres', q{SELECT count(*) FROM empathy.person WHERE customer = 'late'}), '0', 'not by a transaction that is only prepared');
$took = seconds(sub {
	$node->safe_psql('postgres', q{COMMIT PREPARED 'late'});
	until_true($node, q{SELECT EXISTS (SELECT FROM empathy.person WHERE customer = 'late')}, 'nor does one get lost');
});
cmp_ok($took, '<', 1, 'COMMIT PREPARED wakes it');
$took = seconds(sub {
	$node->safe_psql('postgres', q{SELECT empathy.invalidate('event')});
	until_true($node, $refreshed, 'invalidate() is followed');
});
cmp_ok($took, '<', 1, 'at once');
$node->safe_psql('postgres', q{INSERT INTO fault VALUES ('nap')});
$node->safe_psql('postgres', q{DO $$ BEGIN
	FOR i IN 1..10 LOOP
		INSERT INTO public.event VALUES (format('first %s', i), '2026-01-01');
		COMMIT;
		PERFORM pg_sleep(0.015);
		INSERT INTO public.event VALUES (format('then %s', i), '2026-01-01');
		COMMIT;
		PERFORM pg_sleep(0.1);
	END LOOP;
END $$});
$took = seconds(sub { until_true($node, $refreshed, 'events that come while a refresh sleeps') });
cmp_ok($took, '<', 1, 'are followed at once');
$node->safe_psql('postgres', 'DELETE FROM fault');
my $busy = q{DO $$ BEGIN
	FOR i IN 1..200 LOOP
		INSERT INTO public.event VALUES ('busy', '2026-01-01');
		COMMIT;
		PERFORM pg_sleep(0.002);
	END LOOP;
END $$};
my $commits = q{SELECT pg_sleep(1.5); SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'};
my @others = map { $node->background_psql('postgres', on_error_stop => 0) } 1 .. 3;
my @pids = map { $_->query_safe('SELECT pg_backend_pid()') } @others;
my ($all_cpus, $first_cpu) = qx(taskset -pc $$) =~ /: ((\d+)\S*)/ or die 'cannot tell the processors';
pin($first_cpu, pid($node), @pids);
$_->query_until(qr/busy/, "\\echo busy\nSELECT count(*) FROM generate_series(1, 1000000000);\n") for @others;
$node->safe_psql('postgres', q{INSERT INTO fault VALUES ('work'); INSERT INTO public.event VALUES ('rests', '2026-01-01')});
until_true($node, q{SELECT EXISTS (SELECT FROM empathy.person WHERE customer = 'rests')}, 'a refresh that has to wait for a processor');
$node->safe_psql('postgres', 'DELETE FROM fault');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($_)") for @pids;
pin($all_cpus, pid($node));
my $before = $node->safe_psql('postgres', $commits);
$node->safe_psql('postgres', $busy);
sleep 4;
until_true($node, $refreshed, 'follows what was committed meanwhile when it has rested');
cmp_ok($node->safe_psql('postgres', $commits) - $before, '<', 300, 'but was not woken by each of 200 commits');
$node->safe_psql('postgres', q{SELECT empathy.pause('refresh')});
$before = $node->safe_psql('postgres', $commits);
$node->safe_psql('postgres', $busy);
sleep 4;
cmp_ok($node->safe_psql('postgres', $commits) - $before, '<', 300, 'nor is it while refreshes are paused');
$took = seconds(sub {
	$node->safe_psql('postgres', q{SELECT empathy.resume('refresh')});
	until_true($node, $refreshed, 'follows what was committed meanwhile when they go on');
});
cmp_ok($took, '<', 4, 'with the next look');
$node->append_conf('postgresql.conf', "empathy.fill_share = 0.01\n");
$node->reload;
sleep 0.5;
$node->safe_psql('postgres', q{SELECT empathy.invalidate('event')});
until_true($node, q{SELECT periods_to_fill > 0 FROM empathy.sources WHERE relation = 'public.event'::regclass}, 'a table that is read as a whole, with pauses');
$node->safe_psql('postgres', q{INSERT INTO public.event VALUES ('fresh', '2026-01-01')});
until_true($node, q{SELECT EXISTS (SELECT FROM empathy.person WHERE customer = 'fresh') AND state = 'filling' FROM empathy.sources WHERE relation = 'public.event'::regclass},
	'in which what is new does not wait');
until_true($node, $refreshed, 'and all is read in the end');
$node->append_conf('postgresql.conf', "empathy.fill_share = 1\n");
$node->reload;
$node->safe_psql('postgres', q{INSERT INTO fault VALUES ('doze'); INSERT INTO public.event VALUES ('dozes', '2026-01-01')});
until_true($node, q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'empathy worker' AND wait_event = 'PgSleep')}, 'a refresh is at work');
is(($node->psql('postgres', 'BEGIN; LOCK TABLE empathy.score; LOCK TABLE empathy.change_log; DELETE FROM public.fault; COMMIT'))[0], 0,
	'where it and whoever locks our tables wait for each other, it gives way');
until_true($node, $refreshed, 'and comes back');
$node->safe_psql('postgres', 'CREATE DATABASE later');
sleep 6;
$took = seconds(sub {
	$node->safe_psql('later', "CREATE EXTENSION empathy; $watched");
	until_true($node, $refreshed, 'a new extension is served once something is watched', 'later');
});
cmp_ok($took, '<', 6, 'soon');
$node->append_conf('postgresql.conf', "empathy.naptime = '50ms'\n");
$node->reload;

$node->append_conf('postgresql.conf', "empathy.workers = 0\n");
$node->restart;
until_true($node, q{SELECT note = 'empathy.workers is 0: raise it' FROM empathy.jobs}, 'empathy.workers = 0 starts none');
$node->append_conf('postgresql.conf', "empathy.workers = 8\n");
$node->reload;
until_true($node, 'SELECT worker_pid IS NOT NULL FROM empathy.jobs', 'a reload is enough to change it');

note('crash');
new_event($node);
$node->stop('immediate');
$node->start;
until_true($node, $refreshed, 'work goes on after an immediate stop');
new_event($node);
until_true($node, $refreshed, 'and on');
$pid = pid($node);
kill 'KILL', $pid;
until_true($node, "SELECT worker_pid <> $pid FROM empathy.jobs", 'and after kill -9 of the worker');
my $sleeps = q{SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'};
$node->safe_psql('postgres', "INSERT INTO fault VALUES ('sleep')");
new_event($node);
for my $crash (1, 2)	# the first run of a process is always recorded
{
	until_true($node, $sleeps, "a long run");
	kill 'KILL', pid($node);
	until_true($node, "SELECT worker_pid IS NOT NULL FROM empathy.jobs", "crash $crash");
}
until_true($node, q{SELECT failures = 1 AND note ~ '^failing since .*ended during the run$' FROM empathy.jobs},
	'a run that takes the server down counts as a failure and is put off');
until_true($node, $sleeps, 'and is tried again');
cmp_ok(seconds(sub { $node->stop('fast') }), '<', 5, 'a fast stop during a run is prompt');

done_testing();
