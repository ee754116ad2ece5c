# Without any worker of ours: pg_cron calls refresh(), and that does all of the work, retention, models and segments too.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;

$PostgreSQL::Test::Utils::timeout_default *= 3;	# a run begins with a minute
my $node = EmpathyNode->new('cron');
$node->append_conf('postgresql.conf', <<'END');
shared_preload_libraries = 'empathy,pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
empathy.workers = 0
END
$node->start;

sub query { return $node->safe_psql('postgres', $_[0]) }
sub until_true { return ok($node->poll_query_until('postgres', $_[0]), $_[1]) }

query(q{
	CREATE EXTENSION pg_cron;
	CREATE EXTENSION empathy;
	CREATE TABLE event (customer text, at timestamptz, body text);
	INSERT INTO event SELECT 'c' || i % 40, now() - i * interval '1 day', 'where is my parcel' FROM generate_series(1, 2000) AS i;
	SELECT empathy.watch('event', kind => '''chat''');
	SELECT empathy.schedule('retention', every => '1 day', source => 'event', older_than => '1 year');
	SELECT empathy.add_segment('some', 'SELECT customer FROM event WHERE customer < ''c2''')});
is(query('SELECT DISTINCT note FROM empathy.jobs'), 'empathy.workers is 0: raise it', 'no worker runs, and jobs says so');
is(query('SELECT count(*) FROM empathy.profiles'), '0', 'so nothing is filled yet');

# As a role that may do this and nothing else. A minute is the shortest time that every pg_cron knows.
query(q{
	CREATE ROLE clock LOGIN;
	GRANT USAGE ON SCHEMA cron, empathy TO clock;
	GRANT EXECUTE ON PROCEDURE empathy.refresh, empathy.refresh_changes, empathy.rescore, empathy.refresh_scopes, empathy.retain TO clock;
	GRANT EXECUTE ON FUNCTION empathy.refresh_batch, empathy.refresh_done, empathy.retrain, empathy.rescore_batch,
		empathy.refresh_scope, empathy.claim_retention, empathy.retain_batch, empathy.retain_done TO clock;
	SET ROLE clock;
	SELECT cron.schedule('refresh', '* * * * *', 'CALL empathy.refresh()'), cron.schedule('begin', '@reboot', 'CALL empathy.refresh()')});
until_true(q{SELECT status = 'succeeded' FROM cron.job_run_details}, 'a run');
is(query(q{SELECT state FROM empathy.sources}), 'live', 'fills the table');
is(query(q{SELECT count(*) FROM empathy.profiles}), '40', 'makes profiles');
is(query(q{SELECT customers > 0 FROM empathy.segments}), 't', 'fills a segment');
cmp_ok(query(q{SELECT count(*) FROM empathy.models WHERE customers > 0}), '>', 0, 'learns models');
is(query(q{SELECT min(period) > now() - interval '14 months' FROM empathy.state}), 't', 'and removes what is too old');
query(q{INSERT INTO event VALUES ('new', now(), 'thanks')});
$node->restart;
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'new')}, 'a new event is seen by the next');
is(query(q{SELECT count(*) FROM cron.job_run_details WHERE status = 'failed'}), '0', 'no run failed');
is(query('SELECT * FROM empathy.verify()'), '', 'all is exact');

note('history');
query(q{
	INSERT INTO empathy.job_run (job, started_at, finished_at, status)
	SELECT job, now(), now(), 'done' FROM unnest('{refresh,segments}'::text[]) AS job, generate_series(1, 1500)});
for my $n (1 .. 30)
{
	query(qq{INSERT INTO event VALUES ('more', now(), 'number $n')});
	query('CALL empathy.refresh()');
}
cmp_ok(query(q{SELECT count(*) FROM empathy.job_run WHERE job = 'refresh'}), '<', 1050, 'is bounded where no worker sees to it');

note('a broken source');
query('ALTER TABLE event DROP COLUMN at');
$node->restart;
until_true(q{SELECT state = 'broken' FROM empathy.sources}, 'is one here too');
is(query('SELECT count(*) > 40 FROM empathy.profiles'), 't', 'the last rows stay served');

$node->stop;
done_testing();
