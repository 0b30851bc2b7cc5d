/*
 * reborn PID - starts a process with the pid PID, which must be free, in new namespaces. The kernel reuses a
 * pid by chance after some time; clone3(2) with set_tid does so at once. The process prints `reborn` and
 * waits until its parent has ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	pid_t number = argc > 1 ? atoi(argv[1]) : 0;
	struct clone_args how = {.flags = CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC,
				 .exit_signal = SIGCHLD,
				 .set_tid = (uintptr_t)&number,
				 .set_tid_size = 1};
	long child = syscall(SYS_clone3, &how, sizeof(how));

	/* any process of the host may have it for a moment */
	for (int tries = 0; child < 0 && errno == EEXIST && tries < 3000; tries++) {
		usleep(10000);
		child = syscall(SYS_clone3, &how, sizeof(how));
	}
	if (child < 0) {
		perror("clone3");
		return 1;
	}
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		puts("reborn");
		fflush(stdout);
	}
	for (;;)
		pause();
}
