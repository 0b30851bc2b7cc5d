/*
 * guard.c - restores the terminal if dbg is killed while the terminal is in raw mode; guard.h
 *
 * SIGKILL leaves dbg no time. So a child waits at a pipe whose other end only dbg has. If the pipe hangs up before
 * dbg has said goodbye, the child restores the modes. It does so only if the terminal still has the modes that dbg
 * set: a shell may have set its own by then.
 *
 * The child is in a session of its own and blocks all signals, so that nothing that is meant for dbg's process group
 * ends it. It has no descriptors but the pipe's and the terminal's: nobody waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "guard.h"

/* The child, and dbg's end of the pipe; 0 and -1 if there is none. */
static pid_t guard;
static int life = -1;

static int has_modes(int terminal, const struct termios *wanted)
{
	struct termios modes;

	return tcgetattr(terminal, &modes) == 0 && modes.c_iflag == wanted->c_iflag &&
	       modes.c_oflag == wanted->c_oflag && modes.c_cflag == wanted->c_cflag &&
	       modes.c_lflag == wanted->c_lflag && memcmp(modes.c_cc, wanted->c_cc, sizeof(modes.c_cc)) == 0;
}

/* Keeps PIPE as descriptor 0 and TERMINAL as 1. */
static int keep_only(int pipe, int terminal)
{
	int high = fcntl(pipe, F_DUPFD, 3);

	if (high < 0 || dup2(terminal, 1) < 0 || dup2(high, 0) < 0)
		return -1;
	return (int)syscall(SYS_close_range, 2, ~0U, 0);
}

static _Noreturn void watch(int pipe, int terminal, const struct termios *before, const struct termios *raw)
{
	sigset_t all;
	char goodbye;
	ssize_t got;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	/* A descriptor that stayed open could be dbgd's: it would not see that dbg is gone. */
	if (keep_only(pipe, terminal) < 0)
		_exit(1);
	do
		got = read(0, &goodbye, 1);
	while (got < 0 && errno == EINTR);
	if (got == 0 && has_modes(1, raw))
		tcsetattr(1, TCSANOW, before);
	_exit(0);
}

void start_guard(int terminal, const struct termios *before, const struct termios *raw)
{
	int ends[2];

	if (guard || pipe2(ends, O_CLOEXEC) < 0)
		return;
	guard = fork();
	if (guard == 0) {
		close(ends[1]);
		watch(ends[0], terminal, before, raw);
	}
	close(ends[0]);
	if (guard > 0) {
		life = ends[1];
		return;
	}
	/* No process can be started: without a guard, dbg works as well as with one. */
	guard = 0;
	close(ends[1]);
}

void dismiss_guard(void)
{
	if (!guard)
		return;
	/* It may have been killed; SIGPIPE is ignored. */
	while (write(life, "", 1) < 0 && errno == EINTR)
		;
	close(life);
	while (waitpid(guard, NULL, 0) < 0 && errno == EINTR)
		;
	guard = 0;
	life = -1;
}
