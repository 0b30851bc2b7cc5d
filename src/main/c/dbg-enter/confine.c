/*
 * confine.c - reduces the rights of this process from root's to those that the tool's entry grants. The
 * order of the steps matters: see confine().
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

void join(int namespace, int kind, const char *what)
{
	if (namespace >= 0 && setns(namespace, kind) < 0)
		fail("setns %s of the target", what);
}

/* The kernel kills this process when its parent ends. A change of ids and a fork clear this setting. */
void die_with_parent(void)
{
	require(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
}

/* The same, and gives up if the parent has already ended. */
void die_with(pid_t parent)
{
	die_with_parent();
	if (getppid() != parent)
		give_up(DBG_FAILED, "dbgd has ended");
}

/*
 * The same for a child of the relay: in the container's pid namespace, getppid(2) returns 0 for a parent outside.
 */
void die_with_relay(int life)
{
	struct pollfd parent = {.fd = life};

	die_with_parent();
	if (poll(&parent, 1, 0) != 0)
		give_up(DBG_FAILED, "dbgd has ended");
}

/* Waits for a byte and closes the pipe; gives up at the pipe's end. */
static void await_byte(int pipe, const char *otherwise)
{
	char byte;
	ssize_t got;

	do
		got = read(pipe, &byte, sizeof(byte));
	while (got < 0 && errno == EINTR);
	if (got != sizeof(byte))
		give_up(DBG_FAILED, "%s", otherwise);
	close(pipe);
}

/*
 * Waits until dbgd has moved this process into its control group. A child that is forked before stays outside
 * that group and its limits.
 */
void await_membership(int gate)
{
	if (gate >= 0)
		await_byte(gate, "dbgd did not make this process a member of its control group");
}

/*
 * Waits until dbgd has recorded the session. Until then nothing of the tool runs, and no process of the session is
 * in the container's pid namespace.
 */
void await_start(int start)
{
	await_byte(start, "dbgd did not start the tool");
}

/*
 * EINVAL means that the tool's user namespace does not map the id, user_namespaces(7): that is the operator's
 * mistake.
 */
static void become(uid_t uid, gid_t gid)
{
	if (uid != 0)
		require(prctl(PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS");
	if (setresgid(gid, gid, gid) < 0) {
		if (errno == EINVAL)
			give_up(DBG_FAILED, "cannot become group %u in the container: its user namespace has no such "
					    "group: choose another one with -u UID:GID", gid);
		fail("setresgid to group %u", gid);
	}
	if (setresuid(uid, uid, uid) < 0) {
		if (errno == EINVAL)
			give_up(DBG_FAILED, "cannot become user %u in the container: its user namespace has no such "
					    "user: choose another one with -u", uid);
		fail("setresuid to user %u", uid);
	}
}

int sees_all_processes(uint64_t capabilities)
{
	return capabilities >> CAP_SYS_PTRACE & 1;
}

/* Whether Landlock can deny a tool access to other processes. It needs Linux 5.13, and may be disabled. */
static int has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static void drop_bounding(uint64_t kept)
{
	/* EINVAL: the capabilities that this kernel knows end here. */
	for (int capability = 0; capability < 64; capability++)
		if (!(kept >> capability & 1) && prctl(PR_CAPBSET_DROP, capability) < 0) {
			if (errno != EINVAL)
				fail("PR_CAPBSET_DROP of capability %d", capability);
			return;
		}
}

/*
 * When root executes a program, it gets the whole bounding set, so the permitted and effective sets suffice
 * here. Another user keeps only ambient capabilities, which must be inheritable too.
 */
static void set_capabilities(uint64_t kept, uid_t uid)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	for (int half = 0; half < 2; half++) {
		data[half].permitted = data[half].effective = (uint32_t)(kept >> (32 * half));
		data[half].inheritable = uid == 0 ? 0 : data[half].permitted;
	}
	require(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "PR_CAP_AMBIENT_CLEAR_ALL");
	require((int)syscall(SYS_capset, &header, data), "capset to the tool's capabilities");
	for (unsigned long capability = 0; uid != 0 && capability < 64; capability++)
		if (kept >> capability & 1)
			require(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0),
				"PR_CAP_AMBIENT_RAISE");
}

/* Lets a Landlock domain open this device to write to it, if it is there and is one. */
static void let_write(int rules, const char *path)
{
	struct landlock_path_beneath_attr writing = {.allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE};
	struct stat file;

	writing.parent_fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (writing.parent_fd < 0)
		return;
	require(fstat(writing.parent_fd, &file), path);
	if (S_ISCHR(file.st_mode))
		require((int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &writing, 0),
			"landlock_add_rule");
	close(writing.parent_fd);
}

/*
 * Enters a Landlock domain. A process in it may not ptrace(2) a process outside, whatever its ids and
 * capabilities. So it may not use what requires that permission: root, cwd, fd, exe, map_files and environ
 * below /proc/PID of other processes. It also may not create or remove files; and if it sees the container's, it opens
 * none to write to it: a FIFO can be written to on mounts that are read-only. Where the kernel does not have
 * Landlock, only the ids protect other processes, and a tool that sees the container's files is in a pid namespace of
 * its own: close_ways_out().
 */
static void shut_out_processes(int sees_files)
{
	struct landlock_ruleset_attr nothing = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
				     LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
				     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
				     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
				     LANDLOCK_ACCESS_FS_MAKE_SYM};
	int rules;

	if (!has_landlock())
		return;
	if (sees_files)
		nothing.handled_access_fs |= LANDLOCK_ACCESS_FS_WRITE_FILE;
	rules = (int)syscall(SYS_landlock_create_ruleset, &nothing, sizeof(nothing.handled_access_fs), 0);
	require(rules, "landlock_create_ruleset");
	if (sees_files) {
		let_write(rules, "/dev/null");
		let_write(rules, "/dev/tty");
	}
	require((int)syscall(SYS_landlock_restrict_self, rules, 0), "landlock_restrict_self");
	close(rules);
}

static void limit(int resource, rlim_t most, const char *call)
{
	struct rlimit now;

	require(getrlimit(resource, &now), call);
	if (now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	require(setrlimit(resource, &now), call);
}

/*
 * These limits also apply where there are no control groups. A core dump could hold data that the operator
 * must not see. A program that gets core dumps by a pipe, core(5), gets one also at a limit of 0, and none at 1.
 */
static void limit_resources(const struct limits *limits)
{
	limit(RLIMIT_CORE, 1, "RLIMIT_CORE");
	if (limits->memory)
		limit(RLIMIT_AS, limits->memory, "RLIMIT_AS");
}

/* For who copies bytes, and for who reads files with the rights of a user's alone. */
void drop_all_privileges(void)
{
	struct limits nothing = {0};

	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	drop_bounding(0);
	set_capabilities(0, 0);
	shut_out_processes(0);
	limit_resources(&nothing);
	filter_dangers(&nothing, 0, NULL);
}

/*
 * The container's owner controls what its files and links are, including those that a tool or its loader opens
 * on its own, such as /etc/ld.so.preload. A link to /proc/PID/root/evil.so leads to a mount that is not
 * read-only and NOEXEC like the tool's own mounts. Landlock prevents a tool from following such a link; on a kernel
 * without it, the tool must have no procfs with another process in it. A tool with SYS_PTRACE cannot be in a Landlock
 * domain: it could not do its work. dbgd never combines such a tool with the container's files; this is the check that
 * enforces it.
 */
void close_ways_out(struct orders *orders)
{
	if (!orders->root.files)
		return;
	if (sees_all_processes(orders->identity.capabilities) || orders->limits.tracer)
		give_up(DBG_FAILED, "a tool that may inspect other processes must not see the container's files: "
				    "leave out mnt");
	if (has_landlock())
		return;
	if (orders->namespaces.pid >= 0)
		give_up(DBG_FAILED, "mnt together with pid needs Landlock, which this kernel lacks or has disabled: leave out "
				    "pid, or use Linux 5.13 or newer, with landlock in the boot parameter lsm=");
	orders->namespaces.own_pid = 1;
	/* The relay starts the tool in that namespace, and its end ends the namespace. */
	orders->streams.relayed = 1;
}

/* Whether the tool starts in another pid namespace than this process. */
int is_in_pid_namespace(const struct orders *orders)
{
	return orders->namespaces.pid >= 0 || orders->namespaces.own_pid;
}

/*
 * The order of the steps:
 * - First the supplementary groups: a user namespace may forbid dropping them.
 * - Then the user namespace: joining it takes away all power outside of it.
 * - Then the bounding set, which needs CAP_SETPCAP, and the ids, which need CAP_SETUID.
 * - Then the capabilities: this step drops those two.
 * - Then Landlock: it forbids mounts, which are all made before confine().
 * die_with() or die_with_relay() comes after confine(), since a change of ids clears the death signal.
 */
void confine(const struct orders *orders)
{
	const struct identity *identity = &orders->identity;

	require(setgroups(0, NULL), "setgroups");
	join(orders->namespaces.user, CLONE_NEWUSER, "user");
	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	drop_bounding(identity->capabilities);
	become(identity->uid, identity->gid);
	/* With another user namespace or id, the kernel has made this what fs.suid_dumpable says, proc_sys_fs(5). */
	if (orders->namespaces.user >= 0 || identity->uid != 0 || identity->gid != 0)
		require(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	set_capabilities(identity->capabilities, identity->uid);
	if (orders->root.files || !sees_all_processes(identity->capabilities))
		shut_out_processes(orders->root.files);
	limit_resources(&orders->limits);
}
