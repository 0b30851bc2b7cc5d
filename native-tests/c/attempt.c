/*
 * attempt - a tool for the tests that tries what no tool should be able to do. It prints `done` and exits
 * with 0 on success; otherwise it prints the name of the error and exits with 1.
 *
 *   attempt mount | unshare | user-namespace | setns | chroot | bpf | keyctl
 *   attempt ptrace PID | kill PID
 *   attempt affinity PID    has PID run on the processors on which it runs, sched_setaffinity(2)
 *   attempt own PID         has PID told when standard input is ready, F_SETOWN(2const)
 *   attempt quit PID | go-on PID | quit-told PID | quit-all PID
 *                           by pidfd_send_signal(2): SIGQUIT, SIGCONT, SIGQUIT with a siginfo, to the process group
 *   attempt execute PATH | read PATH | write PATH
 *   attempt permit PATH     lets everybody read and write PATH, chmod(2)
 *   attempt internet | unix | datagrams
 *                           makes a socket, ip(7), unix(7), or a pair of sockets for datagrams
 *   attempt type            puts a character into the input of the terminal on standard input
 *   attempt discipline      sets the line discipline of the terminal on standard output
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int attempt_mount(const char *unused)
{
	(void)unused;
	return mount("none", "/proc", "tmpfs", 0, NULL);
}

static int attempt_unshare(const char *unused)
{
	(void)unused;
	return unshare(CLONE_NEWUTS);
}

static int attempt_user_namespace(const char *unused)
{
	(void)unused;
	return unshare(CLONE_NEWUSER);
}

static int attempt_setns(const char *unused)
{
	int own = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	(void)unused;
	return own < 0 ? -1 : setns(own, CLONE_NEWUTS);
}

static int attempt_chroot(const char *unused)
{
	(void)unused;
	return chroot("/proc");
}

static int attempt_bpf(const char *unused)
{
	/* The smallest map: an array of one number. */
	struct {
		unsigned type, key, value, entries;
		char rest[112];
	} map = {2, 4, 4, 1, {0}};

	(void)unused;
	return (int)syscall(SYS_bpf, 0, &map, sizeof(map));
}

static int attempt_keyctl(const char *unused)
{
	(void)unused;
	return (int)syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1);
}

static int attempt_ptrace(const char *pid)
{
	return (int)ptrace(PTRACE_SEIZE, atoi(pid), NULL, NULL);
}

static int attempt_kill(const char *pid)
{
	return kill(atoi(pid), 0);
}

static int attempt_affinity(const char *pid)
{
	cpu_set_t processors;

	if (sched_getaffinity(atoi(pid), sizeof(processors), &processors) < 0)
		return -1;
	return sched_setaffinity(atoi(pid), sizeof(processors), &processors);
}

static int attempt_own(const char *pid)
{
	return fcntl(STDIN_FILENO, F_SETOWN, atoi(pid));
}

static int send_by_pidfd(const char *pid, int signal, void *information, unsigned flags)
{
	int fd = (int)syscall(SYS_pidfd_open, atoi(pid), 0);

	return fd < 0 ? -1 : (int)syscall(SYS_pidfd_send_signal, fd, signal, information, flags);
}

static int attempt_quit(const char *pid)
{
	return send_by_pidfd(pid, SIGQUIT, NULL, 0);
}

static int attempt_go_on(const char *pid)
{
	return send_by_pidfd(pid, SIGCONT, NULL, 0);
}

static int attempt_quit_told(const char *pid)
{
	siginfo_t information = {.si_signo = SIGQUIT, .si_code = SI_QUEUE};

	return send_by_pidfd(pid, SIGQUIT, &information, 0);
}

/* PIDFD_SIGNAL_PROCESS_GROUP, since Linux 6.9 */
static int attempt_quit_all(const char *pid)
{
	return send_by_pidfd(pid, SIGQUIT, NULL, 1U << 2);
}

/* The program prints `done` itself: exec replaces this process, and a tool may not fork. */
static int attempt_execute(const char *path)
{
	return execl(path, "echo", "done", (char *)NULL);
}

static int attempt_read(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int attempt_write(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
}

static int attempt_permit(const char *path)
{
	return chmod(path, 0666);
}

static int attempt_internet(const char *unused)
{
	(void)unused;
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int attempt_unix(const char *unused)
{
	(void)unused;
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int attempt_datagrams(const char *unused)
{
	int ends[2];

	(void)unused;
	return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
}

static int attempt_type(const char *unused)
{
	(void)unused;
	return ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static int attempt_discipline(const char *unused)
{
	int discipline = 0; /* N_TTY, the one that it has */

	(void)unused;
	return ioctl(STDOUT_FILENO, TIOCSETD, &discipline);
}

static const struct {
	const char *name;
	int (*attempt)(const char *);
	int operands;
} attempts[] = {
	{"mount", attempt_mount, 0},
	{"unshare", attempt_unshare, 0},
	{"user-namespace", attempt_user_namespace, 0},
	{"setns", attempt_setns, 0},
	{"chroot", attempt_chroot, 0},
	{"bpf", attempt_bpf, 0},
	{"keyctl", attempt_keyctl, 0},
	{"ptrace", attempt_ptrace, 1},
	{"kill", attempt_kill, 1},
	{"affinity", attempt_affinity, 1},
	{"own", attempt_own, 1},
	{"quit", attempt_quit, 1},
	{"go-on", attempt_go_on, 1},
	{"quit-told", attempt_quit_told, 1},
	{"quit-all", attempt_quit_all, 1},
	{"execute", attempt_execute, 1},
	{"read", attempt_read, 1},
	{"write", attempt_write, 1},
	{"permit", attempt_permit, 1},
	{"internet", attempt_internet, 0},
	{"unix", attempt_unix, 0},
	{"datagrams", attempt_datagrams, 0},
	{"type", attempt_type, 0},
	{"discipline", attempt_discipline, 0},
};

int main(int argc, char **argv)
{
	/* This copy has been executed as `echo` by attempt_execute. */
	if (argc == 2 && strcmp(argv[0], "echo") == 0)
		return puts(argv[1]) < 0;
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (argc == 2 + attempts[i].operands && strcmp(argv[1], attempts[i].name) == 0) {
			int failed = attempts[i].attempt(argv[argc - 1]) < 0;

			puts(failed ? strerrorname_np(errno) : "done");
			return failed;
		}
	fputs("attempt: that means nothing\n", stderr);
	return 2;
}
