/*
 * each.c - `dbg --each PATTERN ... -- TOOL`: the same line in several containers; each.h
 *
 * Each is run by another dbg, so each is a session of its own, which dbgd decides on, limits and records as if it had
 * been typed. This process only reads what they print and puts a name before each line.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../shared/common.h"
#include "../shared/signals.h"
#include "another.h"
#include "each.h"
#include "screen.h"
#include "terminal.h"

/* As many as dbgd gives a user, unless its administrator says otherwise. */
#define AT_ONCE 8

/* A longer line is printed in parts. */
#define LONGEST_LINE (1 << 18)

/* A longer address puts its lines further to the right. */
#define WIDEST 60

/* As much as a pipe takes without waiting, if it takes anything. */
#define PIECE 4096

/* What one container's tool prints on one of its streams. */
struct printed {
	int from, to;
	size_t length;
	char line[LONGEST_LINE + 1];
};

struct line {
	const char *address;
	pid_t dbg;
	/* It found no place, and is begun again. */
	int waits;
	/* How many lines came, and the first while it is not printed: that there is no place. */
	size_t said;
	char *held;
	struct printed streams[2];
};

/* How far all of them are; most is how many find a place, ended_by the signal after which no other is begun. */
struct progress {
	char *next;
	size_t all, begun, running, most, good;
	int greatest, ended_by;
};

static const int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

/* The width of the longest address, or 0 if none is to be printed. */
static int width;

static struct line lines[AT_ONCE];
static int endings;

static int is_each(const char *word)
{
	if (word && !strncmp(word, "--each=", strlen("--each=")))
		fail("type --each and the pattern in two words: --each %s", word + strlen("--each="));
	return word && !strcmp(word, "--each");
}

int each_asked(char **words)
{
	static const char *const verbs[] = {"exec", "explain", "logs", "status", "tools"};

	if (is_each(words[0]))
		return 0;
	for (size_t i = 0; words[0] && i < COUNT(verbs); i++)
		if (!strcmp(words[0], verbs[i]) && is_each(words[1]))
			return 1;
	return -1;
}

/* What dbg ps says of the pattern: addresses, each ended by a line feed. */
static char *listed(char *pattern)
{
	char *words[] = {"dbg", "ps", "--quiet", strcmp(pattern, "all") ? "--" : NULL, pattern, NULL};
	int status;
	char *text = output_of_dbg(words, &status);

	if (status)
		exit(status);
	return text;
}

static void begin_line(struct line *line, char **words)
{
	int out[2], err[2];

	open_pipe(out);
	open_pipe(err);
	line->dbg = start_dbg(words, STDIN_OF_NOBODY, out[1], err[1], 1);
	if (line->dbg < 0)
		fail("cannot start another dbg: %s", strerror(errno));
	close(out[1]);
	close(err[1]);
	line->said = 0;
	line->streams[0] = (struct printed){.from = out[0], .to = STDOUT_FILENO};
	line->streams[1] = (struct printed){.from = err[0], .to = STDERR_FILENO};
}

/* Passes a signal on. Returns its number, after which no other line is begun. */
static int pass_ending_signal(void)
{
	struct signalfd_siginfo got;

	if (read(endings, &got, sizeof(got)) != sizeof(got))
		return 0;
	for (size_t i = 0; i < AT_ONCE; i++)
		if (lines[i].dbg)
			kill(lines[i].dbg, (int)got.ssi_signo);
	return (int)got.ssi_signo;
}

/* While nobody reads the output, a signal ends this process, and with it the others. */
static void put(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		struct pollfd ready[] = {{.fd = fd, .events = POLLOUT}, {.fd = endings, .events = POLLIN}};
		ssize_t written;

		if (poll(ready, COUNT(ready), -1) < 0)
			continue;
		if (!ready[0].revents) {
			int ended_by = pass_ending_signal();

			if (ended_by)
				die_by(ended_by);
			continue;
		}
		written = write(fd, bytes, length < PIECE ? length : PIECE);
		if (written < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (written < 0)
			fail("cannot write: %s", strerror(errno));
		bytes += written;
		length -= (size_t)written;
	}
}

/* A terminal gets no carriage return, which would put a container's words over another's name, and no lasting style. */
static void put_line(const char *address, int fd, const char *bytes, size_t length)
{
	static char shown[MOST_SHOWN(LONGEST_LINE)];
	static const char spaces[WIDEST + 1] = {[0 ... WIDEST - 1] = ' '};
	struct screen screen = {.returns = 0};
	int is_terminal = screen_of(fd) != NULL;
	size_t wide = strlen(address);

	if (width) {
		put(fd, address, wide);
		put(fd, spaces, wide < (size_t)width ? (size_t)width - wide : 0);
		put(fd, " | ", 3);
	}
	if (is_terminal) {
		size_t all = show(&screen, bytes, length, shown);

		length = all + show(&screen, "", 0, shown + all);
		bytes = shown;
	}
	put(fd, bytes, length);
	if (is_terminal)
		put(fd, "\x1b[m", 3);
	put(fd, "\n", 1);
}

static void put_held(struct line *line)
{
	if (line->held)
		put_line(line->address, STDERR_FILENO, line->held, strlen(line->held));
	free(line->held);
	line->held = NULL;
}

/* Only dbgd fails with a single line, so a container that prints the same words is not believed. */
static void pass_line(struct line *line, int fd, char *bytes, size_t length)
{
	bytes[length] = '\0';
	if (!line->said++ && fd == STDERR_FILENO && !strncmp(bytes, "dbg: ", 5) && strstr(bytes, " sessions")) {
		line->held = strdup(bytes);
		return;
	}
	put_held(line);
	put_line(line->address, fd, bytes, length);
}

/* Prints the lines that are whole, and at the end the rest. Returns whether there may be more. */
static int pass_on(struct line *line, struct printed *printed)
{
	char *at = printed->line, *end;
	ssize_t got = read(printed->from, at + printed->length, LONGEST_LINE - printed->length);

	if (got < 0)
		return errno == EINTR;
	printed->length += (size_t)got;
	while ((end = memchr(at, '\n', printed->length))) {
		pass_line(line, printed->to, at, (size_t)(end - at));
		printed->length -= (size_t)(end - at) + 1;
		at = end + 1;
	}
	if (printed->length == LONGEST_LINE || (got == 0 && printed->length > 0)) {
		pass_line(line, printed->to, at, printed->length);
		printed->length = 0;
	}
	memmove(printed->line, at, printed->length);
	return got > 0;
}

/* Prints what it has printed. Returns whether it goes on. */
static int serve(struct line *line, const struct pollfd *ready)
{
	int goes_on = 0;

	for (int i = 0; i < 2; i++) {
		struct printed *printed = &line->streams[i];

		if (printed->from >= 0 && ready[i].revents && !pass_on(line, printed)) {
			close(printed->from);
			printed->from = -1;
		}
		goes_on |= printed->from >= 0;
	}
	return goes_on;
}

static int is_json(char **words)
{
	while (*words && strcmp(*words, "--"))
		if (!strcmp(*words++, "--json"))
			return 1;
	return 0;
}

/* They may be what another host says: so they are words that a terminal does not obey, and no options. */
static void require_plain(const char *address)
{
	const char *at = address;

	while (*at >= '!' && *at <= '~')
		at++;
	if (!*address || *address == '-' || *at)
		fail("dbg ps lists what cannot be an address: type one container at a time");
}

/* Cuts the text into lines. Notes the longest. */
static size_t cut(char *text)
{
	size_t all = 0;

	for (char *end; (end = strchr(text, '\n')); text = end + 1, all++) {
		int length = (int)(end - text);

		*end = '\0';
		require_plain(text);
		if (length > width)
			width = length > WIDEST ? WIDEST : length;
	}
	return all;
}

/* Begins as many as there is room for, unless a signal has ended it. */
static void begin_lines(struct progress *now, char **words, int place)
{
	for (size_t i = 0; i < AT_ONCE && now->running < now->most && !now->ended_by; i++) {
		struct line *line = &lines[i];

		if (line->dbg || (!line->waits && !*now->next))
			continue;
		if (!line->waits) {
			line->address = now->next;
			now->next += strlen(now->next) + 1;
		}
		line->waits = 0;
		words[place] = (char *)line->address;
		begin_line(line, words);
		now->begun++;
		now->running++;
	}
}

static void end_line(struct progress *now, struct line *line)
{
	int status = status_of_dbg(line->dbg);

	line->dbg = 0;
	now->running--;
	if (line->held && status == DBG_FAILED && now->running > 0) {
		free(line->held);
		line->held = NULL;
		line->waits = 1;
		now->begun--;
		now->most = now->running;
		return;
	}
	put_held(line);
	now->good += status == 0;
	if (status)
		fprintf(stderr, "dbg: %s ended with status %d\n", line->address, status);
	if (status > now->greatest)
		now->greatest = status;
}

/* Waits until one of them prints something or ends, or a signal comes. */
static void await_output(struct progress *now)
{
	struct pollfd ready[2 * AT_ONCE + 1];
	struct pollfd *signalled = &ready[2 * AT_ONCE];

	for (size_t i = 0; i < 2 * AT_ONCE; i++) {
		const struct line *line = &lines[i / 2];

		ready[i] = (struct pollfd){.fd = line->dbg ? line->streams[i % 2].from : -1, .events = POLLIN};
	}
	*signalled = (struct pollfd){.fd = endings, .events = POLLIN};
	if (poll(ready, COUNT(ready), -1) < 0)
		return;
	if (signalled->revents)
		now->ended_by = pass_ending_signal();
	for (size_t i = 0; i < AT_ONCE; i++)
		if (lines[i].dbg && !serve(&lines[i], ready + 2 * i))
			end_line(now, &lines[i]);
}

_Noreturn void run_in_each(char **words, int place)
{
	int is_line = place == 1 || !strcmp(words[1], "exec");
	struct progress now = {.most = AT_ONCE};

	if (!words[place + 1] || (is_line && !words[place + 2]))
		fail("--each needs a pattern and a line: type dbg --each 'web-*' -- TOOL, or --each all");
	/* Whoever ignores it would let no end be waited for. */
	signal(SIGCHLD, SIG_DFL);
	now.next = listed(words[place + 1]);
	now.all = cut(now.next);
	if (now.all == 0)
		fail("no running container that you may enter matches '%s': dbg ps lists those that there are",
		     words[place + 1]);
	if (!is_line && is_json(words + place))
		width = 0;
	if (now.all > AT_ONCE)
		fprintf(stderr, "dbg: %zu containers, %d at a time\n", now.all, AT_ONCE);
	/* The pattern's place is the address's. It must not be taken for a verb. */
	if (place == 1) {
		words[place++] = (char *)"exec";
	} else {
		memmove(words + 1, words, (size_t)place * sizeof(*words));
		words++;
	}
	endings = receive_signals(ending_signals, COUNT(ending_signals));
	if (endings < 0)
		fail("cannot receive signals: %s", strerror(errno));
	do {
		begin_lines(&now, words, place);
		await_output(&now);
	} while (now.running > 0 || (now.begun < now.all && !now.ended_by));
	fprintf(stderr, "dbg: %zu of %zu ended with status 0\n", now.good, now.all);
	if (now.ended_by)
		die_by(now.ended_by);
	exit(now.greatest);
}
