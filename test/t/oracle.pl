# Law 3 under stress: writers, refreshers, and a checker that compares, in one snapshot, the live view with an
# aggregate from scratch over the tables. The same without the lock must fail, or the test would prove nothing.
# Then processes are killed, and the server is, and the next refresh must be exact.
use strict;
use warnings;

use EmpathyNode;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = EmpathyNode->new('oracle');
$node->append_conf('postgresql.conf',
	"restart_after_crash = on\nmax_connections = 30\nempathy.workers = 0\ndeadlock_timeout = 100ms\n");
$node->start;

my $scripts = PostgreSQL::Test::Utils::tempdir;
my $write = "$scripts/write.sql";
my $refresh = "$scripts/refresh.sql";

# One row lock in a transaction, so that writers don't run into deadlocks of their own.
append_to_file($write, <<'END');
\set what random(1, 33)
\set who random(1, 30)
\set day random(1, 90)
\set id random(1, 300)
\set ms random(0, 12)
BEGIN;
INSERT INTO ev (customer, at, amount) VALUES (:who, timestamptz '2025-12-01' + :day * interval '1 day', :id);
\if :what <= 6
UPDATE ev SET customer = :who WHERE id = (SELECT max(id) FROM ev) - :id;
\elif :what <= 9
UPDATE ev SET at = at + :day * interval '1 day' WHERE id = (SELECT max(id) FROM ev) - :id;
\elif :what <= 18
DELETE FROM ev WHERE id = (SELECT min(id) FROM ev WHERE id > :id);
\elif :what <= 19
INSERT INTO chat VALUES (:who, timestamptz '2025-12-01' + :day * interval '1 day', 'this is number ' || :id);
\elif :what <= 23
INSERT INTO parts (customer, at, amount) VALUES (:who, timestamptz '2025-12-01' + :day * interval '1 day', :id), (:who, '2026-02-01', 1);
\elif :what <= 26
UPDATE parts SET at = timestamptz '2025-12-01' + :day * interval '1 day' WHERE id = (SELECT max(id) FROM parts) - :id;
\elif :what <= 28
UPDATE parts SET customer = :who WHERE id = (SELECT max(id) FROM parts) - :id;
\elif :what <= 29
DELETE FROM parts_2 WHERE id = (SELECT min(id) FROM parts_2 WHERE id > :id);
\elif :what <= 30
INSERT INTO parts_3 (id, customer, at, amount) VALUES (nextval('parts_id_seq'), :who, '2026-02-10', :id);
\elif :what <= 32
INSERT INTO ev (id, customer, at, amount) SELECT max(id) - :id, :who, '2026-01-15', 5 FROM ev ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, amount = 7;
\else
SELECT empathy.invalidate('ev', since => date '2025-12-01' + :day, until => date '2025-12-01' + :day);
\endif
\sleep :ms ms
\if :id > 280
ROLLBACK;
\else
COMMIT;
\endif
END
append_to_file($refresh, "CALL empathy.refresh();\n\\sleep 3 ms\n");

$node->safe_psql('postgres', q{
	CREATE EXTENSION empathy;
	CREATE TABLE ev (id bigserial PRIMARY KEY, customer int, at timestamptz, amount numeric);
	CREATE TABLE chat (customer text, at timestamptz, body text);
	CREATE TABLE parts (id bigserial, customer int, at timestamptz, amount numeric) PARTITION BY RANGE (at);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
	CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
	CREATE TABLE parts_3 PARTITION OF parts FOR VALUES FROM ('2026-02-01') TO (MAXVALUE);
	INSERT INTO parts (customer, at, amount)
	SELECT i % 30 + 1, timestamptz '2025-12-01' + i % 90 * interval '1 day', i FROM generate_series(1, 300) AS i;
	INSERT INTO ev (customer, at, amount)
	SELECT i % 30 + 1, timestamptz '2025-12-01' + i % 90 * interval '1 day', i FROM generate_series(1, 300) AS i;
	SELECT empathy.watch('ev', kind => '''order'''), empathy.watch('chat', kind => '''chat'''), empathy.watch('parts', kind => '''order''');
	CREATE VIEW scratch AS
	SELECT customer, empathy.profile_agg(at, kind, body, amount) AS profile
	FROM (SELECT customer::text, at, 'order' AS kind, NULL AS body, amount FROM ev
	      UNION ALL SELECT customer::text, at, 'order', NULL, amount FROM parts
	      UNION ALL SELECT customer, at, 'chat', body, NULL FROM chat) AS e GROUP BY customer;
	CREATE VIEW difference AS
	WITH live AS MATERIALIZED (SELECT customer, profile FROM empathy.live_profiles), wanted AS MATERIALIZED (TABLE scratch)
	(TABLE live EXCEPT TABLE wanted) UNION ALL (TABLE wanted EXCEPT TABLE live);
	CREATE TABLE checked (at timestamptz, differences bigint, broken bigint);
	CREATE PROCEDURE compare(span interval, at_least int) LANGUAGE plpgsql AS $$
	DECLARE
		until timestamptz := clock_timestamp() + span;
	BEGIN
		TRUNCATE checked;
		COMMIT;
		FOR i IN 1 .. 100000 LOOP
			EXIT WHEN clock_timestamp() > until AND (i > at_least OR clock_timestamp() > until + interval '3 minutes');
			INSERT INTO checked
			SELECT clock_timestamp(), (SELECT count(*) FROM difference),
			       (SELECT count(*) FROM empathy.source WHERE error IS NOT NULL);
			COMMIT;
		END LOOP;
	END $$;
});

# Writers and refreshers, until they are done or told to stop.
sub begin_stress
{
	my ($seconds) = @_;
	my @run;
	for my $part ([ $write, 4 ], [ $refresh, 3 ])
	{
		my ($script, $clients) = @$part;
		push @run, { out => '', err => '' };
		$run[-1]{handle} = IPC::Run::start(
			[ 'pgbench', '-n', '-f', $script, '-c', $clients, '-j', 1, '-T', $seconds, $node->connstr('postgres') ],
			'<', \undef, '>', \$run[-1]{out}, '2>', \$run[-1]{err});
	}
	return @run;
}

# Waits for them; returns what went wrong.
sub end_stress
{
	my $trouble = '';
	for my $run (@_)
	{
		my $well = IPC::Run::finish($run->{handle});
		$trouble .= $run->{err} if !$well || $run->{err} =~ /abort|could not/;
	}
	return $trouble;
}

sub query { return $node->safe_psql('postgres', $_[0]) }

# After the last refresh everything is exact.
sub is_exact
{
	my ($name) = @_;
	is(query(q{SELECT count(*) FROM difference}), '0', "$name: the live view is exact");
	query('CALL empathy.refresh()');
	is(query(q{SELECT count(*) FROM empathy.change_log}), '0', "$name: nothing is left to do");
	is(query(q{SELECT count(*) FROM ((SELECT customer, profile FROM empathy.person EXCEPT TABLE scratch)
			UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.person)) AS d}),
		'0', "$name: a refresh is exact");
	is(query('SELECT * FROM empathy.verify()'), '', "$name: verify() has nothing to say");
	return;
}

# Two refreshes of different sources, of which the first is slow to write the profile that it merged, and a writer in
# between: whether what is kept stays wrong.
sub lost_update
{
	query(q{
		SELECT empathy.invalidate('ev'), empathy.invalidate('chat');
		CALL empathy.refresh();
		CREATE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS $f$
		BEGIN
			IF current_setting('application_name') = 'slow' THEN
				PERFORM pg_sleep(2);
			END IF;
			RETURN NEW;
		END $f$;
		CREATE TRIGGER brake BEFORE INSERT ON empathy.person FOR EACH ROW EXECUTE FUNCTION brake();
		INSERT INTO ev (customer, at, amount) VALUES (77, '2026-01-01', 1)});
	my $only = 'SELECT r.* FROM empathy.source s, empathy.refresh_batch(ARRAY[s.source]) r WHERE s.relation <> ';
	my $first = IPC::Run::start(
		[ 'psql', '-X', '-c', "$only 'ev'::regclass", $node->connstr('postgres') . ' application_name=slow' ],
		'<', \undef, '>', '/dev/null', '2>', '/dev/null');
	$node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')});
	query(q{INSERT INTO chat VALUES ('77', '2026-01-02', 'lost')});
	query("$only 'chat'::regclass");
	IPC::Run::finish($first);
	query('CALL empathy.refresh()');
	my $lost = query('SELECT count(*) > 0 FROM empathy.verify()');
	query(q{DROP FUNCTION brake() CASCADE; DELETE FROM ev WHERE customer = 77; DELETE FROM chat WHERE customer = '77'});
	return $lost;
}

note('stress');
query('CALL empathy.refresh()');
my @run = begin_stress(40);
query(q{CALL compare('39 s', 100)});
is(end_stress(@run), '', 'writers and refreshers ran without an error');
my ($checks, $wrong, $broken) = split /\|/,
	query('SELECT count(*), count(*) FILTER (WHERE differences > 0), sum(broken) FROM checked');
cmp_ok($checks, '>=', 100, "compared $checks times");
is($wrong, '0', 'without a difference');
is($broken, '0', 'and no source was ever broken');
cmp_ok(query('SELECT sum(changes) FROM empathy.job_runs'), '>', 20, 'while refreshes went on');
my ($transactions) = $run[0]{out} =~ /number of transactions actually processed: (\d+)/;
cmp_ok($transactions, '>', 500, "beside $transactions transactions");
is_exact('after the stress');

note('without the lock');
$node->safe_psql('postgres', q{
	DO $$
	DECLARE
		body text := pg_get_functiondef('empathy.refresh_batch'::regproc);
	BEGIN
		PERFORM set_config('oracle.body', body, false);
		IF position('LOCK TABLE empathy.refresh_lock IN EXCLUSIVE MODE;' IN body) = 0 THEN
			RAISE EXCEPTION 'there is no lock to take away';
		END IF;
		CREATE TABLE kept_body AS SELECT body;
		body := replace(body, 'LOCK TABLE empathy.refresh_lock IN EXCLUSIVE MODE;', '');
		EXECUTE replace(body, 'FOR NO KEY UPDATE SKIP LOCKED', ''); -- keeps two refreshers from the same source
	END $$;
});
# How often that shows under stress is a matter of chance; an update that comes at the wrong moment is lost for certain.
my $lost = 0;
for my $round (1 .. 2)
{
	@run = begin_stress(10);
	query(q{CALL compare('9 s', 20)});
	end_stress(@run);
	query('CALL empathy.refresh()');
	($wrong, $broken) = split /\|/,
		query('SELECT count(*) FILTER (WHERE differences > 0), count(*) FILTER (WHERE broken > 0) FROM checked');
	$lost = query('SELECT count(*) FROM empathy.verify()');
	note("without the lock, round $round: $wrong comparisons differ, $broken find a deadlock, and $lost states or profiles stay wrong");
	last if $wrong + $broken + $lost > 0;
}
my $update = lost_update();
ok($wrong + $broken + $lost > 0 || $update eq 't', 'without the lock this test finds something');
is($update, 't', 'an update is lost for ever');
query(q{DO $$ BEGIN EXECUTE (SELECT body FROM kept_body); END $$});
is(lost_update(), 'f', 'with the lock it is not');
is_exact('with the lock again');

note('crashes');
for my $round (1 .. 3)
{
	@run = begin_stress(30);
	sleep 1.5;
	my $pid = $node->safe_psql('postgres', q{
		DO $$
		BEGIN
			WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE query ~ '^CALL empathy' AND state = 'active' AND wait_event_type IS NULL) LOOP
				PERFORM pg_stat_clear_snapshot(), pg_sleep(0.001);
			END LOOP;
		END $$;
		SELECT pid FROM pg_stat_activity WHERE query ~ '^CALL empathy' AND state = 'active' LIMIT 1});
	kill 'KILL', $pid;
	IPC::Run::finish($_->{handle}) for @run;
	$node->wait_for_server;
	is_exact("kill -9 of a refresher, $round");
}
@run = begin_stress(30);
sleep 1.5;
$node->stop('immediate');
IPC::Run::finish($_->{handle}) for @run;
$node->start;
is_exact('an immediate stop');

$node->stop;
done_testing();
