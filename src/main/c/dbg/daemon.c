/* daemon.c - the connection to dbgd; daemon.h */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "several/another.h"
#include "daemon.h"
#include "streams.h"
#include "terminal/terminal.h"

/* Is there while another version is being installed; dbgd looks for it too. */
#define UPGRADING "/run/dbg/upgrading"

static const char *socket_path(void)
{
	const char *path = getenv("DBG_SOCKET");

	return path && *path ? path : DEFAULT_SOCKET;
}

int try_to_connect(void)
{
	const char *path = socket_path();
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		fail("DBG_SOCKET is too long: %s", path);
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("cannot create a socket: %s", strerror(errno));
	return connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -1 : fd;
}

static int is_member(const struct group *group, const char *user)
{
	for (char **member = group->gr_mem; *member; member++)
		if (strcmp(*member, user) == 0)
			return 1;
	return 0;
}

/* Ends with what lets this user connect: to be in the group of the socket, or to log in again after that. */
static _Noreturn void explain_no_access(const char *path)
{
	struct stat status;
	int found = stat(path, &status) == 0 && status.st_mode & S_IWGRP;
	const struct group *group = found ? getgrgid(status.st_gid) : NULL;
	const struct passwd *user = getpwuid(getuid());
	const char *name = user ? user->pw_name : "NAME";

	if (!group)
		fail("cannot reach dbgd at %s: Permission denied: only root may connect: see "
		     "SocketGroup= of dbgd.socket, or socket.group, dbgd.toml(5)",
		     path);
	if (is_member(group, name))
		fail("cannot reach dbgd at %s: Permission denied: you were added to the group %s after you logged in: "
		     "log in again",
		     path, group->gr_name);
	fail("cannot reach dbgd at %s: Permission denied: ask root for usermod -aG %s %s: then log in again",
	     path, group->gr_name, name);
}

/* As with the package dbg-client. */
static int is_client_alone(void)
{
	char path[PATH_MAX];

	path_beside(path, "../sbin/dbgd");
	return access(path, F_OK) < 0 && errno == ENOENT;
}

int connect_to_daemon(void)
{
	const char *path = socket_path();
	int fd = try_to_connect(), error = errno;

	if (fd < 0 && error == EACCES)
		explain_no_access(path);
	if (fd < 0)
		fail("cannot reach dbgd at %s: %s: %s", path, strerror(error),
		     access(UPGRADING, F_OK) == 0 ? "dbg is being upgraded: try again in a moment"
		     : error == ENOENT && is_client_alone()
			     ? "no dbgd is installed here: type dbg -H ssh://HOST and the line, or set DBG_HOST"
			     : "is dbgd running? systemctl status dbgd.socket");
	return fd;
}

ssize_t receive_packet(int daemon, struct packet *packet, int *ends, size_t *count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(MOST_STREAMS * sizeof(int))];
	} control;
	struct iovec data = {.iov_base = packet->bytes, .iov_len = sizeof(packet->bytes)};
	/* With the padding of the room there would be place for one more than in ENDS. */
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = CMSG_LEN(MOST_STREAMS * sizeof(int))};
	ssize_t length = recvmsg(daemon, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *rights = length < 0 ? NULL : CMSG_FIRSTHDR(&message);

	*count = 0;
	if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
		*count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(ends, CMSG_DATA(rights), *count * sizeof(int));
	}
	/* Of more than there is room for, the kernel gives as many as there is. */
	if (length > 0 && message.msg_flags & MSG_CTRUNC && *count < MOST_STREAMS)
		fail("too few files may be open for the tool's streams: raise the limit, ulimit -n");
	return length;
}

int send_packet(int to, const struct packet *packet, const int *ends, size_t count)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(MOST_STREAMS * sizeof(int))];
	} control = {0};
	struct iovec data = {.iov_base = (void *)packet->bytes, .iov_len = packet->length};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

	if (count > 0) {
		struct cmsghdr *rights = &control.align;

		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(rights), ends, count * sizeof(int));
		message.msg_control = &control;
		message.msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(int));
	}
	return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}

int is_last(const struct packet *packet)
{
	return packet->bytes[0] == PACKET_EXITED || packet->bytes[0] == PACKET_SIGNALLED ||
	       packet->bytes[0] == PACKET_SHELL;
}
