/*
 * observe - runs a command and writes to REPORT `pid N` at once, and at the end `exited N` or `signalled N`,
 * which a shell cannot distinguish: Java's Process reports 143 for both an exit with 143 and a SIGTERM.
 *
 *   observe REPORT COMMAND [ARG...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status;
	FILE *report = argc > 2 ? fopen(argv[1], "we") : NULL;
	pid_t child;

	if (!report) {
		perror("observe");
		return 125;
	}
	setvbuf(report, NULL, _IOLBF, 0);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	/* Only the command may keep the streams open: their reader waits for the end of file. */
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	fprintf(report, "pid %d\n", child);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 125;
	if (WIFSIGNALED(status))
		fprintf(report, "signalled %d\n", WTERMSIG(status));
	else
		fprintf(report, "exited %d\n", WEXITSTATUS(status));
	return 0;
}
