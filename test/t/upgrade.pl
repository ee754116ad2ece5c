# New versions: ALTER EXTENSION UPDATE with a library or a script that is too old, and under load; pg_upgrade, after which
# everything is there, what was computed too; dumps by roles who are no superusers.
use strict;
use warnings;

use EmpathyNode;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EmpathyNode->new('old');
$node->preload;
$node->append_conf('postgresql.conf', "empathy.naptime = '100ms'\nautovacuum = off\n");
$node->start;

sub query { return $node->safe_psql('postgres', $_[0]) }
sub until_true { return ok($node->poll_query_until('postgres', $_[0]), $_[1]) }
sub fails
{
	my ($query, $message, $name) = @_;
	my (undef, undef, $err) = $node->psql('postgres', $query);
	like($err, $message, $name);
	return;
}

my $caught_up = q{SELECT NOT EXISTS (SELECT FROM empathy.change_log) AND NOT EXISTS (SELECT FROM empathy.unmerged)
	AND NOT EXISTS (SELECT FROM empathy.sources WHERE state NOT IN ('live', 'kept'))};
query(q{
	CREATE EXTENSION empathy;
	CREATE ROLE seller; CREATE ROLE "a ""creator""" LOGIN;
	CREATE SCHEMA shop AUTHORIZATION seller;
	CREATE TABLE shop."order's" (id serial, customer bigint, at timestamptz, body text, amount numeric) PARTITION BY RANGE (at);
	CREATE TABLE shop.early PARTITION OF shop."order's" FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
	CREATE TABLE shop.late PARTITION OF shop."order's" FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
	ALTER TABLE shop."order's" OWNER TO seller; ALTER TABLE shop.early OWNER TO seller; ALTER TABLE shop.late OWNER TO seller;
	INSERT INTO shop."order's" (customer, at, body, amount)
	SELECT i % 50, timestamptz '2025-12-01' + i * interval '3 hours', 'where is my parcel ' || i, i FROM generate_series(1, 500) AS i;
	CREATE TABLE past (customer text, at timestamptz);
	INSERT INTO past SELECT i % 50, timestamptz '2024-12-01' + i * interval '1 day' FROM generate_series(1, 90) AS i;
	GRANT EXECUTE ON FUNCTION empathy.watch, empathy.unwatch, empathy.invalidate, empathy.source_action, empathy.create_triggers,
		empathy.drop_triggers, empathy.capture TO seller;
	SET ROLE seller; SELECT empathy.watch('shop."order''s"', kind => '''order''', period => 'year'); RESET ROLE;
	SELECT empathy.watch('past'), empathy.schedule('retrain', '42 minutes'), empathy.add_phrase('topic', 'parking', 'nowhere to park'),
		empathy.set_role('past', 'visit'), empathy.note('all', 'says', 'it''s "quoted"', 'Ann'), empathy.start_worker()});
until_true($caught_up, 'filled');
query(q{
	SELECT empathy.unwatch('past', keep => true); DROP TABLE past;
	GRANT EXECUTE ON FUNCTION empathy.add_segment TO "a ""creator"""; GRANT USAGE ON SCHEMA shop TO "a ""creator"""; GRANT SELECT ON shop."order's" TO "a ""creator""";
	SET ROLE "a ""creator"""; SELECT empathy.add_segment('big "ones"', 'SELECT DISTINCT customer FROM shop."order''s" WHERE amount > 400'); RESET ROLE;
	CALL empathy.refresh();
	SELECT empathy.train_model('own', 'SELECT i % 7 AS n, i % 7 > 3 AS label FROM generate_series(1, 100) AS i')});

# All that is kept, computed or written, but for how runs went.
my $tables = query(q{SELECT string_agg(format('SELECT %L, md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) FROM %s AS t', oid::regclass, oid::regclass), ' UNION ALL ' ORDER BY relname)
	FROM pg_class WHERE relnamespace = 'empathy'::regnamespace AND relkind = 'r' AND relname NOT IN ('job', 'job_run', 'stored_map', 'segment_run')});
my $kept = "SELECT job, every, enabled FROM empathy.job ORDER BY 1; $tables;";
sub kept { return $_[0]->safe_psql('postgres', $kept) }

note('ALTER EXTENSION UPDATE');
my $version = query(q{SELECT extversion FROM pg_extension WHERE extname = 'empathy'});
my ($destdir) = slurp_file($ENV{EMPATHY_CONF} // '/dev/null') =~ /extension_destdir = '(.*)'/;
my $folder = ($destdir // '') . `pg_config --sharedir`;
chomp $folder;
$folder .= '/extension';

# Scripts lie beside the extension's own while this test runs.
my @scripts;
sub script
{
	my ($to, $text) = @_;
	push @scripts, "$folder/empathy--$version--$to.sql";
	append_to_file($scripts[-1], $text);
	return;
}
END { unlink @scripts }

my $before = kept($node);
script('99.1', q{SELECT empathy.check_library('99.1'); CREATE FUNCTION empathy.newer() RETURNS int LANGUAGE sql AS 'SELECT 1'; DELETE FROM empathy.source;});
script('99.2', q{DELETE FROM empathy.source; CREATE FUNCTION empathy.newest() RETURNS int LANGUAGE C AS 'MODULE_PATHNAME', 'emp_newest';});
script('0.0.1', q{CREATE FUNCTION empathy.older() RETURNS int LANGUAGE sql AS 'SELECT 1';});
fails(q{ALTER EXTENSION empathy UPDATE TO '99.1'},
	qr/the library "empathy" that is loaded is version \Q$version\E, not 99\.1\nHINT:  Install version 99\.1; restart the server/, 'an old library is an error with the way out');
fails(q{ALTER EXTENSION empathy UPDATE TO '99.2'}, qr/could not find function "emp_newest"/, 'also where a script does not ask');
fails(q{ALTER EXTENSION empathy UPDATE TO '99.3'}, qr/no update path/, 'a script that is not there');
fails(q{CREATE DATABASE copy TEMPLATE postgres STRATEGY file_copy; DROP DATABASE copy; SELECT empathy.newer()}, qr/does not exist/, 'nothing of it stays');
is(query(q{SELECT extversion FROM pg_extension WHERE extname = 'empathy'}), $version, 'not the version');
is(kept($node), $before, 'and nothing is lost');
query(q{INSERT INTO shop."order's" (customer, at, amount) VALUES (777, '2026-02-01', 1)});
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = '777')}, 'refreshes go on');

my $write = PostgreSQL::Test::Utils::tempdir . '/write.sql';
append_to_file($write, qq{INSERT INTO shop."order's" (customer, at, amount) VALUES (1 + random() * 40, '2026-02-01', 1);\n\\sleep 2 ms\n});
my %load = (out => '', err => '');
$load{handle} = IPC::Run::start([ 'pgbench', '-n', '-f', $write, '-c', 2, '-T', 4, $node->connstr('postgres') ], '<', \undef, '>', \$load{out}, '2>', \$load{err});
query('SELECT pg_sleep(1)');
query(q{ALTER EXTENSION empathy UPDATE TO '0.0.1'});
IPC::Run::finish($load{handle});
unlike($load{err}, qr/ERROR|abort/, 'an update under load disturbs no writer');
until_true($caught_up, 'nor refreshes');
is(query('SELECT * FROM empathy.verify()'), '', 'all is exact');
is(query('SELECT DISTINCT note FROM empathy.jobs'),
	"the library is version $version, the extension in this database 0.0.1: ALTER EXTENSION empathy UPDATE", 'an old script with a new library works, and jobs says so');
append_to_file("$folder/empathy--0.0.1--$version.sql", 'DROP FUNCTION empathy.older();');
push @scripts, "$folder/empathy--0.0.1--$version.sql";
query('ALTER EXTENSION empathy UPDATE');
is(query('SELECT count(note) FROM empathy.jobs'), '0', 'until it is brought up to date');

note('pg_upgrade');
my $live = 'SELECT customer, profile FROM empathy.live_profiles ORDER BY customer';
query('SELECT empathy.stop_worker()');
$before = kept($node);
my $profiles = query($live);
$node->stop;
my $new = EmpathyNode->new('new');
$new->preload;
$new->append_conf('postgresql.conf', "empathy.naptime = '100ms'\n");
my ($bindir) = grep { -x "$_/pg_ctl" } split /:/, $ENV{PATH};
chdir PostgreSQL::Test::Utils::tempdir;
$node->command_ok(
	[ 'pg_upgrade', '-d', $node->data_dir, '-D', $new->data_dir, '-b', $bindir, '-B', $bindir, '-s', $new->host, '-p', $node->port, '-P', $new->port, '--no-sync' ],
	'pg_upgrade to the same major version');
$new->start;
$node = $new;
is(kept($node), $before, 'everything is there: what was configured, written and computed');
is(query($live), $profiles, 'with the same profiles');
is(query('SELECT DISTINCT state FROM empathy.sources WHERE state <> $$kept$$'), 'live', 'nothing has to be filled again');
is(query('SELECT * FROM empathy.verify()'), '', 'all is exact');
like(query('SELECT DISTINCT note FROM empathy.jobs'), qr/^stopped by/, 'the worker is still stopped');
query('SELECT empathy.start_worker()');
query(q{INSERT INTO shop."order's" (customer, at, amount) VALUES (778, '2026-02-01', 1), (779, '2025-12-05', 1);
	DELETE FROM shop."order's" WHERE customer = 3});
until_true(q{SELECT count(*) = 2 FROM empathy.profiles WHERE customer IN ('778', '779')}, 'triggers fire and the worker works');
until_true($caught_up, 'caught up');
is(query('SELECT * FROM empathy.verify()'), '', 'exactly');
is(query(q{SELECT empathy.refresh_segment('big "ones"') > 0; SELECT customers > 0, error FROM empathy.segments}), "t\nt|", 'segments are their creators\' still');

note('dumps by others');
my $backups = $node->backup_dir;
mkdir $backups;
query(q{
	CREATE ROLE backup LOGIN; GRANT pg_read_all_data TO backup; ALTER ROLE seller LOGIN;
	CREATE DATABASE restored; CREATE DATABASE partial});
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$backups/all", '-U', 'backup', $node->connstr('postgres') ], 'who may read all may dump all');
$node->command_ok([ 'pg_restore', '-e', '-d', $node->connstr('restored'), "$backups/all" ], 'a superuser restores it');
sub restored { return $node->safe_psql('restored', $_[0]) }
is(restored(q{SELECT count(*) FROM empathy.notes}), '1', 'with notes');
restored('CALL empathy.refresh()');
is(restored(q{SELECT customer, profile FROM empathy.person ORDER BY customer}), query($live), 'and the same profiles');

$node->command_ok([ 'pg_dump', '-n', 'shop', '-f', "$backups/shop", '-U', 'seller', $node->connstr('postgres') ], 'an owner dumps their tables');
my $partial = sub { return $node->safe_psql('partial', $_[0]) };
$partial->(q{CREATE EXTENSION empathy; GRANT CREATE ON DATABASE partial TO seller;
	CREATE TABLE mine (customer text, at timestamptz); SELECT empathy.watch('mine');
	GRANT EXECUTE ON FUNCTION empathy.watch, empathy.unwatch, empathy.invalidate, empathy.source_action, empathy.create_triggers,
		empathy.drop_triggers, empathy.capture TO seller});
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-U', 'seller', '-f', "$backups/shop", $node->connstr('partial') ],
	'and restores them where the extension has another table under the same number');
$partial->(q{CALL empathy.refresh(); INSERT INTO shop."order's" (customer, at) VALUES (1, '2026-02-01')});
is($partial->('SELECT count(*) FROM empathy.change_log'), '0', 'whose triggers log nothing there');
$partial->(q{SET ROLE seller; SELECT empathy.watch('shop."order''s"', kind => '''order''', period => 'year'); RESET ROLE; CALL empathy.refresh()});
is($partial->('SELECT count(*) > 40 FROM empathy.profiles'), 't', 'until it is watched');
is($partial->('SELECT * FROM empathy.verify()'), '', 'exactly');

$node->stop;
done_testing();
