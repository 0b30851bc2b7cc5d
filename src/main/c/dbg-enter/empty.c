/*
 * empty.c - the first process of a pid namespace of dbgd's own, in other namespaces of dbgd's own: net, ipc, uts and,
 * if this kernel has them, time. There is nothing in them. A tool joins those whose kind was not chosen, so that it
 * is in no namespace of the host's: who gets hold of the tool could otherwise join these too.
 *
 * This process keeps the namespaces, and nothing else. The kernel reaps for it what a tool leaves behind, and kills all
 * that is in the pid namespace when it ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

/* A process enters a new time namespace by setns(2) alone. A host may have none, or permit none. */
static void enter_time(void)
{
	int time;

	if (unshare(CLONE_NEWTIME) < 0)
		return;
	time = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	require(time, "open /proc/self/ns/time_for_children");
	require(setns(time, CLONE_NEWTIME), "setns an empty time namespace");
	close(time);
}

/* A process that sees this one below /proc gets no file of the host's through it. */
static void enter_empty_root(void)
{
	require(unshare(CLONE_NEWNS), "unshare CLONE_NEWNS");
	require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount / private");
	require(mount("none", "/proc", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k"),
		"mount an empty root");
	require(chdir("/proc"), "chdir an empty root");
	require((int)syscall(SYS_pivot_root, ".", "."), "pivot_root an empty root");
	require(umount2(".", MNT_DETACH), "umount the host's root");
}

/* Writes a digit to standard output when the namespaces are there. dbgd has made the pid namespace. */
_Noreturn void keep_empty(void)
{
	static const char ready[] = "0";

	report = STDOUT_FILENO;
	die_with_parent();
	signal(SIGCHLD, SIG_IGN);
	require(unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS), "unshare net, ipc and uts");
	enter_time();
	enter_empty_root();
	drop_all_privileges();
	keep_only(NULL, 0);
	require((int)write(STDOUT_FILENO, ready, 1), "write");
	wait_for_dbgd();
}
