/*
 * confine.c - from root to exactly what the tool's entry says. The order is the argument for its
 * safety; see confine().
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
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

void join(int namespace, int kind, const char *what)
{
	if (namespace >= 0 && setns(namespace, kind) < 0)
		fail("setns %s of the target", what);
}

/* The kernel then kills this process when the parent ends. A change of ids, and a fork, clear it. */
void die_with_parent(void)
{
	require(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
}

/* The same, if the parent has not ended yet. */
void die_with(pid_t parent)
{
	die_with_parent();
	if (getppid() != parent)
		give_up(DBG_FAILED, "dbgd is gone");
}

/* A child that is born before is outside of the control group, and has none of its limits. */
void await_membership(int gate)
{
	char open;

	if (gate < 0)
		return;
	if (read(gate, &open, sizeof(open)) != sizeof(open))
		give_up(DBG_FAILED, "dbgd did not make this process a member of its control group");
	close(gate);
}

/* The same behind a relay: in a pid namespace of the container's, the parent has no number. */
void die_with_relay(int life)
{
	struct pollfd parent = {.fd = life};

	die_with_parent();
	if (poll(&parent, 1, 0) != 0)
		give_up(DBG_FAILED, "dbgd is gone");
}

/* An id that the tool's user namespace does not have is no error of dbg's: user_namespaces(7). */
static void become(uid_t uid, gid_t gid)
{
	if (uid != 0)
		require(prctl(PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS");
	if (setresgid(gid, gid, gid) < 0) {
		if (errno == EINVAL)
			give_up(DBG_FAILED, "cannot become group %u in the container: its user namespace has no such "
					    "group: give another one, -u UID:GID", gid);
		fail("setresgid to group %u", gid);
	}
	if (setresuid(uid, uid, uid) < 0) {
		if (errno == EINVAL)
			give_up(DBG_FAILED, "cannot become user %u in the container: its user namespace has no such "
					    "user: give another one with -u", uid);
		fail("setresuid to user %u", uid);
	}
}

static int sees_all_processes(uint64_t capabilities)
{
	return capabilities >> CAP_SYS_PTRACE & 1;
}

/* Whether processes outside can be kept from a tool's reach: Linux 5.13, and not switched off. */
static int has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static void drop_bounding(uint64_t kept)
{
	/* The first one that this kernel does not know is where they end. */
	for (int capability = 0; capability < 64; capability++)
		if (!(kept >> capability & 1) && prctl(PR_CAPBSET_DROP, capability) < 0) {
			if (errno != EINVAL)
				fail("PR_CAPBSET_DROP of capability %d", capability);
			return;
		}
}

/*
 * Root's exec takes what the bounding set holds, so permitted and effective suffice. Anybody
 * else's keeps only ambient ones, which must be inheritable too.
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

/*
 * A domain of Landlock's: whoever is in it may not ptrace(2) anybody outside, and what takes that
 * permission is refused, whatever the ids and capabilities: /proc/PID/root, cwd, fd, exe, map_files and
 * environ of other processes. It also makes and removes no files. Where the kernel has none, the ids
 * have to do, and the container's files are not shown: require_no_way_out().
 */
static void shut_out_processes(void)
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
	rules = (int)syscall(SYS_landlock_create_ruleset, &nothing, sizeof(nothing.handled_access_fs), 0);
	require(rules, "landlock_create_ruleset");
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

/* What holds without a control group. A dump would hold what the operator may not see. */
static void limit_resources(const struct orders *orders)
{
	limit(RLIMIT_CORE, 0, "RLIMIT_CORE");
	if (orders->memory)
		limit(RLIMIT_AS, orders->memory, "RLIMIT_AS");
}

/* For the process that stands between the tool and the operator: it copies bytes. */
void drop_all_privileges(void)
{
	struct orders nothing = {0};

	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	drop_bounding(0);
	set_capabilities(0, 0);
	shut_out_processes();
	limit_resources(&nothing);
	filter_dangers(&nothing, NULL);
}

/*
 * The container's owner says what the names in its files mean, also those that a tool and its loader open
 * unasked, as /etc/ld.so.preload. One that means /proc/PID/root/evil.so leads to a mount that is not the
 * tool's own read-only, NOEXEC one. Landlock alone keeps a tool from such links, and whoever has
 * SYS_PTRACE can't be kept from them without losing all that it is for. dbgd plans no such tool; here is
 * where none passes.
 */
void require_no_way_out(const struct orders *orders)
{
	if (!orders->files)
		return;
	if (sees_all_processes(orders->capabilities) || orders->tracer)
		give_up(DBG_FAILED, "a tool that may look at other processes is not shown the container's files: "
				    "leave out mnt");
	if (!has_landlock())
		give_up(DBG_FAILED, "mnt needs Landlock, which this kernel has not, or has switched off: it needs Linux "
				    "5.13, and landlock among the security modules, lsm=");
}

/*
 * In this order: the supplementary groups, which a user namespace may forbid to drop; the user
 * namespace, which takes all power outside of it; the bounding set while CAP_SETPCAP is there; ids
 * while CAP_SETUID is there; then the capabilities, which ends both. The death signal after the ids,
 * whose change clears it. Landlock after the mounts, which it forbids.
 */
void confine(const struct orders *orders)
{
	require(setgroups(0, NULL), "setgroups");
	join(orders->user, CLONE_NEWUSER, "user");
	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	drop_bounding(orders->capabilities);
	become(orders->uid, orders->gid);
	set_capabilities(orders->capabilities, orders->uid);
	if (orders->files || !sees_all_processes(orders->capabilities))
		shut_out_processes();
	limit_resources(orders);
}
