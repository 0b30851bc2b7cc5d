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

/* Whether there was something, the end among it. */
static int take(struct flow *flow)
{
	char taken[sizeof(flow->bytes) / MOST_TURNED / 2];
	int is_turned = flow->turn.turned != NULL;
	ssize_t got = is_turned ? read(flow->from, taken, sizeof(taken))
				: read(flow->from, flow->bytes, sizeof(flow->bytes));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	flow->start = 0;
	flow->end = got < 0 ? 0 : (size_t)got;
	if (is_turned)
		flow->end = flow->turn.turned(flow->turn.by, taken, flow->end, flow->bytes);
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
		/* Nobody reads: neither shall the writer go on, which stopping tells it. */
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
