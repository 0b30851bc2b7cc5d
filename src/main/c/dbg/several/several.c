/*
 * several.c - other dbg at once; several.h
 *
 * Each is a line of its own, as if it had been typed. This process only reads what they print and puts a name before
 * each line.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/signals.h"
#include "another.h"
#include "printed.h"
#include "../terminal/screen.h"
#include "several.h"
#include "../terminal/terminal.h"

/* As many as dbgd gives a user, unless its administrator says otherwise. */
#define MOST_CONTAINERS 8

/* A longer name puts its lines further to the right. */
#define WIDEST 60

/* As much as a pipe takes without waiting, if it takes anything. */
#define PIECE 4096

/* In seconds: after which a host that has printed nothing is named. */
#define LONGEST_SILENCE 10

#define LONGEST_TIME 26 /* as of a record */

struct line {
	const char *name;
	pid_t dbg;
	int end; /* a descriptor that is readable when it has ended */
	/* It found no place, and is begun again. */
	int waits;
	/* How many lines came, how many of them as output, and the first while it is not printed: that there is no place. */
	size_t said, rows;
	char *held;
	/* Since when there is no output; 0 if there is some, or it has been named. */
	time_t silent;
	int has_lied;
	struct printed streams[2];
};

/* How far all of them are; most is how many find a place, ended_by the signal after which no other is begun. */
static struct progress {
	char *next;
	size_t begun, running, most, good;
	int greatest, ended_by;
} now;

static const int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

static const struct several *these;
static struct line lines[MOST_HOSTS];
static int endings, width; /* of the longest name, or 0 if none is to be printed */

static void begin_line(struct line *line)
{
	int out[2], err[2];

	open_pipe(out);
	open_pipe(err);
	line->dbg = start_dbg(these->words, STDIN_OF_NOBODY, out[1], err[1], 1);
	if (line->dbg < 0 || (line->end = (int)syscall(SYS_pidfd_open, line->dbg, 0)) < 0)
		fail("cannot start another dbg: %s", strerror(errno));
	close(out[1]);
	close(err[1]);
	line->said = line->rows = 0;
	line->has_lied = 0;
	line->silent = these->are_hosts ? time(NULL) : 0;
	line->streams[0].from = out[0];
	line->streams[1].from = err[0];
}

/* Passes a signal on. Returns its number, after which no other line is begun. */
static int pass_ending_signal(void)
{
	struct signalfd_siginfo got;

	if (read(endings, &got, sizeof(got)) != sizeof(got))
		return 0;
	for (size_t i = 0; i < MOST_HOSTS; i++)
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

/* A terminal gets no carriage return, which would put one's words over another's name, and no lasting style. */
static void put_line(const char *name, int fd, const char *bytes, size_t length)
{
	static char shown[MOST_SHOWN(LONGEST_LINE)];
	char before[1024] = "";
	struct screen screen = {.returns = 0};
	int is_said = these->is_json && fd == STDOUT_FILENO;

	if (is_said)
		snprintf(before, sizeof(before), "{\"host\":\"%s\",\"said\":", name);
	else if (width)
		snprintf(before, sizeof(before), "%-*s | ", width, name);
	put(fd, before, strlen(before));
	if (screen_of(fd)) {
		size_t all = show(&screen, bytes, length, shown);

		length = all + show(&screen, "", 0, shown + all);
		bytes = shown;
	}
	put(fd, bytes, length);
	put(fd, "}", (size_t)is_said);
	put(fd, "\n", 1);
}

static void put_held(struct line *line)
{
	if (line->held)
		put_line(line->name, STDERR_FILENO, line->held, strlen(line->held));
	free(line->held);
	line->held = NULL;
}

/* The rows of all hosts have one heading, which no host has written. Their times have the zone of this process. */
static void put_heading(void)
{
	const char *zone = getenv("TZ");
	char time[80], heading[256];

	snprintf(time, sizeof(time), "TIME %s", zone && strcmp(zone, "UTC") ? zone : "");
	snprintf(heading, sizeof(heading), HEADING, time, these->second);
	put_line("HOST", STDOUT_FILENO, heading, strlen(heading));
}

/* Only dbgd fails with a single line, so a container that prints the same words is not believed. */
static void pass_line(struct line *line, int fd, char *bytes, size_t length)
{
	static const char no_object[] = "dbg: what this host sent is not JSON:";
	static int is_headed;

	bytes[length] = '\0';
	if (!line->said++ && fd == STDERR_FILENO && !these->are_hosts && !strncmp(bytes, "dbg: ", 5) &&
	    strstr(bytes, " sessions")) {
		line->held = strdup(bytes);
		return;
	}
	put_held(line);
	if (fd == STDOUT_FILENO && these->is_merged && !these->is_json) {
		if (!is_headed++)
			put_heading();
		if (!line->rows++ && is_heading(bytes, length, these->second))
			return;
	}
	if (fd == STDOUT_FILENO && these->is_json && !is_object(bytes, length)) {
		put_line(line->name, STDERR_FILENO, no_object, strlen(no_object));
		fd = STDERR_FILENO;
		line->has_lied = 1;
	}
	put_line(line->name, fd, bytes, length);
}

static void take_line(struct line *line, int stream)
{
	struct printed *printed = &line->streams[stream];
	size_t length = (size_t)next_line(printed);

	pass_line(line, stream ? STDERR_FILENO : STDOUT_FILENO, printed->line + printed->start, length);
	skip_line(printed, length);
}

/* The time of the next line: a row begins with it, and a heading as the first line comes before all. */
static const char *time_of(const struct line *line)
{
	static const char name[] = "\"time\":\"";
	const struct printed *printed = &line->streams[0];
	const char *at = printed->line + printed->start;

	if (!these->is_json)
		return !line->rows && is_heading(at, (size_t)next_line(printed), these->second) ? "" : at;
	at = memmem(at, (size_t)next_line(printed), name, strlen(name));
	return at ? at + strlen(name) : "";
}

/* Prints the earliest line as long as there is one of each that may still print. */
static void merge(void)
{
	for (;;) {
		struct line *first = NULL;

		for (size_t i = 0; i < MOST_HOSTS; i++) {
			struct line *line = &lines[i];

			if (line->dbg && next_line(&line->streams[0]) >= 0) {
				if (!first || strncmp(time_of(line), time_of(first), LONGEST_TIME) < 0)
					first = line;
			} else if (line->dbg && line->streams[0].from >= 0) {
				return;
			}
		}
		if (!first)
			return;
		take_line(first, 0);
	}
}

static void serve(struct line *line, const struct pollfd *ready)
{
	for (int i = 0; i < 2; i++) {
		struct printed *printed = &line->streams[i];

		if (printed->from < 0 || !ready[i].revents)
			continue;
		/* A banner of ssh's, which goes to standard error, is no answer. */
		line->silent *= i > 0;
		read_more(printed);
		while (!(these->is_merged && i == 0) && next_line(printed) >= 0)
			take_line(line, i);
	}
}

/* Begins as many as there is room for, unless a signal has ended it. */
static void begin_lines(void)
{
	for (size_t i = 0; i < MOST_HOSTS && now.running < now.most && !now.ended_by; i++) {
		struct line *line = &lines[i];

		if (line->dbg || (!line->waits && !*now.next))
			continue;
		if (!line->waits) {
			line->name = now.next;
			now.next += strlen(now.next) + 1;
		}
		line->waits = 0;
		these->words[these->place] = (char *)line->name;
		begin_line(line);
		now.begun++;
		now.running++;
	}
}

static void end_line(struct line *line)
{
	int status = status_of_dbg(line->dbg);

	close(line->end);
	line->dbg = 0;
	now.running--;
	if (line->held && status == DBG_FAILED && now.running > 0) {
		free(line->held);
		line->held = NULL;
		line->waits = 1;
		now.begun--;
		now.most = now.running;
		return;
	}
	put_held(line);
	if (line->has_lied && !status)
		status = DBG_FAILED;
	now.good += status == 0;
	if (status)
		fprintf(stderr, "dbg: %s ended with status %d\n", line->name, status);
	if (status > now.greatest)
		now.greatest = status;
}

/* Waits until one of them prints something or ends, or a signal comes. Names hosts that have not answered for long. */
static void await_output(void)
{
	struct pollfd ready[2 * MOST_HOSTS + 1];
	struct pollfd *signalled = &ready[2 * MOST_HOSTS];
	int longest = -1;

	for (size_t i = 0; i < 2 * MOST_HOSTS; i++) {
		struct line *line = &lines[i / 2];
		const struct printed *printed = &line->streams[i % 2];

		/* A whole line waits for those of the others. */
		ready[i] = (struct pollfd){.fd = line->dbg && next_line(printed) < 0 ? printed->from : -1, .events = POLLIN};
		/* It may have closed both and go on. */
		if (line->dbg && line->streams[0].from < 0 && line->streams[1].from < 0 && !line->streams[0].length)
			ready[i].fd = line->end;
		if (!line->dbg || !line->silent)
			continue;
		longest = 1000;
		if (time(NULL) - line->silent >= LONGEST_SILENCE) {
			fprintf(stderr, "dbg: %s has printed nothing yet\n", line->name);
			line->silent = 0;
		}
	}
	*signalled = (struct pollfd){.fd = endings, .events = POLLIN};
	if (await_ready(ready, COUNT(ready), longest) < 0)
		return;
	if (signalled->revents)
		now.ended_by = pass_ending_signal();
	for (size_t i = 0; i < MOST_HOSTS; i++)
		if (lines[i].dbg)
			serve(&lines[i], ready + 2 * i);
	if (these->is_merged)
		merge();
	for (size_t i = 0; i < MOST_HOSTS; i++)
		if (lines[i].dbg && ready[2 * i].fd == lines[i].end && ready[2 * i].revents)
			end_line(&lines[i]);
}

/* The width of the longest of names that follow one another. */
static int widest(const char *names, size_t count)
{
	size_t wide = these->is_merged ? strlen("HOST") : 0;

	for (; count-- > 0; names += strlen(names) + 1)
		if (strlen(names) > wide)
			wide = strlen(names);
	return wide > WIDEST ? WIDEST : (int)wide;
}

_Noreturn void run_several(const struct several *several)
{
	these = several;
	width = several->is_named ? widest(several->names, several->all) : 0;
	now = (struct progress){.next = several->names, .most = several->are_hosts ? MOST_HOSTS : MOST_CONTAINERS};
	if (several->all > now.most)
		fprintf(stderr, "dbg: %zu %s, %zu at a time\n", several->all, several->are_hosts ? "hosts" : "containers",
			now.most);
	/* Whoever ignores it would let no end be waited for. */
	signal(SIGCHLD, SIG_DFL);
	endings = receive_signals(ending_signals, COUNT(ending_signals));
	if (endings < 0)
		fail("cannot receive signals: %s", strerror(errno));
	do {
		begin_lines();
		await_output();
	} while (now.running > 0 || (now.begun < several->all && !now.ended_by));
	fprintf(stderr, "dbg: %zu of %zu ended with status 0\n", now.good, several->all);
	if (now.ended_by)
		die_by(now.ended_by);
	exit(several->is_merged && now.greatest ? DBG_FAILED : now.greatest);
}
