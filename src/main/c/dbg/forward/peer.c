/*
 * peer.c - who is at the other end of a connection over the loopback; peer.h
 *
 * Everybody on the host can connect to a port of the loopback. The kernel says in /proc/net/tcp which user has made a
 * socket, proc_pid_net(5). A socket that no process has any more has no inode; its user may be shown as root's.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "peer.h"

/* An end as in /proc/net/tcp6: the address as four numbers of 8 digits, a colon, the port. */
#define END_LENGTH 37

/* Of a socket that only tries to connect. */
#define SYN_SENT 2

typedef int name_of(int fd, struct sockaddr *address, socklen_t *size);

/* An address of IPv4 is as IPv6 maps it: a program may use either for the same connection. */
static int get_end(name_of *name, int fd, char end[END_LENGTH + 1])
{
	struct sockaddr_in6 address;
	socklen_t size = sizeof(address);
	uint32_t numbers[4] = {0, 0, htonl(0xffff), 0};

	if (name(fd, (struct sockaddr *)&address, &size) < 0)
		return 0;
	if (address.sin6_family == AF_INET6)
		memcpy(numbers, &address.sin6_addr, sizeof(numbers));
	else
		memcpy(&numbers[3], &((struct sockaddr_in *)&address)->sin_addr, sizeof(numbers[3]));
	snprintf(end, END_LENGTH + 1, "%08X%08X%08X%08X:%04X", numbers[0], numbers[1], numbers[2], numbers[3],
		 ntohs(address.sin6_port));
	return 1;
}

/* A line of /proc/net/tcp has only the last number of the address. */
static int is_end(const char *written, const char *end)
{
	size_t length = strlen(written);

	return (length == END_LENGTH || length == END_LENGTH - 24) && !strcmp(written, end + END_LENGTH - length);
}

static int is_mapped(const char *end)
{
	char mapped[25];

	snprintf(mapped, sizeof(mapped), "%016d%08X", 0, htonl(0xffff));
	return !strncmp(end, mapped, strlen(mapped));
}

/* Whether lines of the table have these ends: 1 if they are this user's, -1 if one is somebody else's or nobody's. */
static int owner_of(const char *path, const char *theirs, const char *mine)
{
	char line[512], local[64], remote[64];
	unsigned long inode;
	unsigned uid, state;
	int owner = 0;
	FILE *file = fopen(path, "re");

	while (file && owner >= 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, " %*[0-9]: %63s %63s %x %*s %*s %*s %u %*s %lu", local, remote, &state, &uid, &inode) == 5 &&
		    is_end(local, theirs) && is_end(remote, mine))
			owner = inode != 0 && uid == getuid() && state != SYN_SENT ? 1 : -1;
	if (file)
		fclose(file);
	return owner;
}

/*
 * Two sockets can have the same ends, if one of them is bound to a device: so all lines count. If the other one then
 * connects, this connection is reset, and has no other end any more.
 */
int is_of_this_user(int connection)
{
	char theirs[END_LENGTH + 1], mine[END_LENGTH + 1];
	int in_six, in_four = 0;

	if (!get_end(getpeername, connection, theirs) || !get_end(getsockname, connection, mine))
		return 0;
	in_six = owner_of("/proc/net/tcp6", theirs, mine);
	if (is_mapped(theirs))
		in_four = owner_of("/proc/net/tcp", theirs, mine);
	return in_six >= 0 && in_four >= 0 && in_six + in_four > 0 && get_end(getpeername, connection, theirs);
}
