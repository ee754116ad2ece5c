# Databases of other encodings: the same scores, profiles and quotes, and profiles move between them as text.
use strict;
use warnings;

use EmpathyNode;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = EmpathyNode->new('main');
my @encodings = qw(utf8 latin1 win1252 sql_ascii);

$node->start;
for my $encoding (@encodings)
{
	$node->command_ok(
		[ 'createdb', '-E', $encoding, '-T', 'template0', '--locale=C', $encoding ],
		"$encoding: created");
	$node->safe_psql($encoding, 'CREATE EXTENSION empathy');
}

# What a client that speaks UTF-8 reads.
sub answer
{
	my ($database, $query) = @_;
	return $node->safe_psql($database, "SET client_encoding = utf8; $query");
}

sub same_everywhere
{
	my ($what, $query) = @_;
	my $expected = answer('utf8', $query);

	isnt($expected, '', "$what: something");
	is(answer($_, $query), $expected, "$what: $_") for grep { $_ ne 'utf8' } @encodings;
	return $expected;
}

my $long = 'Très déçu, ' . ('à côté de l’été, ' x 15) . 'this is terrible';
$long =~ s/’/ /g;    # not in LATIN1
for my $database (@encodings)
{
	answer($database, <<"END");
CREATE TABLE event (id int, customer text, at timestamptz, kind text, said text, amount numeric, channel text, about text);
INSERT INTO event VALUES
    (1, 'a', '2026-01-01', 'bestellung', 'Schöne Grüße, I am very happy with the Größe', 12.5, 'Café', 'Öl'),
    (2, 'a', '2026-01-02', 'avis', 'Ça ne marche pas, this is terrible. Mail: rené\@exämple.example, jo.doe\@example.com', 1, 'tél', 'thé'),
    (3, 'a', '2026-01-03', 'réclamation', 'Where is my order? I want to cancel it now, señor', NULL, repeat('é', 100), repeat('x', 62) || 'éé'),
    (4, 'b', '2026-01-04', 'avis', '$long', NULL, repeat('ÿ', 31) || 'xy', repeat('ä', 40)),
    (5, 'b', '2026-01-05', 'avis', 'ÀÉÎÕÜ ß', NULL, 'ÀÉÎÕÜ', NULL),
    (6, 'c', '2026-01-06', 'avis', 'I love the café, thank you so much', NULL, NULL, NULL);
CREATE TABLE profiles AS
SELECT customer, empathy.profile_agg(at, kind, said, amount, channel, NULL, about) AS profile FROM event GROUP BY customer;
END
}

same_everywhere('sentiment', 'SELECT id, empathy.sentiment(said) FROM event ORDER BY id');
same_everywhere('labels', 'SELECT id, empathy.emotion(said), empathy.intent(said) FROM event ORDER BY id');
same_everywhere('terms', 'SELECT empathy.terms(said) FROM event');
same_everywhere('terms as a value', 'SELECT empathy.terms(said)::text::empathy.term_counts FROM event');
same_everywhere('keywords', 'SELECT empathy.keywords(said) FROM event, generate_series(1, 20)');
same_everywhere('mask', 'SELECT id, empathy.mask(said) FROM event ORDER BY id');
same_everywhere('explanations', 'SELECT id, e.* FROM event, empathy.explain_text(said) AS e ORDER BY id, pos');
same_everywhere('aspects', 'SELECT id, a.* FROM event, empathy.aspects(said) AS a ORDER BY id, aspect');
like(same_everywhere('acts', 'SELECT id, a.* FROM event, empathy.acts(said) AS a ORDER BY id, act'),
	qr/señor/, 'acts with whole characters');
same_everywhere('profiles', 'SELECT * FROM profiles ORDER BY customer');
like(
	same_everywhere('quotes',
		'SELECT q.quote FROM profiles, empathy.quotes(profile) AS q ORDER BY q.quote COLLATE "C"'),
	qr/café/, 'quotes in whole characters');
same_everywhere('maps', q(SELECT empathy.map(profile, '2026-02-01')->'does' FROM profiles ORDER BY customer));
like(same_everywhere("maps as $_", "SELECT empathy.map_$_(empathy.map(profile, '2026-02-01')) FROM profiles ORDER BY customer"),
	qr/Café/, "with their letters: $_") for qw(markdown mermaid html svg);

# Where letters are cut off and counted, and marks are taken out.
same_everywhere("a long item as $_", qq(SELECT empathy.map_$_(jsonb_build_object('says', jsonb_build_array(
	jsonb_build_object('item', repeat('déjà vu à la fenêtre ', 9), 'share', 0.5, 'origin', 'observed'))))))
  for qw(markdown mermaid html svg);
same_everywhere('columns', q(SELECT empathy.show_width('déçu'), empathy.show_wrap('déçu déçu', 6, 1)));
is(answer($_, q(SELECT empathy.show_text(to_jsonb(convert_from('\x61e280ae62cc81e2808b', 'utf8'))))), "ab\xcc\x81", "no mark that turns writing around: $_")
  for qw(utf8 sql_ascii);
is($node->safe_psql('sql_ascii', q(SELECT encode(convert_to(empathy.show_text(to_jsonb(convert_from('\xff61c3', 'sql_ascii'))), 'sql_ascii'), 'hex'))),
	'ff61c3', 'noise: bytes that are no letters stay');

unlike(answer($_, q(SELECT empathy.map_text('{"does": [{"item": "over shop", "share": 0.5}]}'::jsonb))), qr/[^\x00-\x7f]/, "text without a mark that the encoding lacks: $_")
  for grep { $_ ne 'utf8' } @encodings;
is( answer(
		$_, q(SELECT count(*) FROM profiles, empathy.quotes(profile) AS q
			  WHERE NOT EXISTS (SELECT FROM event WHERE strpos(empathy.mask(said), q.quote) > 0))),
	'0', "quotes are pieces of what was said: $_") for @encodings;

# As text from any encoding into any other, and there it is what would have been computed there.
for my $from (@encodings)
{
	my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';

	$node->command_ok([ 'pg_dump', '-t', 'profiles', '-f', $dump, '--encoding=utf8', $from ],
		"dump of $from");
	for my $to (@encodings)
	{
		$node->safe_psql($to, 'ALTER TABLE profiles RENAME TO own');
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, '-d', $to ],
			"$from restored into $to");
		is( $node->safe_psql(
				$to,
				'SELECT count(*) FROM own o JOIN profiles p USING (customer) WHERE o.profile OPERATOR(empathy.=) p.profile'
			),
			'3', "$from into $to: the same profiles");
		$node->safe_psql($to, 'DROP TABLE profiles; ALTER TABLE own RENAME TO profiles');
	}
}

# Bytes that are no text, in a database that knows no encoding.
$node->safe_psql('sql_ascii', <<'END');
SELECT setseed(0.5);
CREATE TABLE noise AS
SELECT i, (SELECT string_agg(CASE WHEN random() < 0.3 THEN (ARRAY['I am happy ', 'cancel ', 'a@b.example', 'é', '. '])[1 + floor(random() * 5)::int]
                                  ELSE convert_from(set_byte('\x00', 0, 1 + floor(random() * 255)::int), 'sql_ascii') END, '')
           FROM generate_series(1, i % 120) WHERE i = i) AS said FROM generate_series(1, 1000) AS i;
CREATE TABLE noisy AS
SELECT empathy.profile_agg(timestamptz '2026-01-01' + i * interval '1 hour', said, said, i, said, NULL, said) AS p FROM noise GROUP BY i % 50;
END
is($node->safe_psql('sql_ascii', 'SELECT count(*) FROM noisy WHERE p::text::empathy.profile OPERATOR(empathy.=) p'),
	'50', 'noise: profiles there and back');
is( $node->safe_psql(
		'sql_ascii', 'SELECT count(*) FROM noisy, empathy.quotes(p) AS q
			WHERE NOT EXISTS (SELECT FROM noise WHERE strpos(empathy.mask(said), q.quote) > 0)'),
	'0', 'noise: quotes are pieces of what was said');
is( $node->safe_psql(
		'sql_ascii',
		q(SELECT count(empathy.mask(said)) > 900 AND count(empathy.sentiment(said)) > 0 AND count(empathy.intent(said)) > 0 FROM noise)),
	't', 'noise: the text functions');
is( $node->safe_psql(
		'sql_ascii',
		q(SELECT count(*) > 100 AND bool_and(strpos(t, quote) > 0)
			FROM (SELECT said || ' I want it. ' || said AS t FROM noise) AS n, empathy.acts(t))),
	't', 'noise: acts');
is( $node->safe_psql('sql_ascii', q(SELECT count(empathy.map(p, '2026-02-01')) FROM noisy)),
	'50', 'noise: maps');

# Bytes that are no text never get into others.
my ($status, $out, $error) = $node->psql('utf8',
	qq(SELECT '{"format": 1, "cells": [[0, "kind:\xff", 1, 0]]}'::empathy.profile));
like($error, qr/invalid byte sequence/, 'not into UTF-8');

$node->stop;
done_testing();
