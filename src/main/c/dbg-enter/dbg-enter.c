/*
 * dbg-enter - the process that dbgd starts and that becomes the tool. dbg-inside(7)
 *
 * It does what a process with many threads cannot do, and what must not happen in dbgd's memory. dbgd's thread
 * has already joined net, uts, ipc and cgroup, the container's or empty ones of dbgd's own, and, without mnt, made
 * the view. This process has one thread and
 * no secrets. It joins mnt, time, pid and user, confines itself, and executes the tool. It is killed when dbgd
 * ends, and it can be killed when one of the container's file systems hangs.
 *
 * The order of the steps is what makes this safe. In the container's pid namespace, root with CAP_SYS_PTRACE
 * can take over any process (CVE-2016-9962). So a process that starts there is confined like the tool from its
 * first moment: it has no descriptor of the operator's, only the tool's capabilities, and the filter. The
 * process that had more rights is never in that namespace; it ends when the confined process has started.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/openat2.h>
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
#include "calls.h"
#include "enter.h"

/* exec has removed the JVM's handlers, but signals that it ignores or blocks are inherited. */
static void reset_signals(void)
{
	for (int number = 1; number <= SIGSYS; number++)
		if (number != SIGKILL && number != SIGSTOP)
			signal(number, SIG_DFL);
	require(unblock_signals(), "sigprocmask");
}

/*
 * CVE-2024-21626: a working directory outside of the root is a way out of it. The system call getcwd(2) shows
 * whether it is outside: then the path does not start with a slash.
 */
static void require_inside(void)
{
	static char path[PATH_MAX];

	if (syscall(SYS_getcwd, path, sizeof(path)) < 0 || path[0] != '/')
		give_up(DBG_FAILED, "the working directory is not below the tool's root directory");
}

static void enter_root(void)
{
	require(chdir("/"), "chdir /");
	require_inside();
}

/*
 * Changes to a directory that the operator named, among the container's files. This is done by the confined
 * process, so it needs the rights of the tool. The container controls the links in the path. None of them leads out
 * of the root, and those of a procfs, such as /proc/PID/cwd, are not followed.
 */
static void enter_directory(const char *path)
{
	int directory = open_path(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC,
				  RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	if (directory < 0 || fchdir(directory) < 0)
		give_up(DBG_FAILED, "-w %.500s: %s: give a directory of the container's that the tool's user may enter",
			path, errno == ELOOP ? "it leads through a link of a procfs, or too many links" : strerror(errno));
	close(directory);
	require_inside();
}

/* The path of a file in the bundle. It is never freed: there are only a few. */
static char *in_bundle(const char *bundle, const char *name)
{
	char *path;

	if (!bundle)
		return (char *)(uintptr_t)name;
	if (asprintf(&path, "%s/%s", bundle, name) < 0)
		give_up(DBG_FAILED, "out of memory");
	return path;
}

/*
 * The command line that runs the tool, after the path to execute. A tool in the bundle is run by its loader, with
 * options that say where the libraries are and that the container's cache must not be read, ld.so(8). A script
 * is run by its interpreter, as execve(2) does: the name, the option, the script.
 */
static char **command_line(const struct command *command, const char *bundle)
{
	const char *loader = bundle ? command->loader : NULL;
	char *tool = in_bundle(bundle, command->tool);
	char **argv = command->argv;
	size_t count = 0, at = 0;
	char **line;

	while (argv[count])
		count++;
	line = calloc(count + 11, sizeof(*line));
	if (!line)
		give_up(DBG_FAILED, "out of memory");
	line[at++] = loader ? in_bundle(bundle, loader) : tool;
	if (loader) {
		char *options[] = {(char *)(uintptr_t)loader, (char *)(uintptr_t)"--inhibit-cache",
				   (char *)(uintptr_t)"--library-path", (char *)(uintptr_t)bundle,
				   (char *)(uintptr_t)"--argv0"};

		memcpy(line + at, options, sizeof(options));
		at += COUNT(options);
	}
	line[at++] = argv[0];
	if (loader)
		line[at++] = tool;
	if (command->option)
		line[at++] = (char *)(uintptr_t)command->option;
	if (command->script)
		line[at++] = in_bundle(bundle, command->script);
	memcpy(line + at, argv + 1, (count - 1) * sizeof(*argv));
	return line;
}

static void tell_number(const char *variable, int number)
{
	char text[12];

	snprintf(text, sizeof(text), "%d", number);
	require(setenv(variable, text, 1), variable);
}

/*
 * Starts a process in the pid namespace that was joined, as a child of the relay, and returns in that process.
 * The calling process ends; if clone(2) fails it ends with the errno, which the relay then reports.
 *
 * The new process never has the descriptors of the report and the trace. An attacker who takes over the process
 * could use them to report that the tool did not run.
 */
static void start_in_pid_namespace(int life, const char *tool)
{
	long child;

	require(access(tool, X_OK), tool);
	close(report);
	close(trace);
	report = trace = -1;
	child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (child < 0)
		_exit(errno);
	if (child > 0)
		_exit(0);
	die_with_relay(life);
}

/* A tool with CAP_KILL may send SIGQUIT: the tool `threads` makes a Java virtual machine print its threads by it. */
static int may_quit(const struct identity *identity)
{
	return identity->capabilities >> CAP_KILL & 1;
}

/* Makes what the tool sees as /. Returns the path of the bundle, or NULL if there is none. */
static const char *make_root(const struct orders *orders, int life)
{
	const char *bundle = NULL;

	if (orders->root.names)
		copy_names(orders);
	if (orders->root.files)
		bundle = enter_files(orders, life);
	else if (orders->namespaces.pid >= 0)
		mount_proc_of_pid(orders);
	enter_root();
	return bundle;
}

/*
 * The root of the new namespace is the control group of this session, and nothing above it can be seen or mounted from
 * there. EINVAL: this kernel has no such namespaces.
 */
static void leave_cgroup_namespace(void)
{
	if (unshare(CLONE_NEWCGROUP) < 0 && errno != EINVAL)
		fail("unshare a cgroup namespace");
}

/* Nothing of the tool runs, and no process is in the container's pid namespace, before the session is on record. */
static void await_record(const struct orders *orders)
{
	stage("wait");
	await_start(orders->sync.start);
	stage("tool");
}

/* What is needed until the tool starts; of these it gets the one for its counts alone. */
static void keep_ends(const struct orders *orders, int life)
{
	int kept[] = {report, life, trace, orders->sync.start, orders->streams.counts};

	keep_only(kept, COUNT(kept));
}

int main(int argc, char **argv)
{
	struct orders orders;
	const char *bundle;
	char **line;
	int life = -1, in_pid_namespace;

	if (argc == 2 && strcmp(argv[1], "probe") == 0)
		probe();
	if (argc == 2 && strcmp(argv[1], "slow-close") == 0)
		slow_close();
	if (argc == 2 && strcmp(argv[1], "closer") == 0)
		closer();
	if (argc == 2 && strcmp(argv[1], "empty") == 0)
		keep_empty();
	orders = read_orders(argv + (argc > 0));
	trace = orders.sync.trace;
	stage("set-up");
	require(fcntl(report, F_SETFD, FD_CLOEXEC), "fcntl");
	if (trace >= 0)
		require(fcntl(trace, F_SETFD, FD_CLOEXEC), "fcntl");
	reset_signals();
	umask(022);
	require(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	die_with(orders.sync.parent);
	await_membership(orders.sync.gate);
	if (orders.namespaces.new_cgroup)
		leave_cgroup_namespace();
	/* Before the relay: it may need one. */
	close_ways_out(&orders);
	if (orders.streams.relayed)
		life = start_relay(&orders);

	stage("root");
	bundle = make_root(&orders, life);
	line = command_line(&orders.command, bundle);
	if (orders.command.variable && orders.command.data)
		require(setenv(orders.command.variable, in_bundle(bundle, orders.command.data), 1), "setenv");
	if (orders.streams.counts >= 0)
		tell_number("DBG_COUNTS", orders.streams.counts);
	stage("namespaces");
	in_pid_namespace = is_in_pid_namespace(&orders);
	join(orders.namespaces.time, CLONE_NEWTIME, "time");
	join(orders.namespaces.pid, CLONE_NEWPID, "pid");
	stage("confine");
	confine(&orders);
	if (orders.root.files && orders.root.start)
		enter_directory(orders.root.start);
	keep_ends(&orders, life);
	stage("filter");
	filter_dangers(&orders.limits, in_pid_namespace && may_quit(&orders.identity), line[0]);
	if (in_pid_namespace) {
		await_record(&orders);
		start_in_pid_namespace(life, line[0]);
	} else {
		die_with(orders.sync.parent);
	}
	filter_processes(&orders.limits, in_pid_namespace, orders.identity.uid);
	if (!in_pid_namespace)
		await_record(&orders);
	execv(line[0], line + 1);
	give_up(errno == ENOENT ? NO_SUCH_TOOL : NOT_EXECUTABLE, "cannot execute %s: %s", line[0], strerror(errno));
}
