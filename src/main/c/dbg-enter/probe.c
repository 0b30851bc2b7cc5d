/*
 * probe.c - a process in its own namespaces. For dbg doctor, dbgd enters them to find out what works on this
 * host. The process does nothing, and ends when dbgd closes its standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

/*
 * Root of the new user namespace is this user here, as with a container whose users are mapped: an overflow id,
 * whom nothing belongs to. To map root itself takes CAP_SETFCAP, user_namespaces(7), which dbgd does not have: it
 * writes no file capabilities, and neither does a tool.
 */
static const char map[] = "0 65534 1";

static void write_map(pid_t child, const char *name)
{
	char path[64];
	int file;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)child, name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0 || write(file, map, strlen(map)) < 0)
		fail("write %s", path);
	close(file);
}

_Noreturn void wait_for_dbgd(void)
{
	char byte;

	close(STDOUT_FILENO);
	while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

/* Starts the process to enter, in new namespaces of these kinds and those that this one has made for children. */
static pid_t start(int kinds)
{
	pid_t child = (pid_t)syscall(SYS_clone, kinds | SIGCHLD, 0, 0, 0, 0);

	if (child == 0) {
		die_with_parent();
		wait_for_dbgd();
	}
	return child;
}

/*
 * Writes to standard output the id of the process to enter, and why it has no user or time namespace of its own,
 * which may be disabled on a host: an errno for each, or 0. This process stays outside of the namespaces, where it
 * has the capabilities to map the child's users.
 */
_Noreturn void probe(void)
{
	int user = 0, time = 0;
	pid_t child;

	report = STDOUT_FILENO;
	die_with_parent();
	if (unshare(CLONE_NEWTIME) < 0) /* for children only */
		time = errno;
	child = start(NEW_NAMESPACES | CLONE_NEWUSER);
	if (child < 0) {
		user = errno;
		child = start(NEW_NAMESPACES);
	}
	require(child, "clone into all namespaces");
	if (!user) {
		write_map(child, "uid_map");
		write_map(child, "gid_map");
	}
	dprintf(STDOUT_FILENO, "%d %d %d", (int)child, user, time);
	wait_for_dbgd();
}
