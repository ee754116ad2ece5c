# listen.pl: prints when notifications come, in microseconds since 1970, a line each, until it is told to end.
#
#   perl bench/listen.pl CHANNEL
#
# It speaks the protocol itself (a unix socket, PGHOST, trust): psql shows notifications only after a statement, and the
# tests' packages have no other client.
use strict;
use warnings;

use IO::Socket::UNIX;
use Time::HiRes qw(time);

my ($channel) = @ARGV;
my $server = IO::Socket::UNIX->new("$ENV{PGHOST}/.s.PGSQL." . ($ENV{PGPORT} // 5432)) or die "no connection: $!";

# Reads exactly so many bytes.
sub take
{
	my ($length) = @_;
	my $bytes = '';
	while (length $bytes < $length)
	{
		sysread($server, $bytes, $length - length $bytes, length $bytes) or exit;
	}
	return $bytes;
}

# The next message: its type and what it says.
sub message
{
	my ($type, $length) = unpack 'a N', take(5);
	return ($type, take($length - 4));
}

# Waits until the server is ready for a query.
sub ready
{
	while (1)
	{
		my ($type, $body) = message();
		die $body =~ tr/\0/ /r if $type eq 'E';
		return if $type eq 'Z';
	}
}

my $startup = pack 'N Z* Z* Z* Z* x', 196608, 'user', $ENV{PGUSER}, 'database', $ENV{PGDATABASE};
syswrite $server, pack('N', 4 + length $startup) . $startup;
ready();
my $query = pack 'Z*', "LISTEN $channel";
syswrite $server, 'Q' . pack('N', 4 + length $query) . $query;
ready();
$| = 1;
while (1)
{
	my ($type) = message();
	printf "%.0f\n", time * 1e6 if $type eq 'A';
}
