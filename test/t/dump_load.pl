# Dumps while sessions write and the worker refreshes: neither waits for the other, and what is restored is exact, although
# a worker is there before the restore is done.
use strict;
use warnings;

use EmpathyNode;
use File::Path qw(rmtree);
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EmpathyNode->new('dump_load');
$node->preload;
$node->append_conf('postgresql.conf', "empathy.naptime = '100ms'\nmax_worker_processes = 12\n");
$node->start;

sub query { return $node->safe_psql($_[1] // 'postgres', $_[0]) }
sub until_true { return ok($node->poll_query_until($_[2] // 'postgres', $_[0]), $_[1]) }

my $script = PostgreSQL::Test::Utils::tempdir . '/write.sql';
append_to_file($script, <<'END_OF_SCRIPT');
\set what random(1, 10)
\set who random(1, 50)
\set day random(1, 90)
INSERT INTO "order" (customer, at, amount) VALUES (:who, timestamptz '2025-12-01' + :day * interval '1 day', :day);
\if :what <= 3
DELETE FROM "order" WHERE id = (SELECT min(id) FROM "order" WHERE id > :day);
\elif :what <= 6
INSERT INTO chat VALUES (:who, timestamptz '2025-12-01' + :day * interval '1 day', 'this is late ' || :day);
\endif
\sleep 10 ms
END_OF_SCRIPT

query(q{
	CREATE EXTENSION empathy;
	CREATE TABLE "order" (id bigserial, customer int, at timestamptz, amount numeric) PARTITION BY RANGE (at);
	CREATE TABLE early PARTITION OF "order" FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
	CREATE TABLE late PARTITION OF "order" FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
	CREATE TABLE chat (customer text, at timestamptz, body text);
	INSERT INTO "order" (customer, at, amount) SELECT i % 50, timestamptz '2025-12-01' + i % 90 * interval '1 day', i FROM generate_series(1, 2000) AS i;
	SELECT empathy.watch('"order"', kind => '''order'''), empathy.watch('chat', kind => '''chat''');
	SELECT empathy.schedule('rescore', '1 s'), empathy.set_role('chat', 'complaint'), empathy.add_phrase('topic', 'parking', 'nowhere to park'),
		empathy.note('all', 'pains', 'parcels', 'Ann'), empathy.add_segment('big', 'SELECT DISTINCT customer FROM public."order" WHERE amount > 80', '1 s')});
my $caught_up = q{SELECT NOT EXISTS (SELECT FROM empathy.change_log) AND NOT EXISTS (SELECT FROM empathy.unmerged)
	AND NOT EXISTS (SELECT FROM empathy.sources WHERE state <> 'live')};
until_true($caught_up, 'filled');

my %load = (out => '', err => '');
$load{handle} = IPC::Run::start([ 'pgbench', '-n', '-f', $script, '-c', 2, '-T', 300, $node->connstr('postgres') ], '<', \undef, '>', \$load{out}, '2>', \$load{err});

note('a dump that takes its time');
# What pg_dump holds, from its first moment to its last.
my $dump = $node->background_psql('postgres', on_error_stop => 1);
$dump->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
my $locks = $dump->query_safe(q{SELECT format('LOCK TABLE %s IN ACCESS SHARE MODE', string_agg(c.oid::regclass::text, ', '))
	FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'empathy'::regnamespace)});
$dump->query_safe($locks);
my $then = $dump->query_safe('SELECT change FROM empathy.person_change');
for my $n (1 .. 5)
{
	query(qq{INSERT INTO "order" (customer, at, amount) VALUES (1000 + $n, '2026-01-01', 1)});
	until_true(qq{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = '@{[ 1000 + $n ]}')}, "the worker goes on, $n");
}
query(q{SET statement_timeout = '30 s'; CALL empathy.refresh()});
pass('so does a refresh by hand');
query(q{INSERT INTO "order" (customer, at, amount) VALUES (2000, '2026-01-01', 100)});
until_true(q{SELECT EXISTS (SELECT FROM empathy.scope_members('big') AS m WHERE m = '2000')}, 'and the jobs beside it');
query(q{SET lock_timeout = '1 s';
	CREATE TABLE visit (customer text, at timestamptz); SELECT empathy.watch('visit'), empathy.invalidate('chat');
	SELECT empathy.schedule('segments', '1 s'), empathy.pause('retrain'), empathy.resume('retrain');
	SELECT empathy.note('all', 'says', 'meanwhile', 'Ann'), empathy.review('all', 'does', 'order', 'confirmed')});
pass('nothing that is configured waits');
my (undef, undef, $err) = $node->psql('postgres', q{SELECT empathy.unwatch('chat')});
like($err, qr/table "public.chat" is in use\nHINT:  .* Try again, or SET lock_timeout/, 'what has to wait for the dump gives up soon');
query(q{INSERT INTO chat VALUES ('later', '2026-01-01', 'thank you')});
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'later')}, 'so that writers and refreshes go on');
cmp_ok(query('SELECT change FROM empathy.person_change'), '>', $then + 5, 'profiles have changed all the time');
is($dump->query_safe('SELECT change FROM empathy.person_change'), $then, 'the dump does not see it');
$dump->query_safe('COMMIT');
$dump->quit;

note('dumps');
my %kept = (
	sources => 'SELECT source, relation, customer, at, kind, said, amount, period FROM empathy.source ORDER BY 1',
	jobs => 'SELECT job, every, enabled FROM empathy.job ORDER BY job',
	roles => 'SELECT * FROM empathy.kind_role',
	phrases => 'SELECT * FROM empathy.phrases ORDER BY task, label, phrase',
	notes => 'SELECT * FROM empathy.notes ORDER BY id',
	reviews => 'SELECT * FROM empathy.reviews ORDER BY id',
	segments => 'SELECT * FROM empathy.segment');
my $folder = $node->backup_dir;
mkdir $folder;
my %options = (plain => [], custom => [], directory => [ '-j', 2 ]);
my $difference = q{
	WITH kept AS (SELECT customer, profile FROM empathy.person), wanted AS (
		SELECT customer, empathy.profile_agg(at, kind, said, amount)
		FROM (SELECT customer::text, at, 'order', NULL, amount FROM "order" UNION ALL SELECT customer, at, 'chat', body, NULL FROM chat)
			AS e(customer, at, kind, said, amount) GROUP BY customer)
	SELECT count(*) FROM ((TABLE kept EXCEPT TABLE wanted) UNION ALL (TABLE wanted EXCEPT TABLE kept)) AS d};
my $refreshes = q{SELECT max(id) FROM empathy.job_run WHERE job = 'refresh'};

for my $format (sort keys %options)
{
	my ($before, $tries);
	do # a dump takes 0.2 s, and a worker may rest for longer
	{
		rmtree("$folder/$format");
		$before = query($refreshes);
		$node->command_ok([ 'pg_dump', '-F', $format, '--lock-wait-timeout=2000', @{ $options{$format} }, '-f', "$folder/$format", $node->connstr('postgres') ],
			"$format: pg_dump waits for nobody");
	} until query($refreshes) > $before || ++$tries == 60;
	cmp_ok(query($refreshes), '>', $before, "$format: refreshes go on");
}
is(query(q{SELECT count(*) FROM empathy.jobs WHERE failures > 0}), '0', 'no job failed');
$load{handle}->signal('INT');
IPC::Run::finish($load{handle});
unlike($load{err}, qr/ERROR|abort/, 'no writer did');
until_true($caught_up, 'caught up');
is(query('SELECT * FROM empathy.verify()'), '', 'exactly');

# A part at a time where that can be: the worker finds tables that are still empty, then without triggers.
sub restore
{
	my ($format) = @_;
	my ($file, $database) = ("$folder/$format", $node->connstr($format));
	if ($format eq 'plain')
	{
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, $database ], "$format: restore");
		query('SELECT empathy.start_worker()', $format);
		return;
	}
	for my $section ('pre-data', 'data', 'post-data')
	{
		$node->command_ok([ 'pg_restore', '-e', @{ $options{$format} }, "--section=$section", '-d', $database, $file ], "$format: restore, $section");
		query('SELECT empathy.start_worker()', $format);
		until_true(q{SELECT EXISTS (SELECT FROM empathy.sources WHERE error ~ 'not captured')}, "$format: the worker has looked", $format) if $section eq 'data';
	}
	return;
}

sub is_restored
{
	my ($database, $name) = @_;
	until_true($caught_up, "$name: the worker fills it", $database);
	is(query('SELECT * FROM empathy.verify()', $database), '', "$name: exactly");
	is(query($difference, $database), '0', "$name: as computed from scratch");
	is(query($kept{$_}, $database), query($kept{$_}), "$name: keeps $_") for sort keys %kept;
	return;
}

for my $format (sort keys %options)
{
	query("CREATE DATABASE $format");
	restore($format);
	is_restored($format, $format);
}

note('over what is there');
query(q{DELETE FROM "order" WHERE customer < 20; SELECT empathy.set_role('chat', 'visit'), empathy.drop_segment('big')}, 'custom');
$node->command_ok([ 'pg_restore', '-e', '--clean', '--if-exists', '-d', $node->connstr('custom'), "$folder/custom" ], 'a restore takes the place of what is served');
query('SELECT empathy.start_worker()', 'custom');
is_restored('custom', 'replaced');

$node->stop;
done_testing();
