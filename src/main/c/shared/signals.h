/* signals.h - the signals that both programs handle, and what they do with them. */
#pragma once

#include <signal.h>
#include <stddef.h>

/*
 * The signals that an operator may send to a tool, and the one that reports a new window size. The client
 * passes them to dbgd, which sends them to the tool's process group. The relay of dbg-enter is in that group
 * and must not end by them.
 */
#define TOOL_SIGNALS SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH

/* Blocks these signals. Returns a signalfd(2) that receives them and never blocks, or -1 with errno. */
int receive_signals(const int *numbers, size_t count);

/* Empties the signal mask. Returns 0, or -1 with errno. */
int unblock_signals(void);

/* Ends this process by this signal. Returns only if the signal does not end a process. */
void end_by_signal(int number);
