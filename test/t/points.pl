# A refresh that is killed or ended at chosen points: whoever holds a lock on the table that it writes next has it stand
# there. Nothing of a batch is done before it is committed, all of it after; the next refresh makes up for it exactly.
use strict;
use warnings;

use EmpathyNode;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = EmpathyNode->new('points');
$node->preload;
$node->append_conf('postgresql.conf', <<'END_OF_CONF');
restart_after_crash = on
max_worker_processes = 12
max_prepared_transactions = 2
empathy.naptime = '50ms'
END_OF_CONF
$node->start;

sub query { return $node->safe_psql('postgres', $_[0]) }
sub until_true { return ok($node->poll_query_until('postgres', $_[0]), $_[1]) }

query(q{
	CREATE EXTENSION empathy;
	CREATE TABLE ev (customer text, at timestamptz, amount numeric);
	INSERT INTO ev SELECT 'c' || i % 100, timestamptz '2026-01-01' + i % 90 * interval '1 day', i FROM generate_series(1, 1000) AS i;
	-- One period, so one batch for all that changes: a run of the worker may end after any.
	SELECT empathy.watch('ev', kind => '''order''', period => 'year'), empathy.schedule('rescore', '100 ms');
	CREATE VIEW difference AS
	WITH kept AS (SELECT customer, profile FROM empathy.person),
		wanted AS (SELECT customer, empathy.profile_agg(at, 'order', NULL, amount) FROM public.ev GROUP BY customer)
	(TABLE kept EXCEPT TABLE wanted) UNION ALL (TABLE wanted EXCEPT TABLE kept);
	-- Waits for a session that waits for a table: the worker, or a client.
	CREATE FUNCTION standing(relation regclass, type text) RETURNS int LANGUAGE plpgsql AS $$
	DECLARE
		found int;
	BEGIN
		FOR i IN 1 .. 3000 LOOP
			PERFORM pg_stat_clear_snapshot(), pg_sleep(0.01);
			SELECT l.pid INTO found FROM pg_locks l JOIN pg_stat_activity a USING (pid)
			WHERE NOT l.granted AND l.relation = standing.relation AND a.backend_type = type;
			EXIT WHEN found IS NOT NULL;
		END LOOP;
		RETURN found;
	END $$});
query('SELECT empathy.start_worker()');
my $caught_up = q{SELECT NOT EXISTS (SELECT FROM empathy.change_log) AND NOT EXISTS (SELECT FROM empathy.unmerged)
	AND NOT EXISTS (SELECT FROM empathy.sources WHERE state <> 'live')};
until_true($caught_up, 'filled');

# Something of every kind: new rows of a customer who is new and one who is not, one who goes, one who becomes another.
my $changes = 0;
sub change
{
	$changes++;
	query(qq{
		INSERT INTO ev VALUES ('new $changes', '2026-01-01', 1), ('c$changes', '2026-01-01', 2);
		DELETE FROM ev WHERE customer = (SELECT min(customer) FROM ev WHERE customer LIKE 'c%');
		UPDATE ev SET customer = 'moved $changes' WHERE customer = (SELECT max(customer) FROM ev WHERE customer LIKE 'c%')});
	return;
}

sub kept { return query('SELECT (SELECT count(*) FROM empathy.change_log), md5(string_agg(p::text, chr(10) ORDER BY p.customer)) FROM empathy.person AS p') }

# Has a refresh stand at a table, and ends it there by a signal; returns what was kept before and after.
sub end_at
{
	my ($table, $who, $signal, $everybody) = @_;
	my $refresh;
	query(q{SELECT empathy.pause('refresh')});
	change();
	query(q{SELECT empathy.invalidate('ev')}) if $everybody;
	my $before = kept();
	query("BEGIN; LOCK TABLE empathy.$table IN SHARE MODE; PREPARE TRANSACTION 'point'"); # outlives a crash
	if ($who eq 'worker')
	{
		query(q{SELECT empathy.resume('refresh')});
	}
	else
	{
		$refresh = IPC::Run::start([ 'psql', '-X', '-c', 'CALL empathy.refresh()', $node->connstr('postgres') ], '<', \undef, '>', '/dev/null', '2>', '/dev/null');
	}
	my $type = $who eq 'worker' ? 'empathy worker' : 'client backend';
	# Soon, as it does not wait for long; paused, so that whoever comes next leaves all as it is.
	my $pid = query(qq{SELECT standing('empathy.$table', '$type'); UPDATE empathy.job SET enabled = false WHERE job = 'refresh'});
	kill $signal, $pid or die 'nobody to kill';
	IPC::Run::finish($refresh) if $refresh;
	sleep 0.1 while kill 0, $pid;
	$node->wait_for_server;
	my $after = kept();
	query(q{ROLLBACK PREPARED 'point'});
	return ($before, $after);
}

# Points of a batch in their order, and what has been done before.
my @points = (
	[ state => 'log rows are taken' ],
	[ person => 'states are written' ],
	[ person_change => 'profiles are merged' ],
	[ source => 'scores are computed' ],
	[ job_run => 'the batch is committed' ],
	[ source_here => 'a fill is planned', 1 ],
	[ unmerged => 'states of everybody are written', 1 ],
	[ person => 'profiles wait to be merged', 1 ]);

my $scored = q{SELECT NOT EXISTS (SELECT FROM empathy.profiles AS p FULL JOIN (SELECT customer, count(*) AS events FROM ev GROUP BY customer) AS e USING (customer)
	WHERE p.events IS DISTINCT FROM e.events)};

sub try_point
{
	my ($who, $signal, $table, $done, $everybody) = @_;
	my $name = "SIG$signal of the $who when $done";
	my ($before, $after) = end_at($table, $who, $signal, $everybody);
	if ($table eq 'job_run')
	{
		# Whether a crash undoes what was committed at that moment is a matter of synchronous_commit.
		ok(query('SELECT count(*) FROM empathy.change_log') . query('SELECT * FROM difference') eq '0' || ($signal eq 'KILL' && $after eq $before),
			"$name: all is done, or nothing");
	}
	elsif (!$everybody)
	{
		is($after, $before, "$name: nothing is done");
	}
	if ($who eq 'worker')
	{
		query(q{SELECT empathy.start_worker(), empathy.resume('refresh')});
		until_true($caught_up, "$name: another worker catches up");
	}
	else
	{
		query('CALL empathy.refresh()');
	}
	is(query('SELECT * FROM empathy.verify()') . query('SELECT * FROM difference'), '', "$name: then all is exact");
	until_true($scored, "$name: and so are scores");
	return;
}

for my $who ('client', 'worker')
{
	for my $point (@points)
	{
		try_point($who, $_, @$point) for 'KILL', 'TERM';
	}
}

$node->stop;
done_testing();
