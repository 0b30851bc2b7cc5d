/*
 * streams.c - the client's side of the tool's standard input, output and error.
 *
 * dbgd never gets a descriptor of the operator's. It makes pipes, or a terminal for the tool's output if the operator
 * has one, and sends the other ends to the client. So the client reads and writes the operator's files and terminal
 * with the operator's rights, and if one of them hangs, only the client hangs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../shared/common.h"
#include "../shared/flow.h"
#include "terminal/screen.h"
#include "streams.h"
#include "typed.h"

static struct flow streams[MOST_STREAMS];

void forget_streams(void)
{
	for (int i = 0; i < MOST_STREAMS; i++)
		streams[i].from = streams[i].to = -1;
}

int terminals(void)
{
	int mask = 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (isatty(fd))
			mask |= 1 << fd;
	return mask;
}

void let_go_of_streams(void)
{
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(nothing, fd) < 0)
			exit(DBG_FAILED);
}

static size_t shown(void *screen, const char *bytes, size_t length, char *to)
{
	count_for_tab(length);
	return show(screen, bytes, length, to);
}

int open_streams(int mask, const int *ends, size_t count)
{
	size_t next = 0;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		struct flow *flow = &streams[fd];
		int inward = fd == STDIN_FILENO;

		if (!(mask >> fd & 1))
			continue;
		if (next == count)
			return -1;
		flow->inward = inward;
		flow->from = inward ? fd : ends[next];
		flow->to = inward ? ends[next] : fd;
		flow->closes = 1;
		if (!inward && screen_of(fd))
			flow->translation = (struct translation){.translate = shown, .state = screen_of(fd)};
		never_block(ends[next++]);
	}
	return mask >> MOST_STREAMS || next != count ? -1 : 0;
}

int is_input_read(void)
{
	return streams[STDIN_FILENO].from >= 0;
}

void watch_input(void (*taken)(const char *bytes, size_t length))
{
	streams[STDIN_FILENO].taken = taken;
}

void want_streams(struct pollfd ready[MOST_STREAMS])
{
	for (int i = 0; i < MOST_STREAMS; i++)
		ready[i] = wanted(&streams[i]);
}

void move_streams(const struct pollfd ready[MOST_STREAMS])
{
	for (int i = 0; i < MOST_STREAMS; i++)
		if (ready[i].fd >= 0 && ready[i].revents)
			move_bytes(&streams[i]);
}

void resize_streams(const struct winsize *size)
{
	/* On a pipe this fails with ENOTTY. */
	for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++)
		if (streams[i].from >= 0)
			ioctl(streams[i].from, TIOCSWINSZ, size);
}

/*
 * Copies all that is in the pipe, and waits for the reader of the output if necessary. Does not wait for end-of-file:
 * another process may still have the pipe open.
 */
static void drain(struct flow *flow)
{
	do
		while (has_bytes(flow)) {
			struct pollfd taker = wanted(flow);

			poll(&taker, 1, -1);
			move_bytes(flow);
		}
	while (flow->from >= 0 && move_bytes(flow));
}

int finish_streams(void)
{
	int error = 0;

	for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++) {
		drain(&streams[i]);
		/* EPIPE is not an error of dbg's. The tool got it as well, as it would without dbg. */
		if (streams[i].error && streams[i].error != EPIPE)
			error = streams[i].error;
	}
	return error;
}
