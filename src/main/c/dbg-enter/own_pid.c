/*
 * own_pid.c - a pid namespace of the tool's own, for a tool that sees the container's files on a kernel without
 * Landlock. pid_namespaces(7)
 *
 * Nobody else is in that namespace, and the only procfs that the tool reaches is that of this namespace. So no link of a
 * procfs leads to a process with other files than the tool's, and no number is another process's.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "calls.h"
#include "enter.h"

/*
 * The first process of the namespace. It does nothing; the kernel reaps for it what the tool leaves behind, and kills all
 * that is in the namespace when it ends. It ends with the relay, when LIFE hangs up.
 */
static _Noreturn void be_first(int life, int ready)
{
	struct pollfd relay = {.fd = life};
	int proc = new_proc(-1);
	char mounted;

	require(proc, "fsmount proc with hidepid=ptraceable");
	mounted = mount_over(proc, "/proc") == 0;
	drop_all_privileges();
	/* Else the tool could open its executable, a file of the host's, through the link exe. */
	require(prctl(PR_SET_DUMPABLE, 0), "PR_SET_DUMPABLE");
	require((int)write(ready, &mounted, 1), "write");
	for (int stream = 0; stream < 3; stream++)
		close(stream);
	keep_only(&life, 1);
	while (poll(&relay, 1, -1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

/* Whether a line of proc_pid_mountinfo(5) is of a procfs, and not of one that is covered by the tool's own at /proc. */
static int shows_other_proc(char *line, int mounted)
{
	char *type = strstr(line, " - "), *path = line;

	for (int field = 0; path && field < 4; field++)
		path = strchr(path + 1, ' ');
	if (!type || !path || strncmp(type + 3, "proc ", 5) != 0)
		return 0;
	path++;
	path[strcspn(path, " ")] = '\0';
	return !mounted || !(strcmp(path, "/proc") == 0 || strncmp(path, "/proc/", 6) == 0);
}

/*
 * The container may have a procfs elsewhere, such as the host's at /host/proc, whose links lead to other processes.
 * Nothing is mounted in this copy of its mounts any more, so there is none later either.
 */
static void require_no_other_proc(int self, int mounted)
{
	int file = openat(self, "mountinfo", O_RDONLY | O_CLOEXEC);
	FILE *mounts = file < 0 ? NULL : fdopen(file, "r");
	char *line = NULL;
	size_t room = 0;

	if (!mounts)
		fail("open /proc/self/mountinfo");
	while (getline(&line, &room, mounts) > 0)
		if (shows_other_proc(line, mounted))
			give_up(DBG_FAILED, "the container has more than one procfs mounted, and this kernel has no Landlock "
					    "to keep a tool from following their links: leave out mnt");
	if (ferror(mounts))
		fail("read /proc/self/mountinfo");
	free(line);
	fclose(mounts);
}

void make_own_pid_namespace(int life, int self)
{
	int ready[2];
	pid_t first;
	char mounted;

	require(pipe2(ready, O_CLOEXEC), "pipe2");
	require(unshare(CLONE_NEWPID), "unshare CLONE_NEWPID");
	first = fork();
	require(first, "fork");
	if (first == 0)
		be_first(life, ready[1]);
	close(ready[1]);
	/* The first process has reported why it ended. */
	if (read(ready[0], &mounted, 1) != 1)
		_exit(DBG_FAILED);
	close(ready[0]);
	require_no_other_proc(self, mounted);
}
