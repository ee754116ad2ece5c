# Background work: launcher and worker, with and without preloading, when things go wrong, and on the way out.
#
# EMPATHY_DESTDIR names a staged installation ("make install DESTDIR=..."); unset: the installed extension.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

$ENV{PG_TEST_TIMEOUT_DEFAULT} //= 60;

# Stands in for the procedure that refreshes: records each call and commits in between, as the real one does,
# and fails on request.
# (With the real empathy.refresh this goes: a change in a watched table is what makes a run, a source whose
# column was dropped is what makes it fail, and calls are counted in empathy.job_runs.)
my $stand_in = q{
CREATE TABLE public.call (at timestamptz DEFAULT clock_timestamp(), usr text DEFAULT current_user, path text DEFAULT current_setting('search_path'));
CREATE TABLE public.fault (message text);
CREATE PROCEDURE empathy.refresh(max_time interval DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE f text;
BEGIN
	INSERT INTO public.call DEFAULT VALUES;
	COMMIT;
	SELECT message INTO f FROM public.fault;
	IF f = 'sleep' THEN
		PERFORM pg_catalog.pg_sleep(1000);
	ELSIF f IS NOT NULL THEN
		RAISE EXCEPTION '%', f USING HINT = 'mend the source';
	END IF;
	COMMIT;
END $$;
ALTER EXTENSION empathy ADD PROCEDURE empathy.refresh(interval);
};

sub cluster
{
	my ($name, $conf) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	my $dest = $ENV{EMPATHY_DESTDIR};
	$node->init;
	if ($dest)
	{
		chomp(my $pkglibdir = `pg_config --pkglibdir`);
		$node->append_conf('postgresql.conf',
			"extension_destdir = '$dest'\ndynamic_library_path = '$dest$pkglibdir:\$libdir'\n");
	}
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
$node->safe_psql('postgres', "CREATE EXTENSION empathy; $stand_in UPDATE empathy.job SET every = '100 ms'");
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
until_true($node, 'SELECT count(*) > 2 FROM call', 'refresh is called again and again');
is($node->safe_psql('postgres', 'SELECT DISTINCT usr, path FROM call'),
	$node->safe_psql('postgres', 'SELECT current_user') . '|pg_catalog, pg_temp', 'as the owner, with a safe path');
is(why($node), '', 'all is well');

# due
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '1 hour'");
sleep 0.5;
$node->safe_psql('postgres', 'TRUNCATE call');
sleep 0.5;
is($node->safe_psql('postgres', 'SELECT count(*) FROM call'), '0', 'not called before it is due');
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '100 ms', next_start = now()");
my $took = seconds(sub { until_true($node, 'SELECT count(*) > 0 FROM call', 'called once it is due') });
cmp_ok($took, '<', 1.5, 'within a second or so');

$node->safe_psql('postgres', 'UPDATE empathy.job SET enabled = false');
sleep 0.3;
$node->safe_psql('postgres', 'TRUNCATE call');
sleep 0.5;
is($node->safe_psql('postgres', 'SELECT count(*) FROM call'), '0', 'a paused job does not run');
is(why($node), 'paused', 'and says so');
$node->safe_psql('postgres', 'UPDATE empathy.job SET enabled = true');
until_true($node, 'SELECT count(*) > 0 FROM call', 'and goes on when it is enabled');

note('failures');
my $done = 'SELECT last_success > now() FROM empathy.job';
$node->safe_psql('postgres', "INSERT INTO fault VALUES ('source is broken')");
until_true($node, 'SELECT failures >= 2 FROM empathy.jobs', 'failures are counted');
is(pid($node), $pid, 'and do not end the worker');
like(why($node), qr/^failing since .*: source is broken$/, 'jobs says what fails');
is($node->safe_psql('postgres',
		"SELECT DISTINCT status, finished_at >= started_at, error ~ 'HINT: mend the source' FROM empathy.job_runs"),
	'failed|t|t', 'each is in job_runs with its hint');
ok($node->safe_psql('postgres',
		"SELECT next_start > last_finish + interval '0.9 s' AND next_start < last_finish + interval '5 min 1 s' FROM empathy.jobs") eq 't',
	'the next start is put off');
is(logged($node, 'LOG:  job "refresh" failed: source is broken'), 1, 'an unchanged error is logged once');
$node->safe_psql('postgres', 'DELETE FROM fault; UPDATE empathy.job SET next_start = now()');
until_true($node, 'SELECT failures = 0 AND note IS NULL FROM empathy.jobs', 'and it recovers');
is(logged($node, 'job "refresh" works again'), 1, 'which is logged');

$node->safe_psql('postgres', "INSERT INTO fault VALUES ('sleep')");
until_true($node, "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $pid", 'a long run');
$node->safe_psql('postgres', "DELETE FROM fault; SELECT pg_cancel_backend($pid)");
until_true($node, "SELECT last_error ~ 'canceling statement' FROM empathy.jobs", 'can be cancelled');
sleep 0.2;
$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)");
sleep 0.2;
is(pid($node), $pid, 'a cancel while idle does nothing');

$node->safe_psql('postgres', q{
	INSERT INTO empathy.job_run (job, started_at, status) SELECT 'refresh', now(), 'done' FROM generate_series(1, 1500);
	INSERT INTO empathy.job_run (job, started_at, status) VALUES ('refresh', now() - interval '2 months', 'failed');
	SELECT empathy.job_prune('refresh')});
is($node->safe_psql('postgres', q{SELECT count(*) FILTER (WHERE status = 'done'),
		count(*) FILTER (WHERE started_at < now() - interval '1 month') FROM empathy.job_run}),
	'1000|0', 'history is bounded');

note('signals');
$node->append_conf('postgresql.conf', "empathy.naptime = '3s'\n");
$node->reload;
sleep 0.5;
$node->safe_psql('postgres', 'TRUNCATE call');
sleep 2;
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM call'), '<=', 1, 'SIGHUP makes it sleep longer');
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
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'DROP DATABASE copy') }), '<', 5, 'DROP DATABASE gets through');
sleep 6;
is(logged($node, 'does not exist'), 1, 'nobody comes back to a dropped database more than once');

# what was configured survives a dump; what happened does not
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '42 s', failures = 3");
my $dump = $node->backup_dir . '/dump.sql';
mkdir $node->backup_dir;
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('postgres') ], 'pg_dump');
$node->safe_psql('postgres', "UPDATE empathy.job SET every = '100 ms', failures = 0");
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ], 'restore');
is($node->safe_psql('restored', 'SELECT every, failures, (SELECT count(*) FROM empathy.job_run) FROM empathy.job'),
	'00:00:42|0|0', 'keeps settings, not history');

note('extension');
$pid = pid($node);
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'DROP EXTENSION empathy') }), '<', 5, 'DROP EXTENSION while it runs');
until_true($node, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)", 'ends the worker');
$node->safe_psql('postgres', "CREATE EXTENSION empathy; DROP TABLE call, fault; $stand_in; CREATE ROLE boss SUPERUSER NOLOGIN; CREATE ROLE plain; CREATE ROLE reader LOGIN");
$node->safe_psql('restored', "DROP SCHEMA empathy CASCADE; SET ROLE boss; CREATE EXTENSION empathy; RESET ROLE; DROP TABLE IF EXISTS call, fault; $stand_in UPDATE empathy.job SET every = '100 ms'; GRANT ALL ON call, fault TO PUBLIC");
$node->safe_psql('restored', 'SELECT empathy.start_worker()');
until_true($node, q{SELECT count(*) > 0 FROM call WHERE usr = 'boss'}, 'works as an owner who may not log in', 'restored');
$node->safe_psql('restored', 'REASSIGN OWNED BY boss TO plain');
until_true($node, 'SELECT worker_pid IS NULL FROM empathy.jobs', 'ends when its owner is no superuser', 'restored');
like(why($node, 'restored'), qr/belongs to plain, who is no superuser/, 'and jobs says so');

note('rights');
my ($rc, $out, $err) = $node->psql('postgres', 'SET ROLE reader; SELECT * FROM empathy.jobs');
like($err, qr/permission denied/, 'nothing for everybody');
for my $call ('start_worker()', 'stop_worker()', 'worker_end(1)', 'worker_launch()', "job_failed('refresh', now(), '')")
{
	($rc, $out, $err) = $node->psql('postgres', "GRANT USAGE ON SCHEMA empathy TO reader; SET ROLE reader; SELECT empathy.$call");
	like($err, qr/permission denied for function/, "$call is not for everybody");
}
is($node->safe_psql('postgres', 'GRANT SELECT ON empathy.jobs, empathy.job_runs TO reader; SET ROLE reader; SELECT job, mode, note FROM empathy.jobs'),
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
$node = cluster('preloaded', "shared_preload_libraries = 'empathy'\n");
$node->safe_psql('postgres', 'CREATE DATABASE plain');
cmp_ok(seconds(sub { $node->safe_psql('postgres', 'CREATE DATABASE copy TEMPLATE plain') }), '<', 3,
	'a database without the extension can be copied at any time');
$node->safe_psql('postgres', "CREATE EXTENSION empathy; $stand_in UPDATE empathy.job SET every = '100 ms'");
is(why($node), 'no worker yet: the launcher looks here once a minute, SELECT empathy.start_worker() starts one at once',
	'a new extension waits for the launcher');
$node->restart;
until_true($node, 'SELECT worker_pid IS NOT NULL AND note IS NULL FROM empathy.jobs', 'a worker starts with the server');
is($node->safe_psql('postgres', 'SELECT mode FROM empathy.jobs'), 'preloaded', 'jobs shows the mode');
until_true($node, 'SELECT count(*) > 2 FROM call', 'refresh is called');
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

$node->append_conf('postgresql.conf', "empathy.workers = 0\n");
$node->restart;
until_true($node, q{SELECT note = 'empathy.workers is 0: raise it' FROM empathy.jobs}, 'empathy.workers = 0 starts none');
$node->append_conf('postgresql.conf', "empathy.workers = 8\n");
$node->reload;
until_true($node, 'SELECT worker_pid IS NOT NULL FROM empathy.jobs', 'a reload is enough to change it');

note('crash');
$node->safe_psql('postgres', 'TRUNCATE call');
$node->stop('immediate');
$node->start;
until_true($node, 'SELECT count(*) > 2 FROM call', 'work goes on after an immediate stop');
$pid = pid($node);
kill 'KILL', $pid;
until_true($node, "SELECT worker_pid <> $pid FROM empathy.jobs", 'and after kill -9 of the worker');
my $sleeps = q{SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'};
$node->safe_psql('postgres', "INSERT INTO fault VALUES ('sleep')");
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
