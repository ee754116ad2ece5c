# What must not harm: processes and servers that are killed at random while sessions write, a disk that is full, tables,
# roles and the extension dropped under load, standbys and promotion, recovery to a point in time, and long lives.
# After each, verify() has nothing to say and nothing is left behind.
#
#   EMPATHY_KILLS       kills at random points (50)
#   EMPATHY_REFRESHES   refreshes after which memory is compared (1000)
use strict;
use warnings;

use EmpathyNode;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $kills = $ENV{EMPATHY_KILLS} // 50;
my $refreshes = $ENV{EMPATHY_REFRESHES} // 1000;
my $seed = $ENV{EMPATHY_SEED} // time;
srand $seed;
note("EMPATHY_SEED=$seed");

my $node = EmpathyNode->new('survive', allows_streaming => 1, has_archiving => 1);
$node->preload;
$node->append_conf('postgresql.conf', <<'END');
restart_after_crash = on
max_worker_processes = 12
max_prepared_transactions = 5
empathy.naptime = '100ms'
log_min_messages = warning
END
$node->start;

sub query { return $node->safe_psql($_[1] // 'postgres', $_[0]) }
sub until_true
{
	my ($query, $name, $on) = @_;
	return ok(($on // $node)->poll_query_until('postgres', $query), $name);
}

# One row lock in a transaction, so that writers don't run into deadlocks of their own.
my $script = PostgreSQL::Test::Utils::tempdir . '/write.sql';
append_to_file($script, <<'END');
\set what random(1, 10)
\set who random(1, 40)
\set day random(1, 90)
BEGIN;
INSERT INTO ev (customer, at, amount) VALUES (:who, timestamptz '2025-12-01' + :day * interval '1 day', :day);
\if :what <= 4
UPDATE ev SET customer = :who, at = at + interval '20 days' WHERE id = (SELECT max(id) FROM ev) - :day;
\elif :what <= 9
DELETE FROM ev WHERE id = (SELECT min(id) FROM ev WHERE id > :day);
\endif
COMMIT;
\sleep 5 ms
END
my $setup = q{
	CREATE TABLE ev (id bigserial PRIMARY KEY, customer int, at timestamptz, amount numeric);
	CREATE INDEX ON ev (customer, at);
	INSERT INTO ev (customer, at, amount)
	SELECT i % 40 + 1, timestamptz '2025-12-01' + i % 90 * interval '1 day', i FROM generate_series(1, 2000) AS i;
};
my $watch = q{SELECT empathy.watch('ev', kind => '''order'''), empathy.schedule('rescore', '200 ms'), empathy.schedule('segments', '200 ms');};
my $caught_up = q{SELECT NOT EXISTS (SELECT FROM empathy.change_log) AND NOT EXISTS (SELECT FROM empathy.unmerged)
	AND NOT EXISTS (SELECT FROM empathy.sources WHERE state <> 'live')};

my $load;

sub begin_load
{
	my ($seconds, $database) = @_;
	my %run = (out => '', err => '');
	$run{handle} = IPC::Run::start([ 'pgbench', '-n', '-f', $script, '-c', 3, '-j', 1, '-T', $seconds, $node->connstr($database // 'postgres') ],
		'<', \undef, '>', \$run{out}, '2>', \$run{err});
	return \%run;
}

sub is_exact
{
	my ($name, $on) = @_;
	$on //= $node;
	until_true($caught_up, "$name: caught up", $on);
	is($on->safe_psql('postgres', q{SELECT * FROM empathy.verify()}), '', "$name: verify() has nothing to say");
	is($on->safe_psql('postgres', q{SELECT count(*) FROM empathy.person p FULL JOIN empathy.score s USING (customer)
		WHERE p.customer IS NULL OR s.customer IS NULL}), '0', "$name: no score is stranded");
	return;
}

query("CREATE EXTENSION empathy; $setup $watch");
until_true($caught_up, 'filled');

note('kills');
my %victims = (
	backend => q{backend_type = 'client backend' AND application_name = 'pgbench'},
	worker => q{backend_type = 'empathy worker'},
	job => q{backend_type = 'empathy job'},
	launcher => q{backend_type = 'empathy launcher'},
	checkpointer => q{backend_type = 'checkpointer'});
my @names = (sort(keys %victims), 'worker', 'worker', 'postmaster');
my %killed;

# Kills one; false if there is none just now.
sub kill_one
{
	my ($name) = @_;
	if ($name eq 'postmaster')
	{
		$node->kill9;
		# its children notice, one after another
		for (1 .. 100)
		{
			$node->{_pid} = undef;	# a start that fails leaves the old one
			return 1 if $node->start(fail_ok => 1);
			sleep 0.2;
		}
		die 'the server does not start';
	}
	my ($status, $pid) = eval { $node->psql('postgres', "SELECT pid FROM pg_stat_activity WHERE $victims{$name} ORDER BY random() LIMIT 1") };
	return !$@ && $status == 0 && $pid && kill('KILL', $pid);
}

for my $n (1 .. $kills)
{
	$load = begin_load(60);
	sleep 0.05 + rand 0.4;
	my $name = $names[ rand @names ];
	$name = 'backend' unless kill_one($name);
	kill_one('backend') if !$killed{$name}++ && $name eq 'backend';
	$node->wait_for_server;
	$load->{handle}->kill_kill;
	next if $n % 10 && $n < $kills;
	is_exact("after $n kills");
}
note('killed: ' . join ', ', map { "$_ $killed{$_}" } sort keys %killed);
for my $n (1 .. 3)
{
	$load = begin_load(60);
	sleep 0.3 + rand 0.5;
	$node->stop('immediate');
	$node->start;
	$load->{handle}->kill_kill;
}
is_exact('after immediate stops');
is(query('SELECT count(*) FROM pg_prepared_xacts'), '0', 'nothing is left prepared');

note('a fill that is killed');
# A period in each batch, as if there were a million rows in it.
query(q{
	CREATE TABLE past AS SELECT i % 40 AS customer, timestamptz '2020-01-15' + i * interval '1 month' AS at FROM generate_series(1, 60) AS i;
	CREATE FUNCTION slow() RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.05); RETURN ''visit''; END';
	SELECT empathy.stop_worker();
	SELECT empathy.watch('past', kind => 'public.slow()')});
my $filling = q{SELECT periods_to_fill FROM empathy.sources WHERE relation = 'past'::regclass};
for (1 .. 10)	# a batch each; something else may come first
{
	query(q{CALL empathy.refresh('0 s')});
	last if query($filling) > 1;
}
query(q{UPDATE empathy.source SET rows_seen = 60000000, fill_from = fill_from - interval '1 hour' WHERE relation = 'past'::regclass});
is(query($filling), '60', 'all is to be read');
my $fill = IPC::Run::start([ 'psql', '-X', '-c', 'CALL empathy.refresh()', $node->connstr('postgres') . ' application_name=fill' ], '<', \undef, '>', '/dev/null', '2>', '/dev/null');
until_true(qq{SELECT ($filling) BETWEEN 1 AND 50}, 'some is read');
my ($left, $progress) = split /\|/, query(q{SELECT periods_to_fill, rows_done BETWEEN 1 AND rows_seen AND rows_a_second > 0 AND time_left > '1 s' FROM empathy.sources WHERE relation = 'past'::regclass});
is($progress, 't', 'sources shows how far it is');
kill 'KILL', query(q{SELECT pid FROM pg_stat_activity WHERE application_name = 'fill'});
IPC::Run::finish($fill);
$node->wait_for_server;
cmp_ok(query($filling), '<=', $left, 'what was read is not read again');
cmp_ok(query($filling), '>', 0, 'the rest is');
is(query(q{SELECT max(l.period) < (SELECT min(t.period) FROM empathy.state t WHERE t.source = l.source) FROM empathy.change_log l JOIN empathy.source s USING (source)
	WHERE s.relation = 'past'::regclass GROUP BY l.source}), 't', 'the newest come first');
query(q{CREATE OR REPLACE FUNCTION slow() RETURNS text LANGUAGE sql AS $$ SELECT 'visit' $$; SELECT empathy.start_worker()});
is_exact('after a killed fill');
query(q{SELECT empathy.unwatch('past'); DROP TABLE past});

note('a full disk');
# Files of the process may not grow over a size: to it that is a full disk. WAL files are smaller.
query(q{SELECT empathy.pause('refresh'); INSERT INTO empathy.change_log SELECT 0, repeat('x', 1000), NULL, now() FROM generate_series(1, 20000)});
query('VACUUM FULL empathy.change_log');
my $size = query(q{SELECT pg_relation_size('empathy.change_log')});
my $limited = $node->background_psql('postgres', on_error_stop => 0);
my $pid = $limited->query('SELECT pg_backend_pid()');
system_or_bail('prlimit', '--pid', $pid, '--fsize=' . ($size) . ':unlimited');
my $before = query('SELECT count(*) FROM ev');
$limited->query('INSERT INTO ev (customer, at, amount) SELECT c, now() - d * interval \'31 days\', 1 FROM generate_series(1, 1000) AS c, generate_series(1, 9) AS d');
like($limited->{stderr}, qr/could not extend file .*File too large/, 'a writer whose log row has no place fails');
$limited->{stderr} = '';
is(query('SELECT count(*) FROM ev'), $before, 'with all that it wrote');
system_or_bail('prlimit', '--pid', $pid, '--fsize=unlimited:unlimited');
$limited->query('INSERT INTO ev (customer, at, amount) VALUES (1, now(), 1)');
is(query('SELECT count(*) FROM ev'), $before + 1, 'and works again when there is room');
$limited->quit;
query(q{DELETE FROM empathy.change_log WHERE source = 0; SELECT empathy.resume('refresh')});
is_exact('after a full disk');

note('drops under load');
$load = begin_load(8);
query(q{
	CREATE ROLE seller; CREATE ROLE heir;
	CREATE TABLE other (customer int, at timestamptz); CREATE TABLE third (customer int, at timestamptz);
	INSERT INTO other SELECT i % 9, now() - i * interval '1 hour' FROM generate_series(1, 500) AS i;
	INSERT INTO third SELECT i % 9, now() - i * interval '1 hour' FROM generate_series(1, 500) AS i;
	SELECT empathy.watch('other'), empathy.watch('third');
	ALTER TABLE third OWNER TO seller;
	DROP TABLE other});
until_true(q{SELECT EXISTS (SELECT FROM empathy.sources WHERE state = 'broken' AND error ~ 'does not exist')}, 'a dropped table is a broken source');
query(q{REASSIGN OWNED BY seller TO heir; DROP ROLE seller; INSERT INTO third VALUES (100, now())});
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = '100')}, 'a dropped owner is no trouble');
until_true(q{SELECT NOT EXISTS (SELECT FROM empathy.jobs WHERE failures > 0)}, 'nor is any of it to the jobs');
query(q{SELECT empathy.unwatch(relation) FROM empathy.sources WHERE state = 'broken'});
IPC::Run::finish($load->{handle});
unlike($load->{err}, qr/ERROR|abort/, 'writers did not notice');
is_exact('after drops');
$load = begin_load(6);
sleep 1;
query(q{SELECT empathy.unwatch(relation) FROM empathy.sources});
query('DROP EXTENSION empathy');
sleep 1;
query("CREATE EXTENSION empathy; $watch SELECT empathy.watch('third')");
IPC::Run::finish($load->{handle});
unlike($load->{err}, qr/ERROR|abort/, 'the extension goes and comes under load');
is_exact('after DROP EXTENSION');
like((query_fails(q{ALTER EXTENSION empathy UPDATE TO '999'}))[0], qr/no update path from version/, 'there is no update to a version that is not installed');

sub query_fails
{
	my (undef, undef, $err) = $node->psql('postgres', $_[0]);
	return $err;
}

query('CREATE DATABASE doomed');
query("CREATE EXTENSION empathy; $setup $watch SELECT empathy.start_worker()", 'doomed');
ok($node->poll_query_until('doomed', $caught_up), 'another database is served');
$load = begin_load(30, 'doomed');
sleep 1;
query('DROP DATABASE doomed WITH (FORCE)');
ok(!IPC::Run::finish($load->{handle}), 'it is dropped under load');
query(q{INSERT INTO ev (customer, at, amount) VALUES (1, now(), 1)});
is_exact('after DROP DATABASE');

note('standby');
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "archive_mode = off\n");	# once promoted it would add to the archive
$standby->start;
query(q{INSERT INTO ev (customer, at, amount) VALUES (500, '2026-01-01', 1)});
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is($standby->safe_psql('postgres', q{SELECT count(*) FROM empathy.live_profiles WHERE customer = '500'}), '1', 'a standby reads');
my (undef, undef, $err) = $standby->psql('postgres', 'CALL empathy.refresh()');
like($err, qr/cannot refresh during recovery/, 'does not refresh');
(undef, undef, $err) = $standby->psql('postgres', 'SELECT empathy.start_worker()');
like($err, qr/during recovery|read-only/, 'nor starts a worker');
like($standby->safe_psql('postgres', 'SELECT DISTINCT note FROM empathy.jobs'), qr/the server is in recovery/, 'and jobs says so');
$standby->promote;
$standby->safe_psql('postgres', q{INSERT INTO ev (customer, at, amount) VALUES (501, '2026-01-01', 1)});
until_true(q{SELECT count(*) = 2 FROM empathy.profiles WHERE customer IN ('500', '501')}, 'once it is promoted it goes on', $standby);
is_exact('a promoted standby', $standby);
$standby->stop;

note('a point in time');
$load = begin_load(4);
sleep 1;
query(q{SELECT pg_create_restore_point('then')});
IPC::Run::finish($load->{handle});
query('SELECT pg_switch_wal()');
my $restored = PostgreSQL::Test::Cluster->new('restored');
$restored->init_from_backup($node, 'base', has_restoring => 1, standby => 0);
$restored->append_conf('postgresql.conf', "recovery_target_name = 'then'\nrecovery_target_action = promote\narchive_mode = off\n");
$restored->start;
ok($restored->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()'), 'recovered');
is_exact('a point in time', $restored);
$restored->stop;

note('a long life');
my %pids = (worker => query('SELECT empathy.worker_pid()'), launcher => query(q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'empathy launcher'}));

my $one = PostgreSQL::Test::Utils::tempdir . '/one.sql';
append_to_file($one, "INSERT INTO ev (customer, at, amount) SELECT 1 + random() * 39, '2026-01-01', 1;\n\\sleep 30 ms\n");

# Memory of its own, in kB.
sub memory { return slurp_file("/proc/$pids{$_[0]}/status") =~ /RssAnon:\s+(\d+)/ ? $1 : die 'no memory' }

# Refreshes that changed a profile. (Of their history only so many are kept.)
sub refreshes { return query('SELECT change FROM empathy.person_change') }

# Has events come, one by one, until so many refreshes have seen one or some.
sub live_for
{
	my ($goal) = (refreshes() + $_[0]);
	system_or_bail('pgbench', '-n', '-f', $one, '-t', 200, $node->connstr('postgres')) while refreshes() < $goal;
	return;
}
live_for(200);
my %first = map { $_ => memory($_) } keys %pids;
my $before_long = refreshes();
live_for($refreshes);
cmp_ok(refreshes() - $before_long, '>=', $refreshes, 'refreshes: ' . (refreshes() - $before_long));
for my $process (sort keys %pids)
{
	my $now = memory($process);
	cmp_ok($now, '<', $first{$process} + 1024, "memory of the $process is flat: $first{$process} kB, then $now kB");
}
is(query('SELECT empathy.worker_pid()'), $pids{worker}, 'it is the same worker');
is_exact('in the end');

$node->stop;
done_testing();
