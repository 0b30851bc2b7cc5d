/*
 * cut - cuts a connection of `dbg -H` at a frame. It stands between sshd and `dbg stdio`, and passes on what they send,
 * until as many half frames have passed in one direction; then it kills its parent, sshd's process for the connection.
 * The greeting counts as a frame. Half of one is its first three bytes.
 *
 *   cut FILE PROGRAM [ARG...]   FILE has the direction, `in` or `out`, and how many halves pass
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HALF 3
#define HEADER 5

static struct direction {
	int from, to;
	long left; /* half frames that may pass; -1 if all may */
	int has_greeting;
	size_t at, length; /* in the frame, and of its body */
} directions[2];

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* What has passed is to arrive. */
static _Noreturn void cut(void)
{
	usleep(300 * 1000);
	kill(getppid(), SIGKILL);
	exit(0);
}

/* Counts a byte. Returns whether it is the last that passes. */
static int count(struct direction *direction, unsigned char byte)
{
	int ends;

	direction->at++;
	if (!direction->has_greeting) {
		ends = direction->has_greeting = byte == '\n';
	} else {
		if (direction->at > 1 && direction->at <= HEADER)
			direction->length = direction->length << 8 | byte;
		ends = direction->at >= HEADER && direction->at == HEADER + direction->length;
	}
	if (direction->left > 0 && (direction->at == HALF || ends))
		direction->left--;
	if (ends)
		direction->at = direction->length = 0;
	return direction->left == 0;
}

/* Returns 0 at the end. */
static int pass(struct direction *direction)
{
	unsigned char bytes[4096];
	ssize_t got = read(direction->from, bytes, sizeof(bytes)), passes = 0;
	int is_cut = direction->left == 0;

	if (got <= 0)
		return 0;
	while (passes < got && !is_cut)
		is_cut = count(direction, bytes[passes++]);
	if (write(direction->to, bytes, (size_t)passes) != passes)
		return 0;
	if (is_cut)
		cut();
	return 1;
}

int main(int argc, char **argv)
{
	char name[4];
	long halves;
	int in[2], out[2], status;
	FILE *file = argc > 2 ? fopen(argv[1], "r") : NULL;

	if (!file || fscanf(file, "%3s %ld", name, &halves) != 2 || pipe2(in, 0) < 0 || pipe2(out, 0) < 0)
		fail("cut");
	signal(SIGPIPE, SIG_IGN);
	if (fork() == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		signal(SIGPIPE, SIG_DFL);
		execvp(argv[2], argv + 2);
		fail(argv[2]);
	}
	close(in[0]);
	close(out[1]);
	directions[0] = (struct direction){.from = 0, .to = in[1], .left = strcmp(name, "in") ? -1 : halves};
	directions[1] = (struct direction){.from = out[0], .to = 1, .left = strcmp(name, "out") ? -1 : halves};
	for (;;) {
		struct pollfd ready[] = {{.fd = directions[0].from, .events = POLLIN},
					 {.fd = directions[1].from, .events = POLLIN}};

		if (poll(ready, 2, -1) < 0)
			continue;
		if (ready[0].revents && !pass(&directions[0])) {
			close(in[1]);
			directions[0].from = -1;
		}
		if (ready[1].revents && !pass(&directions[1]))
			break;
	}
	if (wait(&status) < 0)
		fail("wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
