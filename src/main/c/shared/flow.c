/* flow.c - bytes on their way from one descriptor to another; flow.h */
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

static void take(struct flow *flow)
{
	ssize_t got = read(flow->from, flow->bytes, sizeof(flow->bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0) {
		stop_flow(flow);
		return;
	}
	flow->start = 0;
	flow->end = (size_t)got;
	if (flow->taken)
		flow->taken(flow->bytes, flow->end);
}

static void give(struct flow *flow)
{
	size_t length = flow->end - flow->start;
	ssize_t given = write(flow->to, flow->bytes + flow->start, length < PIPE_BUF ? length : PIPE_BUF);

	if (given < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (given < 0) {
		/* Nobody reads: neither shall the writer go on, which stopping tells it. */
		flow->error = errno;
		flow->start = flow->end = 0;
		stop_flow(flow);
		return;
	}
	flow->start += (size_t)given;
}

void move_bytes(struct flow *flow)
{
	if (has_bytes(flow))
		give(flow);
	else
		take(flow);
}
