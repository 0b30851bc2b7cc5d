/*
 * own_pid.c - a pid namespace of the tool's own, for a tool that sees the container's files on a kernel without
 * Landlock. pid_namespaces(7)
 *
 * Nobody else is in that namespace, and the only procfs that the tool reaches is that of this namespace: mounts.c leaves
 * out the others. So no link of a procfs leads to a process with other files than the tool's, and no number is another
 * process's.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/*
 * The first process of the namespace. It does nothing; the kernel kills all that is in the namespace when it ends. It ends
 * with the relay, when LIFE hangs up.
 */
static _Noreturn void be_first(const struct covers *covers, const char *shown, int life, int ready)
{
	struct pollfd relay = {.fd = life};
	int proc = new_proc(-1);

	require(proc, "fsmount proc with hidepid=ptraceable");
	if (mount_over(proc, "/proc") == 0)
		cover_proc(proc, covers, shown);
	else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		fail("move_mount /proc");
	drop_all_privileges();
	/* Else the tool could open its executable, a file of the host's, through the link exe. */
	require(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	/* Nobody waits for what the tool leaves behind. */
	signal(SIGCHLD, SIG_IGN);
	require((int)write(ready, "", 1), "write");
	for (int stream = 0; stream < 3; stream++)
		close(stream);
	keep_only(&life, 1);
	while (poll(&relay, 1, -1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

void make_own_pid_namespace(const struct covers *covers, const char *shown, int life)
{
	int ready[2];
	pid_t first;
	char byte;

	require(pipe2(ready, O_CLOEXEC), "pipe2");
	require(unshare(CLONE_NEWPID), "unshare CLONE_NEWPID");
	first = fork();
	require(first, "fork");
	if (first == 0)
		be_first(covers, shown, life, ready[1]);
	close(ready[1]);
	/* The first process has reported why it ended. */
	if (read(ready[0], &byte, 1) != 1)
		_exit(DBG_FAILED);
	close(ready[0]);
}
