/*
 * slow_close.c - closes a connection of dbgd's whose queue holds descriptors that a client sent.
 *
 * The process that closes such a descriptor last may wait for a file system of the client's, which may never
 * answer. So this process closes it, and no other process waits for this one. A client that has a place among the
 * connections gets one of its own. Those that were turned away have nothing that limits how many they are: one process,
 * the closer, takes them all, and they may wait for each other.
 *
 * It must be the last to close the connection. dbgd closes its own descriptor before the gate opens. But
 * children that dbgd started before have copies until they execute. They get no new copies, so a child that was
 * once seen without one has none later.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enter.h"

#define LONGEST_NAME 64

/* Milliseconds between two checks. An exec takes less. */
#define PAUSE 5

/* Bytes of the pipe in which the numbers of connections wait: the most that pipe-max-size usually permits, pipe(7). */
#define WAITING_ROOM (1 << 20)

/* Milliseconds that a client has to receive dbgd's answer. */
#define RECEIVED_WITHIN 1000

static int names_socket(int directory, const char *link, const char *name)
{
	char found[LONGEST_NAME];
	ssize_t length = readlinkat(directory, link, found, sizeof(found) - 1);

	return length > 0 && (size_t)length == strlen(name) && memcmp(found, name, (size_t)length) == 0;
}

/* Whether a process has the socket. A process that has ended does not. */
static int has_socket(int process, const char *name)
{
	int fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fds < 0 ? NULL : fdopendir(fds);
	struct dirent *entry;
	int has = 0;

	if (!directory)
		return 0;
	while (!has && (entry = readdir(directory)))
		has = names_socket(fds, entry->d_name, name);
	closedir(directory);
	return has;
}

/*
 * The parent of a process: the second word after the name in /proc/PID/stat. The name may contain any
 * characters, so its end is the last parenthesis.
 */
static pid_t parent_of(int process)
{
	char text[512], *end;
	int file = openat(process, "stat", O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, text, sizeof(text) - 1);

	if (file >= 0)
		close(file);
	if (length <= 0)
		return -1;
	text[length] = 0;
	end = strrchr(text, ')');
	return end && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : -1;
}

static int is_held_by_child_of(pid_t dbgd, const char *name)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	int held = 0;

	if (!processes)
		return 0;
	while (!held && (entry = readdir(processes))) {
		int process;

		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == getpid())
			continue;
		process = openat(dirfd(processes), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (process < 0)
			continue;
		held = parent_of(process) == dbgd && has_socket(process, name);
		close(process);
	}
	closedir(processes);
	return held;
}

/* Waits until no child of dbgd has the connection. */
static void await_children(int connection, pid_t dbgd)
{
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)], name[LONGEST_NAME];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", connection);
	length = readlink(link, name, sizeof(name) - 1);
	if (length <= 0)
		return;
	name[length] = 0;
	while (is_held_by_child_of(dbgd, name))
		poll(NULL, 0, PAUSE);
}

/* Waits until dbgd has closed what it passed on: then it closes the other end of GATE. */
static void await_dbgd(int gate)
{
	char byte;

	while (read(gate, &byte, 1) < 0 && errno == EINTR)
		continue;
}

/*
 * Closing a connection with unread packets resets it, and the client loses what it has not received yet: why dbgd
 * refused its request.
 */
static void let_client_receive(void)
{
	int left;

	for (int waited = 0; waited < RECEIVED_WITHIN; waited += PAUSE) {
		if (ioctl(STDIN_FILENO, SIOCOUTQ, &left) < 0 || left == 0)
			return;
		poll(NULL, 0, PAUSE);
	}
}

/* Standard input is the connection, standard output the gate: dbgd opens it by closing the other end. */
_Noreturn void slow_close(void)
{
	pid_t dbgd = getppid();

	await_dbgd(STDOUT_FILENO);
	await_children(STDIN_FILENO, dbgd);
	let_client_receive();
	/* An explicit close(2): a process that waits while it exits has no command line that ps(1) could show. */
	close(STDIN_FILENO);
	_exit(0);
}

/* What the two threads of the closer share. */
static struct {
	int room[2]; /* a pipe, for the numbers of the connections that wait */
	pid_t dbgd;
} closing;

/* May wait for ever at any of them. */
static void *close_each(void *unused)
{
	int connection;

	while (read(closing.room[0], &connection, sizeof(connection)) == sizeof(connection)) {
		await_children(connection, closing.dbgd);
		close(connection);
	}
	return unused;
}

/* Takes a connection and its gate from dbgd. Returns 0 when dbgd is gone; what does not fit is -1. */
static int take(int *connection, int *gate)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	char byte;
	struct iovec data = {.iov_base = &byte, .iov_len = sizeof(byte)};
	struct msghdr message = {
		.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	int taken[2] = {-1, -1};
	ssize_t length;

	do
		length = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length > 0 && CMSG_FIRSTHDR(&message))
		memcpy(taken, CMSG_DATA(&control.header), control.header.cmsg_len - CMSG_LEN(0));
	*connection = taken[0];
	*gate = taken[1];
	return length > 0;
}

/*
 * Standard input is a socket of dbgd's. One thread takes what comes, so that dbgd waits for nothing, and another one
 * waits. A client has been answered when its connection comes here.
 */
_Noreturn void closer(void)
{
	int connection, gate;
	pthread_t thread;

	closing.dbgd = getppid();
	require(pipe2(closing.room, O_CLOEXEC), "pipe2");
	(void)fcntl(closing.room[1], F_SETPIPE_SZ, WAITING_ROOM);
	errno = pthread_create(&thread, NULL, close_each, NULL);
	require(errno ? -1 : 0, "pthread_create");
	while (take(&connection, &gate)) {
		if (gate < 0)
			continue;
		await_dbgd(gate);
		close(gate);
		if (write(closing.room[1], &connection, sizeof(connection)) < 0)
			break;
	}
	close(closing.room[1]);
	pthread_join(thread, NULL);
	_exit(0);
}
