/*
 * strike - kills a process of many threads with SIGKILL before the system call that is number NUMBER
 * of a conversation: those of the thread that comes back from accept4(2) with a client, and of the
 * threads that it starts. Without a NUMBER, 0, it kills nothing and goes on until it is ended itself.
 *
 *   strike PID NUMBER
 *
 * Says `ready`, then `call N KIND` for each call, and `struck`. KIND is the kernel's number of it, but
 * for those that a test looks for: `fdatasync`, `fsync`, and `rename` for each of that family.
 * Calls that are about memory and waiting are not counted: the JVM makes them as it likes. The
 * process's children are not followed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
/* After glibc's, which it would be in the way of. */
#include <linux/ptrace.h>

enum { MOST_THREADS = 1024 };

struct thread {
	pid_t id;
	bool asked;     /* to stop, which it has not done yet */
	bool known;     /* whether it talks */
	bool held;      /* it has stopped, and that is not known yet */
	bool talks;     /* with the client, or for a thread that does */
	long long call; /* the last one it made */
};

static struct thread threads[MOST_THREADS];
static size_t count;

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static struct thread *find(pid_t id)
{
	for (size_t i = 0; i < count; i++)
		if (threads[i].id == id)
			return &threads[i];
	return NULL;
}

static struct thread *add(pid_t id)
{
	if (count == MOST_THREADS) {
		errno = ENOBUFS;
		fail("threads");
	}
	threads[count] = (struct thread){.id = id};
	return &threads[count++];
}

/* A thread that ends meanwhile is no mistake. */
static void go_on(pid_t id, int signal)
{
	if (ptrace(PTRACE_SYSCALL, id, NULL, (void *)(long)signal) < 0 && errno != ESRCH)
		fail("PTRACE_SYSCALL");
}

/* Until a look at all of them finds none that is new. */
static void seize_all(pid_t process)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
	char path[64];
	bool more = true;

	snprintf(path, sizeof(path), "/proc/%d/task", process);
	while (more) {
		DIR *tasks = opendir(path);

		if (!tasks)
			fail(path);
		more = false;
		for (struct dirent *entry; (entry = readdir(tasks));) {
			pid_t id = atoi(entry->d_name);

			if (id == 0 || find(id))
				continue;
			if (ptrace(PTRACE_SEIZE, id, NULL, (void *)options) < 0) {
				/* A thread that one of ours has started is ours already, or it has ended. */
				if (errno != EPERM && errno != ESRCH)
					fail("PTRACE_SEIZE");
				continue;
			}
			more = true;
			add(id)->asked = true;
			find(id)->known = true;
			if (ptrace(PTRACE_INTERRUPT, id, NULL, NULL) < 0 && errno != ESRCH)
				fail("PTRACE_INTERRUPT");
		}
		closedir(tasks);
	}
}

static bool is_a_step(long long call)
{
	switch (call) {
	case SYS_futex:
	case SYS_mmap:
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_madvise:
	case SYS_sched_yield:
	case SYS_rt_sigprocmask:
	case SYS_rt_sigreturn:
	case SYS_restart_syscall:
	case SYS_set_robust_list:
	case SYS_rseq:
	case SYS_gettid:
	case SYS_sched_getaffinity:
		return false;
	default:
		return true;
	}
}

static void say_kind(long long call)
{
	switch (call) {
	case SYS_fdatasync:
		puts("fdatasync");
		break;
	case SYS_fsync:
		puts("fsync");
		break;
#ifdef SYS_rename
	case SYS_rename:
#endif
#ifdef SYS_renameat
	case SYS_renameat:
#endif
	case SYS_renameat2:
		puts("rename");
		break;
	default:
		printf("%lld\n", call);
	}
}

/* A call's beginning or end; whether it is the one. */
static bool is_struck(struct thread *thread, long number)
{
	static bool begun;
	static long calls;
	struct __ptrace_syscall_info info;

	if (ptrace((enum __ptrace_request)PTRACE_GET_SYSCALL_INFO, thread->id, (void *)sizeof(info), &info) < 0)
		return false;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		thread->call = (long long)info.entry.nr;
		if (!thread->talks || !is_a_step(thread->call))
			return false;
		printf("call %ld ", ++calls);
		say_kind(thread->call);
		return calls == number;
	}
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && thread->call == SYS_accept4 && info.exit.rval >= 0 && !begun)
		begun = thread->talks = true;
	return false;
}

/* What a thread has started: it talks as the first does. */
static void starts(struct thread *parent)
{
	unsigned long id;
	struct thread *child;

	if (ptrace(PTRACE_GETEVENTMSG, parent->id, NULL, &id) < 0)
		return;
	child = find((pid_t)id);
	if (!child)
		child = add((pid_t)id);
	child->talks = parent->talks;
	child->known = true;
	if (child->held) {
		child->held = false;
		go_on(child->id, 0);
	}
}

/* Whether all have stopped that were asked to, or have ended: from then on no call is missed. */
static bool is_ready(void)
{
	for (size_t i = 0; i < count; i++)
		if (threads[i].asked)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	pid_t process = argc == 3 ? atoi(argv[1]) : 0;
	long number = argc == 3 ? atol(argv[2]) : 0;
	bool ready = false;
	int status;
	pid_t id;

	if (process <= 0) {
		fputs("usage: strike PID NUMBER\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	seize_all(process);
	while ((id = waitpid(-1, &status, __WALL)) > 0) {
		struct thread *thread = find(id);
		int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
		int event = status >> 16;

		if (!thread)
			thread = add(id);
		if (!WIFSTOPPED(status)) {
			thread->asked = false;
			continue;
		}
		if (event == PTRACE_EVENT_STOP && !thread->asked && !thread->known) {
			thread->held = true;
			continue;
		}
		if (event == PTRACE_EVENT_CLONE)
			starts(thread);
		if (event == 0 && signal == (SIGTRAP | 0x80)) {
			if (is_struck(thread, number)) {
				if (kill(process, SIGKILL) < 0)
					fail("kill");
				puts("struck");
				return 0;
			}
			signal = 0;
		}
		if (event == PTRACE_EVENT_STOP)
			thread->asked = false;
		go_on(id, event ? 0 : signal);
		if (!ready && (ready = is_ready()))
			puts("ready");
	}
	return 0;
}
