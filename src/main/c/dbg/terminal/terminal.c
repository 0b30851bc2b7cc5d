/* terminal.c - the operator's terminal, and how dbg ends with a message; terminal.h */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/signals.h"
#include "guard.h"
#include "terminal.h"

/* The modes that the terminal had before raw mode, and whether it is in raw mode now. */
static struct termios found;
static int is_raw;

void return_to_raw_mode(void)
{
	struct termios raw = found;

	cfmakeraw(&raw);
	is_raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
	/* Only now is it known which of these modes the terminal has taken. */
	if (is_raw && tcgetattr(STDIN_FILENO, &raw) == 0)
		start_guard(STDIN_FILENO, &found, &raw);
}

void enter_raw_mode(void)
{
	if (tcgetattr(STDIN_FILENO, &found) == 0)
		return_to_raw_mode();
}

int restore_terminal(void)
{
	int was_raw = is_raw;

	if (is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &found);
	is_raw = 0;
	return was_raw;
}

void leave_terminal(void)
{
	restore_terminal();
	dismiss_guard();
}

struct winsize window_size(void)
{
	struct winsize size = {0};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0)
			break;
	return size;
}

_Noreturn void fail(const char *format, ...)
{
	va_list values;

	leave_terminal();
	fputs("dbg: ", stderr);
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	exit(DBG_FAILED);
}

int await_ready(struct pollfd *places, size_t count, int timeout)
{
	int count_ready = poll(places, count, timeout);

	if (count_ready < 0 && errno == EINVAL)
		fail("too few files may be open: this line needs %zu: raise the limit, ulimit -n", count);
	return count_ready;
}

void forbid_dump(void)
{
	static const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

_Noreturn void die_by(int signal_number)
{
	leave_terminal();
	forbid_dump();
	end_by_signal(signal_number);
	exit((int)(128 + (unsigned)signal_number));
}
