/*
 * impostor PID UID GROUP... - what a user of the host can start to pass for a container that has ended: a process with
 * the pid PID, which must be free, in control groups that the user made, each named by its cgroup.procs, and in a user
 * and a mount namespace of its own, in which /var/log shows the host's /etc. A user gets the pid by starting processes
 * until one has it; clone3(2) with set_tid is quicker. The process prints `ready` and waits; this one
 * ends when it has. With UID 0 it is root of another container: it makes no user namespace.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		_exit(1);
	}
}

static void put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	check(fd, file);
	check(write(fd, text, strlen(text)) < 0 ? -1 : 0, file);
	close(fd);
}

static void impersonate(unsigned int uid, char **groups)
{
	char map[64];

	check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	for (; *groups; groups++)
		put(*groups, "0");
	if (uid > 0) {
		check(setgroups(0, NULL), "setgroups");
		check(setresgid(uid, uid, uid), "setresgid");
		check(setresuid(uid, uid, uid), "setresuid");
		check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl"); /* a change of ids has cleared it */
		check(prctl(PR_SET_DUMPABLE, 1), "prctl");
		check(unshare(CLONE_NEWUSER), "unshare");
		put("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		put("/proc/self/uid_map", map);
		put("/proc/self/gid_map", map);
	}
	check(unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
	check(mount("/etc", "/var/log", NULL, MS_BIND | MS_REC, NULL), "mount /etc");
	puts("ready");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	pid_t number = argc > 2 ? atoi(argv[1]) : 0;
	struct clone_args how = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&number, .set_tid_size = 1};
	long child = syscall(SYS_clone3, &how, sizeof(how));

	/* any process of the host may have it for a moment */
	for (int tries = 0; child < 0 && errno == EEXIST && tries < 3000; tries++) {
		usleep(10000);
		child = syscall(SYS_clone3, &how, sizeof(how));
	}
	check(child < 0 ? -1 : 0, "clone3");
	if (child == 0) {
		impersonate((unsigned int)strtoul(argv[2], NULL, 10), argv + 3);
		for (;;)
			pause();
	}
	waitpid(child, NULL, 0); /* its number is free at once */
	return 0;
}
