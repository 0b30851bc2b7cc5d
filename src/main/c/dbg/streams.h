/* streams.h - the tool's standard streams, as dbg has them: streams.c */
#ifndef DBG_STREAMS_H
#define DBG_STREAMS_H

#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define MOST_STREAMS 3

/* Which of dbg's own standard descriptors are terminals: bit n for descriptor n. */
int terminals(void);

/* None is there yet. */
void forget_streams(void);

/* Takes over the ends that dbgd sent. MASK says which of the tool's streams they are: bit n for its
 * descriptor n, in this order; COUNT of them have come. -1 if that does not fit. */
int open_streams(int mask, const int *ends, size_t count);

/* What to wait for, one a stream; of one that is over or never was, the descriptor is -1. */
void want_streams(struct pollfd ready[MOST_STREAMS]);
void move_streams(const struct pollfd ready[MOST_STREAMS]);

/* Where the tool prints to a terminal that dbgd has made, it gets this size. */
void resize_streams(const struct winsize *size);

/* Prints what the tool has left when it has ended. The errno of what could not be written, or 0. */
int finish_streams(void);

#endif
