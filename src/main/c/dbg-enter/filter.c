/*
 * filter.c - forbids system calls to the tool, seccomp(2).
 *
 * There are two filters. The first forbids calls that affect more than the container. It is installed before
 * a process starts in the container's pid namespace, where the container's root may take over that process.
 * The second depends on the process id, so the process that becomes the tool installs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

#ifdef __x86_64__
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000U
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "add seccomp's constant for this architecture"
#endif

#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

/* Calls that no tool needs. They fail with EPERM, as they do for root in a container. */
static const int forbidden[] = {
	/* namespaces and mounts: leaving the container, or reaching other files */
	SYS_setns, SYS_unshare, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_tree,
	SYS_open_tree_attr, SYS_move_mount, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr,
	SYS_open_by_handle_at, SYS_name_to_handle_at,
	/* the kernel itself */
	SYS_bpf, SYS_kexec_load, SYS_kexec_file_load, SYS_init_module, SYS_finit_module,
	SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_syslog, SYS_acct, SYS_quotactl,
	SYS_quotactl_fd, SYS_perf_event_open, SYS_userfaultfd, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime,
	SYS_adjtimex, SYS_sethostname, SYS_setdomainname, SYS_vhangup,
	SYS_add_key, SYS_request_key, SYS_keyctl,
	/* leaving the process group, which is killed when the tool ends */
	SYS_setsid, SYS_setpgid,
	/* see refuse_execution() */
	SYS_execveat,
	/* the filter does not apply to what io_uring does */
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
	/* other processes: root without capabilities may still control all processes of root */
	SYS_pidfd_getfd, SYS_process_madvise, SYS_process_mrelease,
	SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_setpriority, SYS_ioprio_set,
	SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr, SYS_migrate_pages, SYS_move_pages,
#ifdef __x86_64__
	SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_uselib, SYS_ustat, SYS_sysfs,
#endif
};

/* Calls that only tracers may make. */
static const int tracing[] = {SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp};

/* Calls that send signals. A tool may only send them to itself, as abort(3) and raise(3) do. */
static const int signalling[] = {SYS_kill, SYS_tkill, SYS_tgkill};

struct program {
	struct sock_filter steps[512];
	unsigned short length;
};

static void step(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
	if (program->length == COUNT(program->steps))
		give_up(DBG_FAILED, "the seccomp filter needs more than %zu steps", COUNT(program->steps));
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

/* Refuses if the loaded word equals VALUE. */
static void refuse_if(struct program *program, uint32_t value)
{
	step(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	answer(program, REFUSE);
}

/* If the call is NUMBER: refuses it unless its first argument is ALLOWED. */
static void refuse_unless_first(struct program *program, uint32_t number, uint32_t allowed)
{
	step(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
	load(program, LOW_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, allowed, 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, REFUSE);
}

/* If the call is NUMBER: refuses it if one of BITS is set in its first argument. */
static void refuse_bits_in_first(struct program *program, uint32_t number, uint32_t bits)
{
	step(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4);
	load(program, LOW_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	answer(program, REFUSE);
	answer(program, SECCOMP_RET_ALLOW);
}

/*
 * Allows only the execve(2) that starts the tool, which the filter recognizes by the address of the path. That
 * memory is gone after the call. An attacker who could put a path at the same address again would already run
 * code. So a tool executes no program: not from its view, not through /proc, and not a descriptor of the
 * operator's. A tool with a helper does not get this rule.
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

/*
 * Refuses pidfd_send_signal(2), except, if MAY_QUIT, SIGQUIT to one process, without further information. The kernel
 * accepts no process outside of the caller's pid namespace, pidfd_send_signal(2).
 */
static void refuse_signals_by_pidfd(struct program *program, int may_quit)
{
	if (!may_quit) {
		refuse_if(program, SYS_pidfd_send_signal);
		return;
	}
	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_send_signal, 0, 10);
	load(program, LOW_HALF_OF_ARGUMENT(1));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, SIGQUIT, 0, 7);
	load(program, LOW_HALF_OF_ARGUMENT(2));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 5);
	load(program, HIGH_HALF_OF_ARGUMENT(2));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3);
	load(program, LOW_HALF_OF_ARGUMENT(3));
	step(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, REFUSE);
}

/*
 * Signals by way of a descriptor: root may have the kernel send any signal to any process when there is input,
 * F_SETOWN(2const). The commands are the same on all architectures that this program knows.
 */
static void refuse_signals_by_input(struct program *program)
{
	static const uint32_t commands[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG};
	uint8_t skipped = (uint8_t)(2 + 2 * COUNT(commands));

	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, skipped);
	load(program, LOW_HALF_OF_ARGUMENT(1));
	for (size_t i = 0; i < COUNT(commands); i++)
		refuse_if(program, commands[i]);
	answer(program, SECCOMP_RET_ALLOW);
}

static void refuse_terminal_theft(struct program *program)
{
	/* The latter two name a process that gets a signal when there is input. */
	static const uint32_t thefts[] = {TIOCSTI, TIOCLINUX, TIOCSCTTY, TIOCSETD, FIOSETOWN, SIOCSPGRP};
	uint8_t skipped = (uint8_t)(2 + 2 * COUNT(thefts));

	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, skipped);
	load(program, LOW_HALF_OF_ARGUMENT(1));
	for (size_t i = 0; i < COUNT(thefts); i++)
		refuse_if(program, thefts[i]);
	answer(program, SECCOMP_RET_ALLOW);
}

/*
 * Where a server of the container's listens on a Unix socket, connecting to it gives it a pidfd of the tool,
 * SO_PEERPIDFD, and so does a datagram, SCM_PIDFD: a handle on the tool's descriptors and namespaces. The C library
 * connects without being asked, to nscd(8), and so does nstat. So no tool makes a Unix socket, and one that needs no
 * network makes no socket at all. A pair of connected streams cannot be connected to anything else; a pair of datagram
 * sockets can. A reader of dbgd's sees no container's files, and asks the engine of the user that it runs as.
 *
 * The answer is that of a kernel without Unix sockets, with which programs are prepared to live.
 */
static void refuse_sockets(struct program *program, const struct limits *limits)
{
	static const uint32_t networks[] = {AF_INET, AF_INET6, AF_NETLINK, AF_PACKET}, local[] = {AF_UNIX};
	const uint32_t *families = limits->unix_sockets ? local : networks;
	uint8_t count = limits->unix_sockets ? COUNT(local) : limits->sockets ? COUNT(networks) : 0;

	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, (uint8_t)(3 + count));
	load(program, LOW_HALF_OF_ARGUMENT(0));
	for (uint8_t i = 0; i < count; i++)
		step(program, BPF_JMP | BPF_JEQ | BPF_K, families[i], (uint8_t)(count - i), 0);
	answer(program, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	answer(program, SECCOMP_RET_ALLOW);
	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_socketpair, 0, 5);
	load(program, LOW_HALF_OF_ARGUMENT(1));
	step(program, BPF_ALU | BPF_AND | BPF_K, (uint32_t) ~(SOCK_NONBLOCK | SOCK_CLOEXEC), 0, 0);
	step(program, BPF_JMP | BPF_JEQ | BPF_K, SOCK_STREAM, 0, 1);
	answer(program, SECCOMP_RET_ALLOW);
	answer(program, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
}

/*
 * The sorted list of numbers becomes a binary tree of comparisons. When a filter is installed, the kernel runs
 * it once for every system call there is; for a list this would take longer than all the rest of dbg-enter.
 */
#define LEAF 4

static uint8_t length_of_tree(size_t count)
{
	if (count <= LEAF)
		return (uint8_t)(2 * count + 1);
	return (uint8_t)(1 + length_of_tree(count / 2) + length_of_tree(count - count / 2));
}

/* Refuses the call if it is one of NUMBERS, and allows it otherwise. */
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

/* Adds a filter to those already installed. None can be removed. */
static void install(const struct program *program)
{
	struct sock_fprog whole = {.len = program->length,
				   .filter = (struct sock_filter *)(uintptr_t)program->steps};

	require(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &whole), "PR_SET_SECCOMP");
}

void filter_dangers(const struct limits *limits, int may_quit, const char *tool)
{
	struct program program = {.length = 0};
	int listed[COUNT(forbidden) + COUNT(tracing)];
	size_t count = COUNT(forbidden);

	memcpy(listed, forbidden, sizeof(forbidden));
	if (!limits->tracer) {
		memcpy(listed + count, tracing, sizeof(tracing));
		count += COUNT(tracing);
	}
	sort(listed, count);

	load(&program, offsetof(struct seccomp_data, arch));
	step(&program, BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCHITECTURE, 1, 0);
	answer(&program, SECCOMP_RET_KILL_PROCESS);
	load(&program, offsetof(struct seccomp_data, nr));
#ifdef X32_BIT
	step(&program, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
	answer(&program, REFUSE);
#endif
	/* A filter cannot read the flags of clone3, which are behind a pointer. The C library falls back to clone. */
	step(&program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
	refuse_unless_first(&program, SYS_prlimit64, 0);
	refuse_unless_first(&program, SYS_sched_setaffinity, 0);
	/* A new user namespace would give back the capabilities that the tool has lost. */
	refuse_bits_in_first(&program, SYS_clone, (uint32_t)NEW_NAMESPACES | CLONE_NEWUSER);
	refuse_terminal_theft(&program);
	refuse_signals_by_pidfd(&program, may_quit);
	refuse_signals_by_input(&program);
	refuse_sockets(&program, limits);
	if (!limits->executes)
		refuse_execution(&program, tool);
	refuse_listed(&program, listed, count);
	install(&program);
}

/* Refuses new processes, new threads, or both. */
static void refuse_clone(struct program *program, const struct limits *limits)
{
	if (limits->forks && limits->threads)
		return;
	step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
	load(program, LOW_HALF_OF_ARGUMENT(0));
	step(program, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
	answer(program, limits->threads ? SECCOMP_RET_ALLOW : REFUSE);
	answer(program, limits->forks ? SECCOMP_RET_ALLOW : REFUSE);
#ifdef SYS_fork
	if (!limits->forks) {
		refuse_if(program, SYS_fork);
		refuse_if(program, SYS_vfork);
	}
#endif
}

/*
 * The tool may send signals only to itself: the filter has the id of this process, which becomes the tool. A
 * tracer in the container's pid namespace may send all signals. It controls the container's processes anyway,
 * and signals its children.
 *
 * The tool may start only the threads and processes that its entry allows. Most tools may start none, so they
 * cannot be fork bombs, also where there are no control groups.
 *
 * A tool that is not root's keeps its capabilities, since who has fewer may not trace it: a tool that drops its own, as ip
 * and ping do, is told that it has.
 */
void filter_processes(const struct limits *limits, int in_pid_namespace, uid_t uid)
{
	struct program program = {.length = 0};
	int may_signal = limits->tracer && in_pid_namespace;

	load(&program, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; !may_signal && i < COUNT(signalling); i++)
		refuse_unless_first(&program, (uint32_t)signalling[i], (uint32_t)getpid());
	if (uid != 0) {
		step(&program, BPF_JMP | BPF_JEQ | BPF_K, SYS_capset, 0, 1);
		answer(&program, SECCOMP_RET_ERRNO);
	}
	refuse_clone(&program, limits);
	answer(&program, SECCOMP_RET_ALLOW);
	install(&program);
}
