/*
 * dbg-enter - what stands between dbgd and the tool. dbgd(8)
 *
 * Responsible for: what a process of many threads can't do, and what must not happen in the memory
 * of dbgd. dbgd's thread has joined net, uts, ipc and cgroup and, where the container's files are not
 * selected, made the view; this process has one thread and no secret. It joins mnt, time, pid and user,
 * confines itself, and becomes the tool. It is killed when dbgd dies, and can be killed when a file
 * system of the container's hangs.
 *
 * The order is the argument for its safety. In a pid namespace of the container's, whoever is root there
 * with CAP_SYS_PTRACE can take over any process (CVE-2016-9962). So what is born there is born as the
 * tool: without the operator's descriptors, without a capability but the tool's, behind the filter. The
 * process that had more is never in that namespace; it ends when the tool is born.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../shared/signals.h"
#include "enter.h"

/* The JVM's handlers are gone with exec; what it ignores or blocks would be inherited. */
static void reset_signals(void)
{
	for (int number = 1; number <= SIGSYS; number++)
		if (number != SIGKILL && number != SIGSTOP)
			signal(number, SIG_DFL);
	require(unblock_signals(), "sigprocmask");
}

/* CVE-2024-21626: a working directory outside of the root is a way out. The kernel says which it is. */
static void require_working_directory(void)
{
	char path[16];

	require(chdir("/"), "chdir /");
	if (syscall(SYS_getcwd, path, sizeof(path)) < 0 || strcmp(path, "/") != 0)
		give_up(DBG_FAILED, "the working directory is not the root of what the tool sees");
}

/* A path of the box's. The program has a few of them in its life. */
static char *in_box(const char *box, const char *name)
{
	char *path;

	if (!box)
		return (char *)(uintptr_t)name;
	if (asprintf(&path, "%s/%s", box, name) < 0)
		give_up(DBG_FAILED, "out of memory");
	return path;
}

/*
 * The command line that runs the tool: argv are the tool's own, its name first. From the box by its
 * loader, which is told where the libraries are and reads no cache of the container's, ld.so(8). A
 * script by its interpreter, as execve(2) would: its name, its option, the script.
 */
static char **command_line(const struct orders *orders, const char *box)
{
	const char *loader = box ? orders->loader : NULL;
	char *tool = in_box(box, orders->tool);
	char **argv = orders->argv;
	size_t count = 0, at = 0;
	char **line;

	while (argv[count])
		count++;
	line = calloc(count + 11, sizeof(*line));
	if (!line)
		give_up(DBG_FAILED, "out of memory");
	line[at++] = loader ? in_box(box, loader) : tool;
	if (loader) {
		char *options[] = {(char *)(uintptr_t)loader, (char *)(uintptr_t)"--inhibit-cache",
				   (char *)(uintptr_t)"--library-path", (char *)(uintptr_t)box,
				   (char *)(uintptr_t)"--argv0"};

		memcpy(line + at, options, sizeof(options));
		at += COUNT(options);
	}
	line[at++] = argv[0];
	if (loader)
		line[at++] = tool;
	if (orders->option)
		line[at++] = (char *)(uintptr_t)orders->option;
	if (orders->script)
		line[at++] = in_box(box, orders->script);
	memcpy(line + at, argv + 1, (count - 1) * sizeof(*argv));
	return line;
}

/*
 * A child of the relay's, in the pid namespace that was joined. Whoever gave birth to it ends: with the
 * error if that failed, which the relay then reports. The child has no report, not for a moment: whoever
 * took that from it could say that the tool never ran.
 */
static void be_born(int life, const char *tool)
{
	long child;

	require(access(tool, X_OK), tool);
	close(report);
	report = -1;
	child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (child < 0)
		_exit(errno);
	if (child > 0)
		_exit(0);
	die_with_relay(life);
}

int main(int argc, char **argv)
{
	struct orders orders;
	const char *box = NULL;
	char **line;
	int life = -1;

	if (argc == 2 && strcmp(argv[1], "stand-in") == 0)
		stand_in();
	if (argc == 2 && strcmp(argv[1], "dispose") == 0)
		dispose();
	orders = read_orders(argv + (argc > 0));
	require(fcntl(report, F_SETFD, FD_CLOEXEC), "fcntl");
	reset_signals();
	umask(022);
	require(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	die_with(orders.parent);
	await_membership(orders.gate);
	if (orders.relayed)
		life = stand_between(&orders);

	require_no_way_out(&orders);
	if (orders.names)
		copy_names(&orders);
	if (orders.files)
		box = enter_files(&orders);
	else if (orders.pid >= 0)
		lay_proc_of_pid(&orders);
	require_working_directory();
	line = command_line(&orders, box);
	if (orders.variable && orders.data)
		require(setenv(orders.variable, in_box(box, orders.data), 1), "setenv");
	join(orders.time, CLONE_NEWTIME, "time");
	join(orders.pid, CLONE_NEWPID, "pid");
	confine(&orders);
	keep_only((int[]){report, life}, 2);
	filter_dangers(&orders, line[0]);
	if (orders.pid >= 0)
		be_born(life, line[0]);
	else
		die_with(orders.parent);
	filter_processes(&orders);
	execv(line[0], line + 1);
	give_up(errno == ENOENT ? NO_SUCH_TOOL : NOT_EXECUTABLE, "cannot execute %s: %s", line[0], strerror(errno));
}
