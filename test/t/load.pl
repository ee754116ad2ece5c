# The extension is created without preloading; with preloading it survives restarts and crashes. What watch() tells.
use strict;
use warnings;

use EmpathyNode;
use Test::More;

my $node = EmpathyNode->new('main');
my $version = q(SELECT extversion FROM pg_extension WHERE extname = 'empathy');

$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION empathy');
my $created = $node->safe_psql('postgres', $version);
like($created, qr/^\d+\.\d+\.\d+$/, 'created without preloading');

sub notices
{
	my (undef, undef, $notices) = $node->psql('postgres', q{SELECT empathy.watch('visit')});
	return $notices;
}
$node->safe_psql('postgres', 'CREATE TABLE visit (customer text, at timestamptz)');
like(notices(), qr/table "public.visit" has no index on customer and time\nHINT:  For fast refreshes: CREATE INDEX ON public.visit \(customer, at\);/, 'watch() names the index that it wants');
$node->safe_psql('postgres', 'CREATE INDEX ON public.visit (customer, at)');
unlike(notices(), qr/index/, 'if there is none');

$node->preload;
$node->restart;
is($node->safe_psql('postgres', 'SHOW shared_preload_libraries'), 'empathy', 'preloaded');
is($node->safe_psql('postgres', $version), $created, 'there after a restart');

$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', $version), $created, 'there after a crash');

$node->stop;
done_testing();
