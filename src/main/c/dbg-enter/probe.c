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
#include <sys/mount.h>
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

/*
 * Mounts a procfs of its own pid namespace, as every container has one: Linux before 6.17 copies that one for a tool.
 * Whether it is there is what the session finds out.
 */
static void mount_proc(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/*
 * Starts the process to enter, in new namespaces of all kinds, with those that this one has made for children. USER
 * becomes why it has no user namespace, an errno, or 0. That namespace is the last one: in it, /proc could not be mounted.
 */
static pid_t start(int *user)
{
	int said[2];
	pid_t child;

	require(pipe2(said, O_CLOEXEC), "pipe");
	child = (pid_t)syscall(SYS_clone, NEW_NAMESPACES | SIGCHLD, 0, 0, 0, 0);
	require(child, "clone into all namespaces");
	if (child == 0) {
		mount_proc();
		*user = unshare(CLONE_NEWUSER) < 0 ? errno : 0;
		die_with_parent();
		if (write(said[1], user, sizeof(*user)) < 0)
			_exit(DBG_FAILED);
		close(said[0]);
		close(said[1]);
		wait_for_dbgd();
	}
	close(said[1]);
	if (read(said[0], user, sizeof(*user)) != sizeof(*user))
		fail("read from the process in the namespaces");
	close(said[0]);
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
	child = start(&user);
	if (!user) {
		write_map(child, "uid_map");
		write_map(child, "gid_map");
	}
	dprintf(STDOUT_FILENO, "%d %d %d", (int)child, user, time);
	wait_for_dbgd();
}
