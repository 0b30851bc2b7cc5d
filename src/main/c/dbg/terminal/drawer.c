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
 * The shell asks whether everything has been shown, before its prompt: it writes ESC _ MARK NUMBER ESC \ and waits for
 * the number. The mark is a random number of this child's, the first line that can be read from the terminal. So what a
 * container has in its files is no question. And the child never waits until an answer is read: the shell would wait
 * for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "drawer.h"
#include "screen.h"
#include "terminal.h"

#define ESCAPE 0x1b
#define MOST_DIGITS 20
#define MARK_DIGITS 20
#define BEFORE_NUMBER (2 + MARK_DIGITS)
#define MOST_READ 4096

/* The child's only descriptors. */
#define WRITTEN 0
#define TERMINAL 1

/* How each question begins. */
static char beginning[BEFORE_NUMBER + 1];

/* A question of the shell's as far as it has been read. */
static char question[BEFORE_NUMBER + MOST_DIGITS + 2];
static size_t asked;

static void wait_for(int fd, short events)
{
	struct pollfd one = {.fd = fd, .events = events};

	poll(&one, 1, -1);
}

static void write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(TERMINAL, bytes, length);

		/* The terminal may be one whose writers do not wait: a program of the operator's decides that. */
		if (written < 0 && errno == EAGAIN)
			wait_for(TERMINAL, POLLOUT);
		if (written < 0 && (errno == EINTR || errno == EAGAIN))
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

/* What does not fit, because nobody reads it, is left out: WRITTEN does not wait. */
static void answer(void)
{
	char digits[MOST_DIGITS + 1];
	size_t length = asked - BEFORE_NUMBER - 2;

	memcpy(digits, question + BEFORE_NUMBER, length);
	digits[length] = '\n';
	draw("", 0);
	pass_size();
	if (write(WRITTEN, digits, length + 1) < 0)
		return;
}

enum match { NO_QUESTION, BEGUN, WHOLE };

static enum match match_question(void)
{
	size_t at = BEFORE_NUMBER;

	if (memcmp(question, beginning, asked < at ? asked : at) != 0)
		return NO_QUESTION;
	while (at < asked && question[at] >= '0' && question[at] <= '9')
		at++;
	if (at > BEFORE_NUMBER + MOST_DIGITS || (asked > BEFORE_NUMBER && at == BEFORE_NUMBER))
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

		if (got < 0)
			wait_for(WRITTEN, POLLIN);
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

/* Makes the mark, and says it to who reads the terminal first: the shell. */
static int agree_on_mark(int written)
{
	char line[MARK_DIGITS + 2];
	uint64_t mark;

	if (getrandom(&mark, sizeof(mark), 0) != (ssize_t)sizeof(mark))
		return -1;
	snprintf(line, sizeof(line), "%0*llu\n", MARK_DIGITS, (unsigned long long)mark);
	snprintf(beginning, sizeof(beginning), "%c_%.*s", ESCAPE, MARK_DIGITS, line);
	return write(written, line, MARK_DIGITS + 1) == MARK_DIGITS + 1 ? 0 : -1;
}

static int open_written(int ends[2])
{
	struct termios modes;
	char path[64];

	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (ends[0] < 0 || grantpt(ends[0]) < 0 || unlockpt(ends[0]) < 0 ||
	    ptsname_r(ends[0], path, sizeof(path)) != 0)
		return -1;
	ends[1] = open(path, O_RDWR | O_NOCTTY);
	if (ends[1] < 0 || tcgetattr(ends[1], &modes) < 0)
		return -1;
	cfmakeraw(&modes);
	/* Two parts of the shell may wait for answers: who comes second must not wait for a byte that the first took. */
	modes.c_cc[VMIN] = 0;
	return tcsetattr(ends[1], TCSANOW, &modes) < 0 ? -1 : agree_on_mark(ends[0]);
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
	/* It may have that number already. */
	if (ends[1] != DRAWN_DESCRIPTOR && (dup2(ends[1], DRAWN_DESCRIPTOR) < 0 || close(ends[1]) < 0))
		fail("cannot make a terminal for the shell: %s", strerror(errno));
}
