# EmpathyNode: servers for the TAP tests that find the extension under test.
#
#   my $node = EmpathyNode->new('main');    # initialised, not started
#   $node->preload;                         # adds the library to shared_preload_libraries
#
# The file that $ENV{EMPATHY_CONF} names, if any, says where a private install is.
package EmpathyNode;

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use Time::HiRes qw(sleep);

our @ISA = ('PostgreSQL::Test::Cluster');

sub new
{
	my ($class, $name, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ], %options);
	$node->append_conf('postgresql.conf', "include '$ENV{EMPATHY_CONF}'\n") if $ENV{EMPATHY_CONF};
	$node->append_conf('postgresql.conf', "timezone = 'UTC'\n");
	return bless $node, $class;
}

# A pg_ctl that restarts goes by the path of the server that ran, and so past what test/harness.sh puts before it.
sub restart
{
	my ($self) = @_;

	$self->stop('fast');
	return $self->start;
}

sub preload
{
	my ($self) = @_;

	$self->append_conf('postgresql.conf', "shared_preload_libraries = 'empathy'\n");
	return;
}

# After a crash. A psql that can't connect leaves before it has read its query, which is an error to whoever writes that.
sub wait_for_server
{
	my ($self) = @_;

	for (1 .. 300)
	{
		sleep 0.1;
		return if eval { $self->safe_psql('postgres', 'SELECT 1') };
	}
	die 'the server does not come back';
}

1;
