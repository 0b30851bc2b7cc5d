/* flow.c - copies bytes from one descriptor to another; flow.h */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "flow.h"

int has_bytes(const struct flow *flow)
{
	return flow->start < flow->end;
}

struct pollfd wanted(const struct flow *flow)
{
	if (has_bytes(flow))
		return (struct pollfd){.fd = flow->to, .events = POLLOUT};
	return (struct pollfd){.fd = flow->from, .events = POLLIN};
}

void never_block(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0)
		fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void stop_flow(struct flow *flow)
{
	if (flow->closes)
		close(flow->inward ? flow->to : flow->from);
	flow->closes = 0;
	flow->from = flow->to = -1;
}

/* Returns 0 if there was nothing to read yet. The end counts as something. */
static int take(struct flow *flow)
{
	char original[sizeof(flow->bytes) / MOST_TRANSLATED / 2];
	const struct translation *translation = &flow->translation;
	ssize_t got = translation->translate ? read(flow->from, original, sizeof(original))
					     : read(flow->from, flow->bytes, sizeof(flow->bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	flow->start = 0;
	flow->end = got < 0 ? 0 : (size_t)got;
	if (translation->translate)
		flow->end = translation->translate(translation->state, original, flow->end, flow->bytes);
	if (got <= 0 && !has_bytes(flow))
		stop_flow(flow);
	else if (flow->taken)
		flow->taken(flow->bytes, flow->end);
	return 1;
}

static void give(struct flow *flow)
{
	size_t length = flow->end - flow->start;
	ssize_t given = write(flow->to, flow->bytes + flow->start, length < PIPE_BUF ? length : PIPE_BUF);

	if (given < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (given < 0) {
		/* Nobody reads any more. Closing the other end tells the writer. */
		flow->error = errno;
		flow->start = flow->end = 0;
		stop_flow(flow);
		return;
	}
	flow->start += (size_t)given;
}

int move_bytes(struct flow *flow)
{
	if (!has_bytes(flow))
		return take(flow);
	give(flow);
	return 1;
}
