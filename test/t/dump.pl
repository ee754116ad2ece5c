# Dump and restore, plain and custom: what was configured and learned is kept, what was computed is computed again.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EmpathyNode->new('dump');
$node->append_conf('postgresql.conf', "empathy.workers = 0\n");
$node->start;

sub query { return $node->safe_psql($_[1] // 'postgres', $_[0]) }

query(q{
	CREATE EXTENSION empathy;
	CREATE SCHEMA "the shop";
	CREATE TABLE "the shop"."order's" (customer bigint, at timestamptz, amount numeric);
	CREATE TABLE chat (customer text, at timestamptz, body text);
	CREATE TABLE gone (customer text, at timestamptz);
	INSERT INTO "the shop"."order's" SELECT i % 60, timestamptz '2025-12-01' + i * interval '5 hours', i FROM generate_series(1, 500) AS i;
	INSERT INTO chat SELECT i % 70, timestamptz '2025-12-01' + i * interval '5 hours', 'where is my parcel number ' || i FROM generate_series(1, 100) AS i;
	SELECT empathy.watch('"the shop"."order''s"', kind => '''order''', amount => 'amount * 2', period => 'year'),
		empathy.watch('gone'), empathy.watch('chat', kind => '''chat''');
	CALL empathy.refresh();
	SELECT empathy.schedule('refresh', '42 s'), empathy.schedule('retention', '2 days', retries => 3, source => 'chat', older_than => '3 years'), empathy.pause('rescore');
	SELECT empathy.stop_worker();
	SELECT empathy.add_phrase('aspect', 'parking', 'nowhere to park', -1), empathy.drop_phrase('aspect', 'price', 'overpriced');
	SELECT empathy.set_role('chat', 'purchase'), empathy.set_stage_rule('customer', 5, 'vip', 'days * >= 9'), empathy.drop_stage_rule('customer', 50);
	SELECT empathy.train_model('own', 'SELECT i % 7 AS n, i % 7 > 3 AS label FROM generate_series(1, 100) AS i');
	DROP TABLE gone;
	INSERT INTO chat VALUES ('last', '2026-01-01', 'not refreshed yet');
	CREATE TABLE said AS SELECT label, label || ' the ' || thing AS body
		FROM unnest('{refund,deliver,love}'::text[]) AS label, unnest('{lamp,chair,table,shirt,phone}'::text[]) AS thing;
	SELECT empathy.train_classifier('desk', 'SELECT body, label FROM said'), empathy.train_classifier('gone', 'SELECT body, label FROM said'),
		empathy.drop_classifier('gone');
	SELECT empathy.note('all', 'pains', E'\\t<b>"it\\\\''s"\\n', 'Ann'), empathy.note('customer:1', 'says', 'dropped'), empathy.drop_note(2);
	SELECT empathy.review('it''s gone', 'says', 'x', 'rejected') FROM empathy.add_segment('it''s gone', 'SELECT 1'); SELECT empathy.review('all', 'does', 'order', v, comment => 'why') FROM unnest('{rejected,confirmed}'::text[]) AS v;
	SELECT empathy.drop_segment('it''s gone');
	SELECT empathy.add_template(n, jsonb_build_object('quadrants', jsonb_build_object('says', jsonb_build_object('prompts', jsonb_build_array(jsonb_build_object('ask', 'it''s "' || i))))))
		FROM unnest('{ours,left}'::text[]) AS n, generate_series(1, 2) AS i;
	SELECT empathy.drop_template('left');
	CREATE ROLE "a ""creator"""; CREATE ROLE leaves;
	GRANT EXECUTE ON FUNCTION empathy.add_segment TO "a ""creator""", leaves;
	SELECT empathy.add_segment('it''s "quoted" Ünï', 'SELECT customer FROM "the shop"."order''s" WHERE amount > 400', '1 day');
	SET ROLE "a ""creator"""; SELECT empathy.add_segment('theirs', 'SELECT current_user'); SET ROLE leaves;
	SELECT empathy.add_segment('left', 'SELECT 1'); RESET ROLE; DROP OWNED BY leaves; DROP ROLE leaves;
	SELECT empathy.calibrate('mine', 'SELECT body, CASE label WHEN ''love'' THEN ''positive'' ELSE ''neutral'' END FROM said')});
is(query('SELECT count(*) FROM empathy.models'), '10', 'there are models');

my %kept = (
	sources => 'SELECT source, relation, customer, at, kind, said, amount, channel, direction, about, rating, period, watched_at, older_than FROM empathy.source WHERE relation IN (SELECT oid FROM pg_class) ORDER BY 1',
	jobs => 'SELECT job, every, max_run_time, retries, enabled FROM empathy.job ORDER BY job',
	models => 'SELECT * FROM empathy.model WHERE version > 0 ORDER BY model',
	phrases => 'SELECT * FROM empathy.phrases ORDER BY task, label, phrase',
	roles => 'SELECT * FROM empathy.kind_role',
	'stage rules' => 'SELECT * FROM empathy.stage_rules ORDER BY from_stage, rank',
	'text models' => 'SELECT * FROM empathy.text_model ORDER BY model',
	figures => 'SELECT * FROM empathy.figure ORDER BY model, measure',
	'what they answer' => q{SELECT body, empathy.classify(body, 'desk'), empathy.sentiment(body, 'mine-1') FROM said ORDER BY body},
	notes => 'SELECT * FROM empathy.notes ORDER BY id',
	reviews => 'SELECT * FROM empathy.reviews ORDER BY id',
	templates => 'SELECT * FROM empathy.template WHERE NOT builtin ORDER BY name, version',
	segments => 'SELECT * FROM empathy.segment ORDER BY segment',
	'models of the users' => 'SELECT * FROM empathy.predictor',
	'what they predict' => q{SELECT i, empathy.predict('own', v) FROM generate_series(1, 7) AS i, LATERAL (SELECT i AS n) AS v},
	'whether the worker is stopped' => 'SELECT * FROM empathy.worker_stop');
my $live = 'SELECT customer, profile FROM empathy.live_profiles ORDER BY customer';
my $folder = $node->backup_dir;
mkdir $folder;

for my $format ('plain', 'custom')
{
	my $file = "$folder/$format";
	my $database = "restored_$format";

	$node->command_ok([ 'pg_dump', '-F', $format, '-f', $file, $node->connstr('postgres') ], "$format: pg_dump");
	query("CREATE DATABASE $database");
	$node->command_ok(
		$format eq 'plain'
		? [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, $node->connstr($database) ]
		: [ 'pg_restore', '-e', '-d', $node->connstr($database), $file ],
		"$format: restore");
	is(query($kept{$_}, $database), query($kept{$_}), "$format: keeps $_") for sort keys %kept;
	is(query('SELECT DISTINCT state FROM empathy.sources', $database), 'filling', "$format: all has to be filled");
	is(query('SELECT bool_and(stale_since IS NOT NULL) FROM empathy.freshness', $database), 't', "$format: and is stale");
	is(query($live, $database), query($live), "$format: the live view is exact at once");
	query(q{DELETE FROM "the shop"."order's" WHERE customer = 3; INSERT INTO chat VALUES ('new', '2026-01-02', 'fine')}, $database);
	query('CALL empathy.refresh()', $database);
	is(query('SELECT DISTINCT state FROM empathy.sources', $database), 'live', "$format: filled");
	is(query('SELECT * FROM empathy.verify()', $database), '', "$format: exactly");
	is(query('SELECT name, customers, error FROM empathy.segments ORDER BY name', $database),
		qq{it's "quoted" Ünï|59|\nleft||role "leaves" does not exist\ntheirs|1|}, "$format: segments are filled again, where the role is still there");
	is(query('SELECT m FROM empathy.scope_members($$theirs$$) AS m', $database), 'a "creator"', "$format: with the rights of the same role");
	is(query(q{SELECT item FROM empathy.maps WHERE origin = 'human'}, $database), qq{\t<b>"it\\'s"\n}, "$format: notes are on the maps");
	is(query(q{SELECT empathy.add_template('left', definition) FROM empathy.templates WHERE template = 'ours-1'}, $database), 'left-3', "$format: a dropped template stays dropped");
	is(query(q{SELECT empathy.note('all', 'says', 'new') || ' ' || empathy.review('all', 'says', 'new', NULL)}, $database), '3 4', "$format: and goes on");
	query(q{INSERT INTO chat VALUES ('newer', '2026-01-02', 'fine'); CALL empathy.refresh()}, $database);
	is(query(q{SELECT count(*) FROM empathy.profiles WHERE customer IN ('3', 'new', 'newer', 'last')}, $database), '4',
		"$format: triggers are back");
	is(query('SELECT empathy.watch($$chat$$) > max(source) FROM empathy.source', $database), 'f', "$format: a known table is the same source");
	is(query(q{SELECT empathy.train_classifier('gone', 'SELECT body, label FROM said')}, $database), 'gone-2', "$format: a dropped version stays dropped");
	query('CREATE TABLE more (customer text, at timestamptz)', $database);
	is(query('SELECT empathy.watch($$more$$) > 3', $database), 't', "$format: a new one gets a number of its own");
}

$node->stop;
done_testing();
