/*
 * strike - kills a process of many threads with SIGKILL before system call NUMBER of a conversation. Counted
 * are the calls of the thread that returns from accept4(2) with a client, and of the threads that it starts.
 * If NUMBER is 0, strike kills nothing and runs until it is ended.
 *
 *   strike PID NUMBER
 *
 * Prints `ready`, then `call N KIND` for each call, and `struck`. KIND is the number of the system call, except
 * for those that a test looks for: `fdatasync`, `fsync`, and `rename` for each call of that family.
 * Calls for memory management and waiting are not counted, as the JVM makes them at any time. The process's
 * children are not followed.
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
/* Must follow <sys/ptrace.h>, with which it would conflict. */
#include <linux/ptrace.h>

enum { MOST_THREADS = 1024 };

struct thread {
	pid_t id;
	bool asked;     /* It was asked to stop, and has not stopped yet. */
	bool known;     /* Whether it talks is known. */
	bool held;      /* It has stopped before it is known whether it talks. */
	bool talks;     /* It talks with the client, or was started by a thread that does. */
	long long call; /* Its last system call. */
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

/* A thread that has ended meanwhile is not an error. */
static void go_on(pid_t id, int signal)
{
	if (ptrace(PTRACE_SYSCALL, id, NULL, (void *)(long)signal) < 0 && errno != ESRCH)
		fail("PTRACE_SYSCALL");
}

/* Repeats until a pass over all threads finds no new one. */
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
				/* EPERM: already traced, started by a traced thread. ESRCH: has ended. */
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

/* Handles the entry to a call or the exit from it. Returns whether it is the call to strike before. */
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

/* Handles a thread that a thread has started: it talks if its parent does. */
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

/* Whether all threads that were asked to stop have stopped or ended. From then on no call is missed. */
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
