/* printed.c - what another dbg prints, line by line; printed.h */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "printed.h"

#define DIGITS "0123456789"

/* An object in so many others is none. */
#define DEEPEST 32

ssize_t next_line(const struct printed *printed)
{
	const char *at = printed->line + printed->start, *end = memchr(at, '\n', printed->length);

	if (end)
		return end - at;
	if (printed->length == LONGEST_LINE || (printed->from < 0 && printed->length > 0))
		return (ssize_t)printed->length;
	return -1;
}

void skip_line(struct printed *printed, size_t length)
{
	if (length < printed->length)
		length++;
	printed->start += length;
	printed->length -= length;
}

void read_more(struct printed *printed)
{
	ssize_t got;

	memmove(printed->line, printed->line + printed->start, printed->length);
	printed->start = 0;
	got = read(printed->from, printed->line + printed->length, LONGEST_LINE - printed->length);
	if (got > 0) {
		printed->length += (size_t)got;
	} else if (got == 0 || errno != EINTR) {
		close(printed->from);
		printed->from = -1;
	}
}

int is_heading(const char *bytes, size_t length, const char *second)
{
	const char *const words[] = {"TIME", second, "OPERATOR", "SESSION", "WHAT"};
	size_t style = length > 7 && *bytes == '\x1b' ? strlen("\x1b[1m") : 0, found = 0, all = 0;
	char line[256] = "";

	if (length < sizeof(line))
		memcpy(line, bytes + style, length - style - (style ? strlen("\x1b[m") : 0));
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "), all++)
		found += found < COUNT(words) && !strcmp(word, words[found]);
	return found == COUNT(words) && all <= found + 1;
}

static const char *end_of_string(const char *at)
{
	for (at++; *at != '"'; at++) {
		if (*at < ' ' || *at > '~')
			return NULL;
		if (*at != '\\')
			continue;
		at++;
		if (!*at || !strchr("\"\\/bfnrtu", *at) || (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") < 4))
			return NULL;
	}
	return at + 1;
}

static const char *end_of_number(const char *at)
{
	size_t whole = strspn(at += *at == '-', DIGITS), part = 1, power = 1;
	int has_zero = *at == '0' && whole > 1;

	at += whole;
	if (*at == '.')
		at += 1 + (part = strspn(at + 1, DIGITS));
	if (*at == 'e' || *at == 'E') {
		at += 1 + (at[1] == '+' || at[1] == '-');
		at += power = strspn(at, DIGITS);
	}
	return whole && part && power && !has_zero ? at : NULL;
}

/* The end of what begins there, RFC 8259 without spaces; NULL if it is nothing. */
static const char *end_of_value(const char *at, int deep)
{
	char first = *at, last = (char)(first + 2), separator = first;

	if (first == '"')
		return end_of_string(at);
	if (!strncmp(at, "true", 4) || !strncmp(at, "null", 4))
		return at + 4;
	if (!strncmp(at, "false", 5))
		return at + 5;
	if (first != '{' && first != '[')
		return end_of_number(at);
	if (at[1] == last)
		return at + 2;
	while (at && *at == separator && deep < DEEPEST) {
		at++;
		if (first == '{' && (*at != '"' || !(at = end_of_string(at)) || *at++ != ':'))
			return NULL;
		at = end_of_value(at, deep + 1);
		separator = ',';
	}
	return at && *at == last ? at + 1 : NULL;
}

int is_object(const char *bytes, size_t length)
{
	return *bytes == '{' && end_of_value(bytes, 0) == bytes + length;
}
