/* terminal.h - the operator's terminal, and how dbg ends with a message. */
#pragma once

#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>

/* Remembers the modes of the terminal and puts it into raw mode, so that each key reaches the tool's terminal. */
void enter_raw_mode(void);

/*
 * Restores the remembered modes, if the terminal is raw. To be called before dbg prints anything: in raw mode, lines
 * would not start at the left. Returns whether the terminal was raw.
 */
int restore_terminal(void);

/* Returns to raw mode after restore_terminal(). */
void return_to_raw_mode(void);

/* The same, for good: to be called before dbg ends. */
void leave_terminal(void);

/* The size of the terminal; 0 rows and 0 columns if there is none. */
struct winsize window_size(void);

/* Restores the terminal, prints the message, and exits with DBG_FAILED. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * poll(2). Ends with a message where it can never succeed: the limit of open files is below COUNT, which also counts places
 * without a descriptor. A caller that only went on would take no signal.
 */
int await_ready(struct pollfd *places, size_t count, int timeout);

/* A core dump of this process, not of a tool, would mislead: from now on there is none. */
void forbid_dump(void);

/* Restores the terminal, and ends by this signal without a core dump of its own. */
_Noreturn void die_by(int signal_number);
