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
	return strncmp(end + 16, "00000000", 8) != 0;
}

static int has_own_line(const char *path, const char *theirs, const char *mine)
{
	char line[512], local[64], remote[64];
	unsigned long inode;
	unsigned uid;
	int found = 0;
	FILE *file = fopen(path, "re");

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, " %*[0-9]: %63s %63s %*s %*s %*s %*s %u %*s %lu", local, remote, &uid, &inode) == 4 &&
			is_end(local, theirs) && is_end(remote, mine) && inode != 0 && uid == getuid();
	if (file)
		fclose(file);
	return found;
}

int is_of_this_user(int connection)
{
	char theirs[END_LENGTH + 1], mine[END_LENGTH + 1];

	if (!get_end(getpeername, connection, theirs) || !get_end(getsockname, connection, mine))
		return 0;
	return has_own_line("/proc/net/tcp6", theirs, mine) ||
	       (is_mapped(theirs) && has_own_line("/proc/net/tcp", theirs, mine));
}
