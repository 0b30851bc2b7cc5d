/*
 * flow.h - copies bytes from one descriptor to another. The client copies between the operator's
 * descriptors and those that dbgd sends; the relay of dbg-enter copies between those and the tool's.
 *
 * A descriptor that other processes share is never made non-blocking. poll(2) says when it accepts a byte,
 * and a pipe is given at most PIPE_BUF bytes at once, which it then accepts.
 */
#pragma once

#include <poll.h>
#include <stddef.h>

/*
 * Changes bytes on their way; TRANSLATE is NULL if they pass unchanged. TRANSLATE writes to TO the result for
 * LENGTH bytes and for the few bytes that it has held back. It returns the length of the result, at most
 * MOST_TRANSLATED for each of these bytes. LENGTH 0 means the end.
 */
struct translation {
	size_t (*translate)(void *state, const char *bytes, size_t length, char *to);
	void *state;
};

#define MOST_TRANSLATED 4

/* One direction. A descriptor that is closed, or that must not be used any longer, is -1. */
struct flow {
	int from, to;
	int inward;	/* whether the bytes go to the tool: then TO is this process's own end, otherwise FROM */
	int closes;	/* whether to close this process's end when the copying stops, to tell the tool */
	int error;	/* the errno of a write that failed, or 0 */
	void (*taken)(const char *bytes, size_t length); /* called with all bytes that were read; or NULL */
	struct translation translation;
	size_t start, end;
	char bytes[64 * 1024];
};

/* Whether bytes were read that are not yet written. */
int has_bytes(const struct flow *flow);

/* The event that poll(2) must wait for before move_bytes(). */
struct pollfd wanted(const struct flow *flow);

/* Reads if the buffer is empty, otherwise writes. Returns 0 if a read found nothing yet, otherwise 1. */
int move_bytes(struct flow *flow);

void stop_flow(struct flow *flow);

/* Sets O_NONBLOCK. */
void never_block(int fd);
