# What happens to the worker of a database that is renamed, closed, limited, made a template, copied; and to the copy.
# Commands that want a database for themselves fail if its worker does not leave within 5 seconds.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $node = EmpathyNode->new('databases');
$node->preload;
$node->append_conf('postgresql.conf', "empathy.naptime = '100ms'\nmax_worker_processes = 12\n");
$node->start;

sub query { return $node->safe_psql($_[1] // 'postgres', $_[0]) }
sub until_true { return ok($node->poll_query_until($_[2] // 'postgres', $_[0]), $_[1]) }

# How often a text stands in the log.
sub logged { return scalar(() = slurp_file($node->logfile) =~ /$_[0]/g) }

# Whether a database has a worker, as seen from another one. (Those that look whether there is work are gone again soon.)
sub workers { return qq{(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'empathy worker' AND datname = '$_[0]'
	AND backend_start < now() - interval '2.5 s')} }

# A new event, and that the worker of that database brings it to a profile.
my $events = 0;
sub is_served
{
	my ($database, $name) = @_;
	$events++;
	query("INSERT INTO event VALUES ('new $events', now(), 'order', 'the parcel is late')", $database);
	until_true("SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'new $events') AND NOT EXISTS (SELECT FROM empathy.change_log)", $name, $database);
	return;
}
sub is_exact { return is(query('SELECT * FROM empathy.verify()', $_[0]), '', "$_[1]: verify() has nothing to say") }

query('CREATE DATABASE shop');
query(q{
	CREATE EXTENSION empathy;
	CREATE TABLE event (customer text, at timestamptz, kind text, said text);
	INSERT INTO event SELECT i % 30, timestamptz '2025-12-01' + i * interval '5 hours', 'order', 'parcel number ' || i FROM generate_series(1, 300) AS i;
	SELECT empathy.watch('event'), empathy.note('all', 'pains', 'parcels', 'Ann')}, 'shop');
is_served('shop', 'a new database is served');
until_true('SELECT ' . workers('shop') . ' = 1', 'by a worker');

note('renamed');
for my $name ([ 'shop', 'the "shop"' ], [ 'the "shop"', 'store' ])
{
	my ($old, $new) = map { s/"/""/gr } @$name;
	is(query(qq{ALTER DATABASE "$old" RENAME TO "$new"}), '', 'a database with a worker can be renamed');
	is_served($$name[1], 'and is served under its new name');
}
is_exact('store', 'renamed');

note('copied');
my $profiles = 'SELECT customer, profile FROM empathy.person ORDER BY customer';
is(query('CREATE DATABASE copy TEMPLATE store'), '', 'a database with a worker can be copied');
is(query($profiles, 'copy'), query($profiles, 'store'), 'with its profiles');
is_served('copy', 'the copy has a worker of its own');
query(q{DELETE FROM event WHERE customer = '3'}, 'copy');
until_true(q{SELECT NOT EXISTS (SELECT FROM empathy.profiles WHERE customer = '3')}, 'and goes its own way', 'copy');
is_served('store', 'the original is served, too');
is(query(qq{SELECT count(*) FROM empathy.profiles WHERE customer IN ('3', 'new $events')}, 'store'), '2', 'and has nothing of the copy');
is(query(qq{SELECT count(*) FROM empathy.profiles WHERE customer IN ('3', 'new $events')}, 'copy'), '0', 'nor the copy of the original');
is_exact('copy', 'the copy');
is_exact('store', 'the original');

note('closed');
my $refused = logged('copy" is not currently accepting connections');
query('ALTER DATABASE copy ALLOW_CONNECTIONS false');
until_true(q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'copy')}, 'the worker leaves a database that is closed');
my $closed_at = time;

note('limited');
query('ALTER DATABASE store CONNECTION LIMIT 0; CREATE ROLE visitor LOGIN');
my (undef, undef, $err) = $node->psql('postgres', '\connect "dbname=store user=visitor"');
like($err, qr/too many connections for database "store"/, 'a database whose connections are limited to none');
query(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'store' AND backend_type = 'empathy worker'});
is_served('store', 'is served, as the worker is a superuser\'s');
query('ALTER DATABASE store CONNECTION LIMIT 1');
until_true('SELECT ' . workers('store') . ' = 1', 'with a limit of one');
is($node->safe_psql('postgres', 'SELECT current_user', connstr => $node->connstr('store') . ' user=visitor'), 'visitor', 'it takes nobody\'s place');
query('ALTER DATABASE store CONNECTION LIMIT -1');

note('a template');
query('ALTER DATABASE store IS_TEMPLATE true');
until_true(q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'store')}, 'the worker leaves a template');
is(query('SELECT DISTINCT note FROM empathy.jobs', 'store'), 'the launcher starts no worker in a template: SELECT empathy.start_worker()', 'and jobs says so');
query(q{INSERT INTO event VALUES ('late', now(), 'order', 'never again')}, 'store');
query('CREATE DATABASE made TEMPLATE store');
until_true(q{SELECT EXISTS (SELECT FROM empathy.profiles WHERE customer = 'late')}, 'what is made of it is served, with what was not refreshed', 'made');
is_exact('made', 'made of a template');
is(query('SELECT note FROM empathy.notes', 'made'), 'parcels', 'with what people wrote');
is(query('SELECT count(*) FROM empathy.change_log', 'store'), '1', 'the template stays as it is');
query('SELECT empathy.start_worker()', 'store');
is_served('store', 'unless somebody starts a worker there');
is(query('CREATE DATABASE another TEMPLATE store'), '', 'which gives way, too');
query('ALTER DATABASE store IS_TEMPLATE false');
is_served('store', 'a template no more, it is served');

note('an extension that goes and comes at once');
query(q{BEGIN; DROP EXTENSION empathy CASCADE; CREATE EXTENSION empathy; SELECT empathy.watch('event'); COMMIT}, 'made');
is_served('made', 'is served');
is(query(q{SELECT count(*) FROM empathy.person p FULL JOIN event e USING (customer) WHERE p.customer IS NULL OR e.customer IS NULL}, 'made'), '0', 'all of it');
is_exact('made', 'an extension that came again');

note('with settings for its clients');
my %settings = (role => 'visitor', search_path => 'nowhere', default_transaction_read_only => 'on', default_transaction_isolation => 'serializable',
	statement_timeout => '1ms', lock_timeout => '1ms', idle_in_transaction_session_timeout => '1ms', session_replication_role => 'replica',
	datestyle => 'German', intervalstyle => 'sql_standard', timezone => 'Asia/Kolkata', row_security => 'off', bytea_output => 'escape',
	quote_all_identifiers => 'on', standard_conforming_strings => 'off', transform_null_equals => 'on', array_nulls => 'off', extra_float_digits => '-3');
query(join ';', map { "ALTER DATABASE made SET $_ = '$settings{$_}'" } keys %settings);
is(query('SHOW datestyle', 'made'), 'German, DMY', 'clients have them');
query(q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'made' AND backend_type = 'empathy worker'});
{
	local $ENV{PGOPTIONS} = '-c role=none -c search_path=public -c default_transaction_read_only=off -c default_transaction_isolation=read\ committed '
		. '-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0';
	query(q{SELECT empathy.add_segment('latest', $$SELECT customer FROM event WHERE customer LIKE 'new%'$$, '1 s'), empathy.schedule('rescore', '1 s'),
		empathy.schedule('segments', '1 s')}, 'made');
	is_served('made', 'the worker does not mind');
	until_true(qq{SELECT EXISTS (SELECT FROM empathy.scope_members('latest') AS m WHERE m = 'new $events')}, 'nor do jobs', 'made');
	is(query('SELECT count(*) FROM empathy.jobs WHERE note IS NOT NULL', 'made'), '0', 'none fails');
	is_exact('made', 'with settings');
}

note('moved');
query(q{SET allow_in_place_tablespaces = on; CREATE TABLESPACE place LOCATION ''});
is(query('ALTER DATABASE made SET TABLESPACE place'), '', 'a database with a worker can be moved');
is_served('store', 'others are served meanwhile');

note('more databases than workers');
query('ALTER SYSTEM SET empathy.workers = 1');
query('SELECT pg_reload_conf()');
until_true(q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'empathy worker'}, 'workers that are too many leave');
until_true(q{SELECT query = 'as many databases are served as allowed: raise empathy.workers' FROM pg_stat_activity WHERE backend_type = 'empathy launcher'},
	'the launcher says that others wait');
is(query(q{SELECT DISTINCT note FROM empathy.jobs}, $_), query(qq{SELECT CASE WHEN EXISTS (SELECT FROM pg_stat_activity WHERE datname = '$_' AND backend_type = 'empathy worker') THEN ''
	ELSE 'as many databases are served as allowed: raise empathy.workers' END}), "as does jobs in $_") for 'store', 'another';
query('ALTER SYSTEM RESET empathy.workers');
query('SELECT pg_reload_conf()');
is_served($_, "$_ is served once there may be more") for 'store', 'another';

note('opened');
sleep 0.1 while time < $closed_at + 12;	# twice as long as a worker that ended is waited for
cmp_ok(logged('copy" is not currently accepting connections') - $refused, '<=', 1, 'nobody tries again and again to get into a closed database');
query('ALTER DATABASE copy ALLOW_CONNECTIONS true');
is_served('copy', 'opened again, it is served');
is_exact('copy', 'opened again');

$node->stop;
done_testing();
