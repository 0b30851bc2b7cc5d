/*
 * files.c - logs of Kubernetes, as its runtimes write them: TIME STREAM TAGS TEXT, a line each. Of a longer line of the
 * container's, all but the last have the tag P instead of F.
 *
 * The settings are dbgd's: "CRI history=BYTES tail=LINES since=SECONDS times=0|1". So many bytes were there when it was
 * asked; of them the last lines are printed, what comes after that as it comes.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "logs.h"

/* Enough for everything before the text. */
#define LONGEST_HEAD 128

/* The most of the history of which the last lines are kept. */
#define MOST_KEPT (16 << 20)

static long long since;
static int times;

/* A line that is being printed: what is before its text, and whether that is over. */
static char head[LONGEST_HEAD];
static size_t head_length;
static enum { HEAD, TEXT, SKIPPED } where;
static int stream, whole;

/* Whether the last line of a stream continues in its next one. */
static int continues[3];

/* Seconds since 1970 of 2016-10-06T00:17:09.669794202Z, or with +02:00 in place of Z. */
static long long seconds_of(const char *text)
{
	struct tm tm = {0};
	int hours = 0, minutes = 0;
	const char *zone = strlen(text) > 19 ? text + 19 + strcspn(text + 19, "+-Z ") : "";

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec) != 6)
		give_up("a line of the log does not begin with a time");
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if ((*zone == '+' || *zone == '-') && sscanf(zone + 1, "%2d:%2d", &hours, &minutes) != 2)
		hours = minutes = 0;
	return (long long)timegm(&tm) - (*zone == '-' ? -60LL : 60LL) * (60 * hours + minutes);
}

static void begin_text(void)
{
	char *name = memchr(head, ' ', head_length);
	char *tags = name ? memchr(name + 1, ' ', head_length - (size_t)(name + 1 - head)) : NULL;

	if (!tags)
		give_up("a line of the log has no stream");
	stream = !strncmp(name + 1, "stderr ", 7) ? 2 : 1;
	whole = tags[1] != 'P';
	where = since > 0 && seconds_of(head) < since ? SKIPPED : TEXT;
	if (where == TEXT && times && !continues[stream])
		print(stream, head, (size_t)(name + 1 - head));
	continues[stream] = !whole;
}

static int spaces_in_head(void)
{
	int spaces = 0;

	for (size_t i = 0; i < head_length; i++)
		spaces += head[i] == ' ';
	return spaces;
}

static void print_lines(const char *bytes, size_t length)
{
	while (length > 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t part = end ? (size_t)(end - bytes) : length;

		if (where == HEAD) {
			if (head_length == sizeof(head) - 1 || *bytes == '\n')
				give_up("a line of the log is not one of Kubernetes'");
			head[head_length++] = *bytes;
			head[head_length] = '\0';
			if (*bytes == ' ' && spaces_in_head() == 3)
				begin_text();
			bytes++;
			length--;
			continue;
		}
		if (where == TEXT) {
			print(stream, bytes, part);
			if (end && whole)
				print(stream, "\n", 1);
		}
		if (end) {
			part++;
			where = HEAD;
			head_length = 0;
		}
		bytes += part;
		length -= part;
	}
}

/* Where the last lines begin among the bytes that end before "end", in a ring that holds "held" of them. */
static size_t bytes_of_last_lines(const char *ring, size_t end, size_t held, long long lines)
{
	size_t length = 0;

	while (length < held) {
		char c = ring[(end + MOST_KEPT - length - 1) % MOST_KEPT];

		if (c == '\n' && length > 0 && --lines == 0)
			break;
		length++;
	}
	return lines > 0 && held == MOST_KEPT ? 0 : length;
}

static void print_last_lines(unsigned long long history, long long lines)
{
	static char ring[MOST_KEPT];
	size_t end = 0, held = 0, got, wanted, first;
	const char *bytes;

	while (history > 0 && (bytes = take_some(history < SIZE_MAX ? (size_t)history : SIZE_MAX, &got))) {
		history -= got;
		for (size_t i = 0; i < got; i++, end = (end + 1) % MOST_KEPT)
			ring[end] = bytes[i];
		held = held + got < MOST_KEPT ? held + got : MOST_KEPT;
	}
	if (lines == 0 || held == 0)
		return;
	wanted = bytes_of_last_lines(ring, end, held, lines);
	if (wanted == 0)
		give_up("so many lines have more than %d MB: type fewer after --tail, or --since", MOST_KEPT >> 20);
	first = (end + MOST_KEPT - wanted) % MOST_KEPT;
	if (first + wanted > MOST_KEPT) {
		print_lines(ring + first, MOST_KEPT - first);
		wanted -= MOST_KEPT - first;
		first = 0;
	}
	print_lines(ring + first, wanted);
}

void print_files(const char *settings)
{
	unsigned long long history;
	long long tail;
	const char *bytes;
	size_t got;

	if (sscanf(settings, "CRI history=%llu tail=%lld since=%lld times=%d", &history, &tail, &since, &times) != 4)
		give_up("dbgd is of another version");
	if (tail >= 0)
		print_last_lines(history, tail);
	while ((bytes = take_some(SIZE_MAX, &got)))
		print_lines(bytes, got);
}
