/*
 * dbg-enter - what stands between dbgd and the tool. dbgd(8)
 *
 * Responsible for: what a process of many threads can't do, and what must not happen in the memory
 * of dbgd. dbgd's thread has joined the namespaces and made the file view; this process has one
 * thread and no secret. It copies the container's resolv.conf and hosts, confines itself, and
 * becomes the tool. It is killed when dbgd dies, and can be killed when a file system of the
 * container's hangs.
 *
 * dbg-enter PARENT UID GID CAPABILITIES TRACER REPORT ROOT MOUNTS BOX PROC LOADER TOOL ARGV0 [ARG...]
 *
 *   PARENT        the process id of dbgd
 *   UID, GID      whom the tool runs as; it has no supplementary groups
 *   CAPABILITIES  a hexadecimal mask, capabilities(7): exactly what the tool gets
 *   TRACER        1 if the tool may use ptrace(2), else 0
 *   REPORT        a descriptor to say on why there is no tool: a status byte and a line of text
 *   ROOT          a descriptor of the container's root directory, to copy its names from, or -1
 *   MOUNTS        a descriptor of the container's mount namespace, or -1: dbgd has made a file view
 *   BOX           then a detached mount with the tool, its loader and its libraries in one directory
 *   PROC          then a detached procfs of the host's pid namespace
 *   LOADER        then the loader's name in the box; a dash for a static tool
 *   TOOL          the file to execute; with MOUNTS its name in the box
 *
 * The order is the argument for its safety; see confine().
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DBG_FAILED 125
#define NOT_EXECUTABLE 126
#define NO_SUCH_TOOL 127

/* Where dbgd put a tmpfs for the names; /etc/resolv.conf and /etc/hosts are links into it. */
#define NAMES "/run/names"
/* A directory of the box, without anything in it. */
#define EMPTY ".empty"

#define LARGEST_NAMES_FILE (64 * 1024)

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int report;

/* Says why on the report and ends; dbgd tells the operator and the record. */
static _Noreturn void give_up(int status, const char *format, ...)
{
	char text[1024];
	va_list values;

	text[0] = (char)status;
	va_start(values, format);
	vsnprintf(text + 1, sizeof(text) - 1, format, values);
	va_end(values);
	/* When even that can't be written, the exit status still says it. */
	ssize_t unused = write(report, text, 1 + strlen(text + 1));
	(void)unused;
	_exit(status);
}

static void require(int result, const char *call)
{
	if (result < 0)
		give_up(DBG_FAILED, "%s: %s", call, strerror(errno));
}

/* close_range(2): not every C library has it. */
static void close_from_to(unsigned first, unsigned last)
{
	require((int)syscall(SYS_close_range, first, last, 0), "close_range");
}

static void close_all_but(int lowest, int kept)
{
	if (kept > lowest)
		close_from_to((unsigned)lowest, (unsigned)kept - 1);
	close_from_to((unsigned)(kept > lowest ? kept + 1 : lowest), ~0U);
}

/* The JVM's handlers are gone with exec; what it ignores or blocks would be inherited. */
static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number <= SIGSYS; number++)
		if (number != SIGKILL && number != SIGSTOP)
			signal(number, SIG_DFL);
	sigemptyset(&none);
	require(sigprocmask(SIG_SETMASK, &none, NULL), "sigprocmask");
}

/*
 * Opens a file of the container's as if its root were /: no link in it, absolute or with dots,
 * leads out, and no magic link is followed. -1 when there is none, or it is no regular file, or one
 * of procfs or sysfs, which answer to root's capabilities and not to the container's: what a
 * container puts there is its own loss.
 */
static int open_in(int root, const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	struct stat status;
	struct statfs system;
	int opened;
	long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	if (fd < 0)
		return -1;
	if (fstat((int)fd, &status) < 0 || !S_ISREG(status.st_mode) || fstatfs((int)fd, &system) < 0 ||
	    system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC) {
		close((int)fd);
		return -1;
	}
	/* Opening alone does things to some files; only what has been looked at is opened. */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)fd);
	opened = open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	close((int)fd);
	return opened;
}

static void copy_names_file(int root, const char *path, const char *to)
{
	static char text[LARGEST_NAMES_FILE];
	int from = open_in(root, path);
	int into = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);
	ssize_t length;

	require(into, to);
	length = from < 0 ? 0 : read(from, text, sizeof(text));
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(into, text + done, (size_t)(length - done));

		require((int)written, to);
		done += written;
	}
	close(into);
	if (from >= 0)
		close(from);
}

/* Names resolve as the container resolves them. nsenter shows the host's, a classic trap. */
static void copy_names(int root)
{
	struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};

	copy_names_file(root, "etc/resolv.conf", NAMES "/resolv.conf");
	copy_names_file(root, "etc/hosts", NAMES "/hosts");
	close(root);
	require((int)syscall(SYS_mount_setattr, AT_FDCWD, NAMES, 0, &read_only, sizeof(read_only)),
		"mount_setattr " NAMES);
}

/*
 * An existing directory, in no way through a link. Only that it is one is asked of a path that the
 * container owns; what is done next is done to the descriptor.
 */
static int open_directory(const char *path)
{
	struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

static int lay_over(int tree, const char *path)
{
	int directory = open_directory(path);
	long laid;

	if (directory < 0)
		return -1;
	laid = syscall(SYS_move_mount, tree, "", directory, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
	close(directory);
	return (int)laid;
}

/* Where the box is laid: directories that every container has, the least missed first. */
static const char *const box_places[] = {"/dev/mqueue", "/dev/shm", "/dev", "/sys", "/run", "/tmp",
					 "/var",	"/mnt",	    "/opt", "/srv", "/usr", "/etc"};

static const char *lay_box(int box)
{
	for (size_t i = 0; i < COUNT(box_places); i++)
		if (lay_over(box, box_places[i]) == 0)
			return box_places[i];
	give_up(DBG_FAILED, "the container has no directory to lay the tool over: none of /dev, /sys, ..., /etc");
}

/* Lays the box's empty directory over the two that list this process's descriptors, and the tool's. */
static void hide_descriptors(const char *box)
{
	char empty[64], of_thread[64];

	snprintf(empty, sizeof(empty), "%s/" EMPTY, box);
	snprintf(of_thread, sizeof(of_thread), "/proc/self/task/%d/fd", (int)getpid());
	require(mount(empty, "/proc/self/fd", NULL, MS_BIND, NULL), "mount over /proc/self/fd");
	require(mount(empty, of_thread, NULL, MS_BIND, NULL), "mount over /proc/self/task/PID/fd");
}

/* Whether processes outside can be kept from a tool's reach: Linux 5.13, and not switched off. */
static int has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

/*
 * The container's / becomes /, in a copy of its mount namespace that ends with the tool. Read-only:
 * the container is not touched. NOEXEC: not a byte of it can be mapped as code, no planted
 * ld.so.preload or libnss runs. NODEV: a device node that the container's device cgroup would not let
 * it open does not open here. Nothing is created: the box is laid over a directory that is there.
 *
 * /proc is the host's, since that is the tool's pid namespace; but only where Landlock keeps the tool
 * from /proc/PID/root of others, which would be the host's files. Else it stays the container's.
 *
 * The tool's own descriptors are no files of it: what the operator handed over lies on a mount of the
 * operator's, where code may be mapped, and a container's ld.so.preload or nsswitch.conf could name it.
 *
 * Answers where the box is.
 */
static const char *enter_files(int mounts, int box, int proc, int sees_all)
{
	const char *place;
	int has_our_proc = 0;
	struct mount_attr locked = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
						MOUNT_ATTR_NOEXEC};

	require(setns(mounts, CLONE_NEWNS), "setns mnt of the target");
	require(unshare(CLONE_NEWNS), "unshare CLONE_NEWNS");
	require(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount / private");
	require((int)syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &locked, sizeof(locked)),
		"mount_setattr / of the target");
	/* A container without a directory /proc keeps none. */
	if (sees_all || has_landlock())
		has_our_proc = lay_over(proc, "/proc") == 0;
	place = lay_box(box);
	/* Of another procfs this process is no part, and has no directory there. */
	if (has_our_proc)
		hide_descriptors(place);
	return place;
}

static void become(uid_t uid, gid_t gid)
{
	if (uid != 0)
		require(prctl(PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS");
	require(setgroups(0, NULL), "setgroups");
	require(setresgid(gid, gid, gid), "setresgid");
	require(setresuid(uid, uid, uid), "setresuid");
}

static int sees_all_processes(uint64_t capabilities)
{
	return capabilities >> CAP_SYS_PTRACE & 1;
}

static void drop_bounding(uint64_t kept)
{
	/* The first one that this kernel does not know is where they end. */
	for (int capability = 0; capability < 64; capability++)
		if (!(kept >> capability & 1) && prctl(PR_CAPBSET_DROP, capability) < 0) {
			if (errno != EINVAL)
				give_up(DBG_FAILED, "PR_CAPBSET_DROP %d: %s", capability, strerror(errno));
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
	require((int)syscall(SYS_capset, &header, data), "capset");
	for (unsigned long capability = 0; uid != 0 && capability < 64; capability++)
		if (kept >> capability & 1)
			require(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0),
				"PR_CAP_AMBIENT_RAISE");
}

#ifdef __x86_64__
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000U
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "seccomp's architecture is not known here: add it"
#endif

/* What no tool needs. EPERM tells a tool what root in a container is used to hear. */
static const int forbidden[] = {
	/* namespaces and mounts: leaving, or looking elsewhere */
	SYS_setns, SYS_unshare, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_tree,
	SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr,
	SYS_open_by_handle_at, SYS_name_to_handle_at,
	/* the kernel itself */
	SYS_bpf, SYS_kexec_load, SYS_kexec_file_load, SYS_init_module, SYS_finit_module,
	SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_syslog, SYS_acct, SYS_quotactl,
	SYS_perf_event_open, SYS_userfaultfd, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime,
	SYS_adjtimex, SYS_sethostname, SYS_setdomainname, SYS_vhangup,
	SYS_add_key, SYS_request_key, SYS_keyctl,
	/* leaving the process group, all of which is ended with the tool */
	SYS_setsid, SYS_setpgid,
	/* see refuse_execution() */
	SYS_execveat,
	/* rings do what the filter forbids */
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
	/* other processes: root without capabilities still owns every process of root's */
	SYS_pidfd_send_signal, SYS_pidfd_getfd, SYS_process_madvise, SYS_process_mrelease,
	SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_setpriority, SYS_ioprio_set,
	SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr, SYS_migrate_pages, SYS_move_pages,
#ifdef __x86_64__
	SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_uselib, SYS_ustat, SYS_sysfs,
#endif
};

/* Only for tools that the catalogue calls tracers. */
static const int tracing[] = {SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp};

/* Signals go to the tool itself only: abort(3) and raise(3) need them. */
static const int signalling[] = {SYS_kill, SYS_tkill, SYS_tgkill};

struct program {
	struct sock_filter steps[256];
	unsigned short length;
};

static void step(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
	if (program->length == COUNT(program->steps))
		give_up(DBG_FAILED, "the seccomp filter is longer than %zu steps", COUNT(program->steps));
	program->steps[program->length++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

static void load(struct program *program, size_t offset)
{
	step(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct program *program, uint32_t action)
{
	step(program, BPF_RET | BPF_K, action, 0, 0);
}

#define LOW_HALF_OF_ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#define HIGH_HALF_OF_ARGUMENT(n) (LOW_HALF_OF_ARGUMENT(n) + 4)
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)

/* if the loaded word equals value, refuse */
static void refuse_if(struct program *program, uint32_t value)
{
	step(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	answer(program, REFUSE);
}

/* if the call is number: refuse unless its first argument is allowed */
static void refuse_unless_first(struct program *program, uint32_t number, uint32_t allowed)
{
	step(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
	load(program, LOW_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, allowed, 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, REFUSE);
}

/* if the call is number: refuse when one of bits is set in its first argument */
static void refuse_bits_in_first(struct program *program, uint32_t number, uint32_t bits)
{
	step(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
	load(program, LOW_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	answer(program, REFUSE);
	answer(program, SECCOMP_RET_ALLOW);
}

/*
 * The tool is executed and executes nothing, be it in its view, reached through /proc, or handed over
 * by the operator as a descriptor. The one call that passes is the one about to be made: the filter
 * knows it by where its path lies, and with it that memory is gone. Who could put a path there again
 * already runs code of their own.
 */
static void refuse_execution(struct program *program, const char *tool)
{
	uint64_t path = (uintptr_t)tool;

	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 6);
	load(program, LOW_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)path, 0, 3);
	load(program, HIGH_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(path >> 32), 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, REFUSE);
}

static void refuse_terminal_theft(struct program *program)
{
	static const uint32_t thefts[] = {TIOCSTI, TIOCLINUX, TIOCSCTTY, TIOCSETD};
	uint8_t skipped = (uint8_t)(2 + 2 * COUNT(thefts));

	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, skipped);
	load(program, LOW_HALF_OF_ARGUMENT(1));
	for (size_t i = 0; i < COUNT(thefts); i++)
		refuse_if(program, thefts[i]);
	answer(program, SECCOMP_RET_ALLOW);
}

/*
 * A sorted list as a tree of comparisons: the kernel walks the filter once for every call there is
 * when it is installed, and a list of this length would take it longer than all the rest.
 */
#define LEAF 4

static uint8_t length_of_tree(size_t count)
{
	if (count <= LEAF)
		return (uint8_t)(2 * count + 1);
	return (uint8_t)(1 + length_of_tree(count / 2) + length_of_tree(count - count / 2));
}

/* refuse if the call is one of numbers, allow if not */
static void refuse_listed(struct program *program, const int *numbers, size_t count)
{
	size_t half = count / 2;

	if (count <= LEAF) {
		for (size_t i = 0; i < count; i++)
			refuse_if(program, (uint32_t)numbers[i]);
		answer(program, SECCOMP_RET_ALLOW);
		return;
	}
	step(program, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)numbers[half], length_of_tree(half), 0);
	refuse_listed(program, numbers, half);
	refuse_listed(program, numbers + half, count - half);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* CLONE_NEW… as in sched.h: a new namespace would bring back what the capabilities took. */
#define NEW_NAMESPACES 0x7e020000U

static void filter_system_calls(int is_tracer, const char *tool)
{
	struct program program = {.length = 0};
	struct sock_fprog whole;
	uint32_t self = (uint32_t)getpid();
	int listed[COUNT(forbidden) + COUNT(tracing)];
	size_t count = COUNT(forbidden);

	memcpy(listed, forbidden, sizeof(forbidden));
	if (!is_tracer) {
		memcpy(listed + count, tracing, sizeof(tracing));
		count += COUNT(tracing);
	}
	qsort(listed, count, sizeof(listed[0]), by_number);

	load(&program, offsetof(struct seccomp_data, arch));
	step(&program, BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0);
	answer(&program, SECCOMP_RET_KILL_PROCESS);
	load(&program, offsetof(struct seccomp_data, nr));
#ifdef X32_BIT
	step(&program, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	answer(&program, REFUSE);
#endif
	/* clone3's flags are behind a pointer; the C library falls back to clone. */
	step(&program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
	for (size_t i = 0; i < COUNT(signalling); i++)
		refuse_unless_first(&program, (uint32_t)signalling[i], self);
	refuse_unless_first(&program, SYS_prlimit64, 0);
	refuse_bits_in_first(&program, SYS_clone, NEW_NAMESPACES);
	refuse_terminal_theft(&program);
	refuse_execution(&program, tool);
	refuse_listed(&program, listed, count);

	whole = (struct sock_fprog){.len = program.length, .filter = program.steps};
	require(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole), "PR_SET_SECCOMP");
}

/*
 * A domain of Landlock's: whoever is in it may not ptrace(2) anybody outside, and what takes that
 * permission is refused, whatever the ids: /proc/PID/root, cwd, fd and environ of other processes.
 * It also makes and removes no files. Where the kernel has none, the ids have to do.
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

/*
 * In this order: the bounding set while CAP_SETPCAP is there; ids while CAP_SETUID is there; then
 * the capabilities, which ends both. The death signal after the ids, whose change clears it. Landlock
 * after the mounts, which it forbids.
 */
static void confine(uid_t uid, gid_t gid, uint64_t capabilities, int is_tracer, pid_t parent,
		    const char *tool)
{
	require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	drop_bounding(capabilities);
	become(uid, gid);
	set_capabilities(capabilities, uid);
	if (!sees_all_processes(capabilities))
		shut_out_processes();
	require(prctl(PR_SET_PDEATHSIG, SIGKILL), "PR_SET_PDEATHSIG");
	if (getppid() != parent)
		give_up(DBG_FAILED, "dbgd is gone");
	filter_system_calls(is_tracer, tool);
}

static long number(const char *text, int base)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, base);
	if (errno || end == text || *end)
		give_up(DBG_FAILED, "'%s' is not a number", text);
	return (long)value;
}

/* -1 stands for none. */
static int descriptor(const char *text)
{
	return strcmp(text, "-1") == 0 ? -1 : (int)number(text, 10);
}

/* A path of the box's. The program has a few of them in its life. */
static char *in_box(const char *box, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", box, name) < 0)
		give_up(DBG_FAILED, "out of memory");
	return path;
}

/*
 * The command line that runs the tool from the box: by its loader, which is told where the libraries
 * are and reads no cache of the container's, ld.so(8); argv are the tool's own, its name first.
 */
static char **boxed(const char *box, const char *loader, const char *tool, char **argv)
{
	size_t count = 0, at = 0;
	char **line;

	while (argv[count])
		count++;
	line = calloc(count + 8, sizeof(*line));
	if (!line)
		give_up(DBG_FAILED, "out of memory");
	if (strcmp(loader, "-") == 0) {
		line[at++] = in_box(box, tool);
		memcpy(line + at, argv, count * sizeof(*argv));
		return line;
	}
	line[at++] = in_box(box, loader);
	line[at++] = (char *)(uintptr_t)loader;
	line[at++] = (char *)(uintptr_t)"--inhibit-cache";
	line[at++] = (char *)(uintptr_t)"--library-path";
	line[at++] = (char *)(uintptr_t)box;
	line[at++] = (char *)(uintptr_t)"--argv0";
	line[at++] = argv[0];
	line[at++] = in_box(box, tool);
	memcpy(line + at, argv + 1, (count - 1) * sizeof(*argv));
	return line;
}

int main(int argc, char **argv)
{
	enum { PARENT = 1, UID, GID, CAPABILITIES, TRACER, REPORT, ROOT, MOUNTS, BOX, PROC, LOADER, TOOL, ARGV0 };
	const char *tool;
	char **line;
	uint64_t capabilities;
	int root, mounts;

	if (argc <= ARGV0) {
		fputs("dbg-enter: started by dbgd, not by hand\n", stderr);
		return DBG_FAILED;
	}
	report = (int)number(argv[REPORT], 10);
	root = descriptor(argv[ROOT]);
	mounts = descriptor(argv[MOUNTS]);
	capabilities = (uint64_t)number(argv[CAPABILITIES], 16);
	tool = argv[TOOL];
	line = argv + ARGV0;
	require(fcntl(report, F_SETFD, FD_CLOEXEC), "fcntl");
	reset_signals();
	require(chdir("/"), "chdir /");
	umask(022);
	if (root >= 0)
		copy_names(root);
	if (mounts >= 0) {
		const char *box = enter_files(mounts, descriptor(argv[BOX]), descriptor(argv[PROC]),
					      sees_all_processes(capabilities));

		line = boxed(box, argv[LOADER], argv[TOOL], line);
		tool = *line++;
	}
	close_all_but(3, report);
	confine((uid_t)number(argv[UID], 10), (gid_t)number(argv[GID], 10), capabilities,
		(int)number(argv[TRACER], 10), (pid_t)number(argv[PARENT], 10), tool);
	execv(tool, line);
	give_up(errno == ENOENT ? NO_SUCH_TOOL : NOT_EXECUTABLE, "cannot execute %s: %s", tool,
		strerror(errno));
}
