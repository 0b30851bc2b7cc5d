/*
 * flow.h - bytes on their way from one descriptor to another. dbg copies between the operator's and
 * those that dbgd hands it; dbg-enter's relay between those and the tool's.
 *
 * What others share is never made non-blocking: poll(2) says when it takes a byte, and a pipe is never
 * given more than it then takes.
 */
#ifndef DBG_FLOW_H
#define DBG_FLOW_H

#include <poll.h>
#include <stddef.h>

/* How bytes become others on their way; not at all where TURNED is NULL. It writes into TO what is given
 * for LENGTH bytes and for those that it had kept, a few, and says how many these are: at most
 * MOST_TURNED for each. No bytes are the end. */
struct turn {
	size_t (*turned)(void *by, const char *bytes, size_t length, char *to);
	void *by;
};

#define MOST_TURNED 4

/* One direction. A descriptor that is closed, or not ours to use any longer, is -1. */
struct flow {
	int from, to;
	int inward;	/* whether it goes to the tool: then TO is ours, else FROM */
	int closes;	/* whether closing ours tells the tool that it is over */
	int error;	/* the errno of a write that failed, or 0 */
	void (*taken)(const char *bytes, size_t length); /* told of what is taken; or NULL */
	struct turn turn; /* what is given instead of what is taken */
	size_t start, end;
	char bytes[64 * 1024];
};

/* Whether something that was taken is still to be given. */
int has_bytes(const struct flow *flow);

/* What poll(2) is to wait for before move_bytes(). */
struct pollfd wanted(const struct flow *flow);

/* Takes when it has nothing, else gives. Whether there was anything to take or to give. */
int move_bytes(struct flow *flow);

void stop_flow(struct flow *flow);

void never_block(int fd);

#endif
