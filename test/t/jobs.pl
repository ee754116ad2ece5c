# Jobs beside the refresh: each in a process of its own, with limits, retries, pauses; and retention.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $node = EmpathyNode->new('jobs');
$node->preload;
$node->append_conf('postgresql.conf', "empathy.naptime = '100ms'\nmax_worker_processes = 8\n");
$node->start;

sub query { return $node->safe_psql('postgres', $_[0]) }
sub until_true { ok($node->poll_query_until('postgres', $_[0]), $_[1]) }
sub fails
{
	my ($query, $message) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', $query);
	like($err, $message, $query);
}
sub logged
{
	my ($text) = @_;
	return scalar(() = slurp_file($node->logfile) =~ /\Q$text\E/g);
}

query(q{
	CREATE EXTENSION empathy;
	CREATE TABLE event (customer text, at timestamptz);
	CREATE TABLE fault (message text);
	INSERT INTO event SELECT c, now() - y * interval '1 year' FROM generate_series(1, 40) AS c, generate_series(0, 3) AS y;
	SELECT empathy.watch('event', kind => '''order'''), empathy.schedule('segments', '100 ms')});
query('SELECT empathy.start_worker()');

note('segments');
query(q{
	CREATE TABLE public.picked AS SELECT '1' AS customer;
	SELECT empathy.add_segment('picked', 'SELECT customer FROM public.picked', every => '100 ms');
	INSERT INTO public.picked VALUES ('2')});
until_true(q{SELECT customers = 2 FROM empathy.segments}, 'segments are kept, too');
until_true(q{SELECT count(*) = 2 FROM empathy.stored_map WHERE map IS NOT NULL}, 'and maps');
$node->safe_psql('postgres', 'DROP TABLE public.picked');
until_true(q{SELECT customers = 2 AND error ~ 'does not exist' FROM empathy.segments}, 'one that fails');
is(query(q{SELECT count(*) FROM empathy.jobs WHERE note IS NOT NULL}), '0', 'is not the job failing');
query(q{SELECT empathy.drop_segment('picked')});

# From here on the job does what a function says: it stands in for whatever a job calls.
query(q{
	CREATE OR REPLACE FUNCTION empathy.refresh_scope(before timestamptz, at_once boolean) RETURNS boolean LANGUAGE plpgsql AS $$
	DECLARE f text := (SELECT message FROM public.fault);
	BEGIN
		IF f = 'sleep' THEN
			PERFORM pg_catalog.pg_sleep(1000);
		ELSIF f IS NOT NULL THEN
			RAISE EXCEPTION '%', f;
		END IF;
		RETURN false;
	END $$;
	CREATE OR REPLACE FUNCTION empathy.job_has_work(job text) RETURNS boolean LANGUAGE sql AS 'SELECT $1 <> ''retrain'''});

note('what runs');
until_true(q{SELECT count(*) = 3 FROM empathy.jobs WHERE last_success IS NOT NULL AND job IN ('refresh', 'retrain', 'segments')}, 'jobs run');
is(query('SELECT count(*) FROM empathy.jobs WHERE note IS NOT NULL'), '0', 'all is well');
until_true(q{SELECT EXISTS (SELECT FROM empathy.job_runs WHERE job = 'segments' AND status = 'done')}, 'job_runs has them');

note('arguments');
fails(q{SELECT empathy.schedule('vacuum', '1 day')}, qr/there is no job "vacuum"/);
fails(q{SELECT empathy.pause(NULL)}, qr/there is no job/);
fails(q{SELECT empathy.schedule('refresh', '-1 day')}, qr/violates check constraint/);
fails(q{SELECT empathy.schedule('refresh', older_than => '1 day')}, qr/are for the job "retention"/);
fails(q{SELECT empathy.schedule('retention', '1 day')}, qr/nothing says what is too old/);
fails(q{SELECT empathy.schedule('retention', '1 day', older_than => '-1 day')}, qr/must be a positive interval/);
fails(q{SELECT empathy.schedule('retention', '1 day', source => 'fault', older_than => '1 day')}, qr/is not watched/);
fails(q{INSERT INTO empathy.job (job, every) VALUES ('DROP TABLE event', '1 day')}, qr/violates check constraint/);

note('a long run');
query(q{INSERT INTO fault VALUES ('sleep'); SELECT empathy.schedule('segments', '100 ms')});
until_true(q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'empathy job' AND wait_event = 'PgSleep')}, 'runs in a process of its own');
query(q{INSERT INTO event VALUES ('new', now())});
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'new')}, 'and does not hold up the refresh');
is(query(q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'empathy job' AND application_name = 'empathy job: segments'}), '1', 'there is one of them');
query(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'empathy job'; SELECT empathy.schedule('segments', max_run_time => '500 ms', retries => 1)});
until_true(q{SELECT last_error ~ 'ended during the run' FROM empathy.jobs WHERE job = 'segments'}, 'one that is ended counts as a failure');
query(q{SELECT empathy.resume('segments')});
until_true(q{SELECT last_error ~ 'canceling statement due to statement timeout' FROM empathy.jobs WHERE job = 'segments'}, 'max_run_time is kept to');
until_true(q{SELECT NOT enabled AND note ~ '^given up after 2 failures: canceling' FROM empathy.jobs WHERE job = 'segments'}, 'after its retries it is paused');
is(query(q{SELECT count(*) FROM empathy.job_runs WHERE job = 'segments' AND error ~ 'canceling'}), '2', 'which job_runs tells');
query(q{UPDATE fault SET message = 'is broken'; SELECT empathy.schedule('segments', retries => -1), empathy.resume('segments')});
until_true(q{SELECT failures >= 2 AND note ~ 'is broken' FROM empathy.jobs WHERE job = 'segments'}, 'a failure is tried again');
is(logged('job "segments" failed: is broken'), 1, 'and logged once');
query(q{DELETE FROM fault; SELECT empathy.resume('segments')});
until_true(q{SELECT failures = 0 AND note IS NULL AND last_success > last_start FROM empathy.jobs WHERE job = 'segments'}, 'until it works');

note('stopping');
query(q{INSERT INTO fault VALUES ('sleep')});
until_true(q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'empathy job' AND wait_event = 'PgSleep')}, 'a long run');
query('SELECT empathy.stop_worker()');
until_true(q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'empathy job')}, 'is ended by stop_worker()');
query('DELETE FROM fault; SELECT empathy.start_worker()');
until_true(q{SELECT last_error ~ 'ended during the run' FROM empathy.jobs WHERE job = 'segments'}, 'and counted');

note('retention');
my $years = q{SELECT count(DISTINCT period) FROM empathy.state};
is(query($years), '4', 'four years are there');
query(q{SELECT empathy.schedule('retention', '1 day', source => 'event', older_than => '18 months'); UPDATE empathy.job SET next_start = now() WHERE job = 'retention'});
until_true("SELECT ($years) = 2", 'two go');
until_true(q{SELECT string_agg(states || ' ' || customers, ', ') = '80 80' FROM empathy.job_runs WHERE job = 'retention'}, 'which job_runs tells');
is(query('SELECT count(*) FROM empathy.verify()'), '0', 'all is exact');
is(query(q{SELECT count(*) FROM ((SELECT customer, profile FROM empathy.live_profiles EXCEPT SELECT customer, profile FROM empathy.person)
	UNION ALL (SELECT customer, profile FROM empathy.person EXCEPT SELECT customer, profile FROM empathy.live_profiles)) AS d}), '0', 'so is the live view');
query(q{INSERT INTO event VALUES ('1', now() - interval '3 years'), ('1', now())});
until_true('SELECT NOT EXISTS (SELECT FROM empathy.change_log)', 'late events');
is(query($years), '2', 'do not bring it back');
is(query(q{SELECT events FROM empathy.profiles WHERE customer = '1'}), '3', 'those that count do');
query(q{SELECT empathy.invalidate('event')});
until_true('SELECT NOT EXISTS (SELECT FROM empathy.change_log)', 'nor does invalidate()');
is(query($years), '2', 'it keeps to what is kept');
query(q{SELECT empathy.unschedule('retention', 'event')});
until_true("SELECT ($years) = 4", 'unschedule() brings it back');
is(query(q{SELECT count(*) FROM empathy.verify()}), '0', 'all is exact');
is(query(q{SELECT count(*) FROM empathy.jobs WHERE job = 'retention'}), '0', 'and the job is gone');
query(q{SELECT empathy.schedule('retention', older_than => '30 months'); SELECT empathy.stop_worker(); UPDATE empathy.job SET next_start = now() WHERE job = 'retention'});
query('CALL empathy.refresh()');
is(query($years), '3', 'without a worker refresh() sees to it');
query(q{SELECT empathy.unschedule('segments')});
is(query(q{SELECT every, retries FROM empathy.job WHERE job = 'segments'}), '00:00:05|', 'unschedule() of a built-in job is the default');

note('no slot');
$node->append_conf('postgresql.conf', "max_worker_processes = 3\n");	# launcher, worker and that of logical replication
$node->restart;
query('SELECT empathy.start_worker(); UPDATE empathy.job SET next_start = now()');
until_true(q{SELECT note = 'no free background worker slot: raise max_worker_processes' FROM empathy.jobs WHERE job = 'segments'}, 'jobs says so');
query(q{INSERT INTO event VALUES ('still', now())});
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'still')}, 'the refresh goes on');
is(query(q{SELECT failures FROM empathy.jobs WHERE job = 'segments'}), '0', 'it is no failure');

$node->stop;
done_testing();
