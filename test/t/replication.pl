# A watched table that is the target of logical replication: what the workers apply is captured, partitions included, and
# nothing of ours stops them. Then a standby: what it answers, and that it goes on once it is promoted.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = EmpathyNode->new('publisher', allows_streaming => 'logical');
my $subscriber = EmpathyNode->new('subscriber', allows_streaming => 1);
$_->append_conf('postgresql.conf', "empathy.workers = 0\nmax_prepared_transactions = 5\n") for $publisher, $subscriber;
$publisher->start;
$subscriber->start;

sub query { my ($sql, $node) = @_; return ($node // $subscriber)->safe_psql('postgres', $sql) }

my $tables = q{
	CREATE TABLE ev (id int PRIMARY KEY, customer text, at timestamptz, amount numeric);
	CREATE TABLE parts (id int, customer text, at timestamptz, amount numeric, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
	CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
	CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
	CREATE TABLE whole (id int, customer text, at timestamptz, amount numeric, PRIMARY KEY (id, at));
};
query($tables, $publisher);
query($tables);
query(q{DROP TABLE whole;
	CREATE TABLE whole (at timestamptz, amount numeric, id int, customer text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
	CREATE TABLE whole_1 PARTITION OF whole FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
	CREATE TABLE whole_2 PARTITION OF whole DEFAULT});
query(qq{INSERT INTO $_ SELECT i, 'c' || i % 5, timestamptz '2026-01-01' + i * interval '1 hour', i FROM generate_series(0, 200) AS i}, $publisher)
	for 'ev', 'parts', 'whole';
query('CREATE PUBLICATION all_of_it FOR TABLE ev, parts, whole', $publisher);
query(q{CREATE EXTENSION empathy;
	SELECT empathy.watch(r, kind => '''order''') FROM unnest('{ev,parts,whole}'::regclass[]) AS r;
	CALL empathy.refresh()});

sub is_exact
{
	my ($name) = @_;
	is(query(q{
		WITH wanted AS (SELECT customer, empathy.profile_agg(at, 'order', NULL, amount) AS profile
			FROM (SELECT customer, at, amount FROM ev UNION ALL SELECT customer, at, amount FROM parts UNION ALL SELECT customer, at, amount FROM whole) AS e
			GROUP BY customer),
		live AS (SELECT customer, profile FROM empathy.live_profiles)
		SELECT count(*) FROM ((TABLE live EXCEPT TABLE wanted) UNION ALL (TABLE wanted EXCEPT TABLE live)) AS d}), '0', "$name: the live view is exact");
	query('CALL empathy.refresh()');
	is(query('SELECT * FROM empathy.verify()'), '', "$name: verify() has nothing to say");
	return;
}

my $connection = $publisher->connstr('postgres');
$connection =~ s/'/''/g;
query("CREATE SUBSCRIPTION copy CONNECTION '$connection' PUBLICATION all_of_it");
$subscriber->wait_for_subscription_sync($publisher, 'copy');
is(query('SELECT count(*) FROM ev') + query('SELECT count(*) FROM whole'), 402, 'the tables are copied');
is_exact('the copy');
cmp_ok(query('SELECT count(*) FROM empathy.profiles'), '==', 5, 'with its customers');

sub apply
{
	my ($name, $sql) = @_;
	query($sql, $publisher);
	$publisher->wait_for_catchup('copy');
	isnt(query('SELECT count(*) FROM empathy.change_log'), '0', "$name is captured");
	is_exact($name);
	return;
}

for my $table ('ev', 'parts', 'whole')
{
	apply("$table: insert", "INSERT INTO $table SELECT i, 'new' || i % 3, timestamptz '2026-02-05' + i * interval '1 minute', i FROM generate_series(1000, 1100) AS i");
	apply("$table: update", "UPDATE $table SET customer = 'moved' WHERE id % 7 = 0");
	apply("$table: update of the time", "UPDATE $table SET at = at + interval '1 month' WHERE id < 20");
	apply("$table: delete", "DELETE FROM $table WHERE id % 5 = 0");
}
apply('savepoints', q{BEGIN; INSERT INTO ev VALUES (2000, 'kept', '2026-01-01', 1); SAVEPOINT a; INSERT INTO ev VALUES (2001, 'lost', '2026-01-01', 1);
	ROLLBACK TO a; INSERT INTO ev VALUES (2002, 'kept', '2026-03-01', 1); COMMIT});
is(query('SELECT count(*) FROM empathy.change_log'), '0', 'nothing waits');
query(q{INSERT INTO ev SELECT 3000 + i, 'often', '2026-01-01', 1 FROM generate_series(1, 500) AS i}, $publisher);
$publisher->wait_for_catchup('copy');
is(query('SELECT count(*) FROM empathy.change_log'), '1', 'the same key in a transaction is logged once');
is_exact('many rows of one customer');
apply('truncate', 'TRUNCATE parts, whole');
query('ALTER TABLE parts RENAME COLUMN amount TO total');
query('ALTER TABLE parts RENAME COLUMN total TO amount');
query(q{INSERT INTO parts VALUES (1, 'local', '2026-01-01', 1)});
is(query('SELECT count(*) FROM empathy.change_log'), '1', 'what is written here is logged once, too');
is_exact('written here');
unlike(slurp_file($subscriber->logfile), qr/ERROR.*(capture|empathy)/, 'no worker stumbled');

# A standby
my $backup = 'backup';
$subscriber->backup($backup);
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($subscriber, $backup, has_streaming => 1);
$standby->start;
query(q{INSERT INTO ev VALUES (9000, 'before', '2026-01-01', 1)});
$subscriber->wait_for_catchup($standby);
is(query(q{SELECT empathy.customer('before') ->> 'customer'}, $standby), 'before', 'a standby answers, also what is not refreshed');
my ($code, $out, $err) = $standby->psql('postgres', 'CALL empathy.refresh()');
like($err, qr/cannot refresh during recovery/, 'but does not refresh');
query('ALTER SUBSCRIPTION copy DISABLE');
$subscriber->wait_for_catchup($standby);
$subscriber->stop;
$standby->promote;
$subscriber = $standby;
query(q{DELETE FROM ev WHERE customer = 'moved'; INSERT INTO parts VALUES (7, 'after', '2026-02-01', 1)});
is_exact('promoted');
is(query(q{SELECT count(*) FROM empathy.profiles WHERE customer IN ('before', 'after')}), '2', 'it goes on where the other ended');

$_->stop for $standby, $publisher;
done_testing();
