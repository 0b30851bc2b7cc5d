/* streams.h - the client's side of the tool's standard streams: streams.c */
#pragma once

#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define MOST_STREAMS 3

/* Which of dbg's own standard descriptors are terminals: bit n for descriptor n. */
int terminals(void);

/* Makes 0, 1 and 2 /dev/null, so that who reads what dbg prints does not wait for this process too. */
void let_go_of_streams(void);

/* To be called first: no stream is open yet. */
void forget_streams(void);

/*
 * Opens streams with the descriptors that dbgd has sent. Bit n of MASK says that there is one for the tool's
 * descriptor n; they are in this order, COUNT of them. Returns -1 if the two do not agree.
 */
int open_streams(int mask, const int *ends, size_t count);

/* Whether what is typed is read for the tool. */
int is_input_read(void);

/* TAKEN is called with all that is read of standard input. */
void watch_input(void (*taken)(const char *bytes, size_t length));

/* What poll(2) is to wait for, one entry for each stream. A stream that is not open has the descriptor -1. */
void want_streams(struct pollfd ready[MOST_STREAMS]);
void move_streams(const struct pollfd ready[MOST_STREAMS]);

/* Sets the size of the terminal that dbgd has made for the tool's output, if any. */
void resize_streams(const struct winsize *size);

/* Prints the rest of the output of a tool that has ended. Returns the errno if it could not be written, or 0. */
int finish_streams(void);
