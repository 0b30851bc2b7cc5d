/* way.c - what brings frames to the dbg stdio of a host, and back; way.h */
#include <sys/syscall.h>
#include <unistd.h>

#include "../../shared/flow.h"
#include "../several/another.h"
#include "way.h"

pid_t start_way(const struct way *way, const struct host *host, char **words, int pipes[3])
{
	int theirs[3];
	pid_t pid;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int ends[2];

		open_pipe(ends);
		theirs[fd] = ends[fd != STDIN_FILENO];
		pipes[fd] = ends[fd == STDIN_FILENO];
		never_block(pipes[fd]);
	}
	pid = fork();
	if (pid == 0) {
		for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
			if (dup2(theirs[fd], fd) < 0)
				_exit(WAY_LOST);
		syscall(SYS_close_range, 3, ~0U, 0);
		way->become(host, words);
	}
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(theirs[fd]);
	return pid;
}
