# The extension is created without preloading; with preloading it survives restarts and crashes.
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

$node->preload;
$node->restart;
is($node->safe_psql('postgres', 'SHOW shared_preload_libraries'), 'empathy', 'preloaded');
is($node->safe_psql('postgres', $version), $created, 'there after a restart');

$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', $version), $created, 'there after a crash');

$node->stop;
done_testing();
