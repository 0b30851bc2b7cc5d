/*
 * stand_in.c - a process in its own namespaces. For dbg doctor, dbgd enters them to find out what works on this
 * host. The process does nothing, and ends when dbgd closes its standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "enter.h"

static void write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		fail("write %s", path);
	close(file);
}

static _Noreturn void wait_for_dbgd(void)
{
	char byte;

	close(STDOUT_FILENO);
	while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

/* Unshares a kind of namespace that may be disabled on this host. Returns the errno, or 0. */
static int leave(int kind)
{
	return unshare(kind) < 0 ? errno : 0;
}

/*
 * Writes to standard output the id of the process to enter, and why it has no user or time namespace of its own:
 * an errno for each, or 0. The process to enter is a child of this one, since unshare(2) puts only children into
 * a new pid namespace.
 */
_Noreturn void stand_in(void)
{
	int user, time;
	pid_t child;

	report = STDOUT_FILENO;
	die_with_parent();
	user = leave(CLONE_NEWUSER);
	if (!user) {
		write_file("/proc/self/setgroups", "deny");
		write_file("/proc/self/uid_map", "0 0 1");
		write_file("/proc/self/gid_map", "0 0 1");
	}
	require(unshare(NEW_NAMESPACES), "unshare of all namespaces");
	time = leave(CLONE_NEWTIME);
	child = fork();
	require(child, "fork");
	if (child == 0) {
		die_with_parent();
		wait_for_dbgd();
	}
	dprintf(STDOUT_FILENO, "%d %d %d", (int)child, user, time);
	wait_for_dbgd();
}
