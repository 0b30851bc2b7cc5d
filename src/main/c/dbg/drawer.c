/*
 * drawer.c - what stands between `dbg shell` and the operator's terminal; drawer.h
 *
 * In that shell programs of the operator's read what a tool printed, and bash itself prints words of the container. So
 * their output does not go to the operator's terminal but to one of dbg's own, which a child of dbg reads. It shows on
 * the operator's terminal what screen.c lets through. A terminal, and not a pipe, because programs print each line at
 * once to that.
 *
 * The child is in a session of its own and blocks all signals, as the guard does, guard.c. It ends when the last
 * process has closed the terminal.
 *
 * The shell asks whether everything has been shown, before its prompt: it writes ESC _ DIGITS ESC \ and waits for the
 * digits. Who writes the same without knowing the shell's number gets an answer that nobody reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "drawer.h"
#include "screen.h"
#include "terminal.h"

#define ESCAPE 0x1b
#define MOST_DIGITS 20
#define MOST_READ 4096

/* The child's only descriptors. */
#define WRITTEN 0
#define TERMINAL 1

/* A question of the shell's as far as it has been read. */
static char question[MOST_DIGITS + 4];
static size_t asked;

static void write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(TERMINAL, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			_exit(1);
		bytes += written;
		length -= (size_t)written;
	}
}

/* Shows these bytes; 0 of them show what was held back. */
static void draw(const char *bytes, size_t length)
{
	static struct screen screen;
	static char shown[MOST_SHOWN(MOST_READ + sizeof(question))];

	write_all(shown, show(&screen, bytes, length, shown));
}

static void pass_size(void)
{
	struct winsize size;

	if (ioctl(TERMINAL, TIOCGWINSZ, &size) == 0)
		ioctl(WRITTEN, TIOCSWINSZ, &size);
}

/* What does not fit, because nobody reads it, is left out. */
static void answer(void)
{
	char digits[MOST_DIGITS + 1];
	size_t length = asked - 4;

	memcpy(digits, question + 2, length);
	digits[length] = '\n';
	draw("", 0);
	pass_size();
	if (write(WRITTEN, digits, length + 1) < 0)
		return;
}

enum match { NO_QUESTION, BEGUN, WHOLE };

static enum match match_question(void)
{
	size_t at = 2;

	if (question[0] != ESCAPE || (asked > 1 && question[1] != '_'))
		return NO_QUESTION;
	while (at < asked && question[at] >= '0' && question[at] <= '9')
		at++;
	if (at > 2 + MOST_DIGITS || (asked > 2 && at == 2))
		return NO_QUESTION;
	if (at >= asked)
		return BEGUN;
	if (question[at] != ESCAPE || asked > at + 2)
		return NO_QUESTION;
	if (asked == at + 1)
		return BEGUN;
	return question[at + 1] == '\\' ? WHOLE : NO_QUESTION;
}

static void take_byte(char byte)
{
	question[asked++] = byte;
	switch (match_question()) {
	case BEGUN:
		return;
	case WHOLE:
		answer();
		asked = 0;
		return;
	case NO_QUESTION:
		/* The byte may begin one. */
		asked = byte == ESCAPE && asked > 1 ? asked - 1 : asked;
		draw(question, asked);
		question[0] = byte;
		asked = byte == ESCAPE;
	}
}

static _Noreturn void draw_until_the_end(void)
{
	char bytes[MOST_READ];
	ssize_t got;

	pass_size();
	while ((got = read(WRITTEN, bytes, sizeof(bytes))) > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN))) {
		ssize_t at = 0;

		while (at < got) {
			const char *next = asked ? NULL : memchr(bytes + at, ESCAPE, (size_t)(got - at));
			ssize_t until = asked ? at : next ? next - bytes : got;

			/* 0 bytes would mean the end. */
			if (until > at)
				draw(bytes + at, (size_t)(until - at));
			at = until;
			if (at < got)
				take_byte(bytes[at++]);
		}
	}
	_exit(0);
}

static _Noreturn void become_drawer(int written, int terminal)
{
	int high = fcntl(terminal, F_DUPFD, 3);
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	if (high < 0 || dup2(written, WRITTEN) < 0 || dup2(high, TERMINAL) < 0)
		_exit(1);
	syscall(SYS_close_range, 2, ~0U, 0);
	draw_until_the_end();
}

static int open_written(int ends[2])
{
	struct termios modes;
	char path[64];

	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ends[0] < 0 || grantpt(ends[0]) < 0 || unlockpt(ends[0]) < 0 ||
	    ptsname_r(ends[0], path, sizeof(path)) != 0)
		return -1;
	ends[1] = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ends[1] < 0 || tcgetattr(ends[1], &modes) < 0)
		return -1;
	cfmakeraw(&modes);
	return tcsetattr(ends[1], TCSANOW, &modes);
}

void start_drawer(void)
{
	int ends[2];
	pid_t child;

	if (!isatty(STDOUT_FILENO) && !isatty(STDERR_FILENO)) {
		close(DRAWN_DESCRIPTOR);
		return;
	}
	if (open_written(ends) < 0)
		fail("cannot make a terminal for the shell: %s", strerror(errno));
	child = fork();
	if (child < 0)
		fail("cannot start a process: %s", strerror(errno));
	if (child == 0)
		become_drawer(ends[0], isatty(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO);
	if (dup2(ends[1], DRAWN_DESCRIPTOR) < 0)
		fail("cannot make a terminal for the shell: %s", strerror(errno));
}
