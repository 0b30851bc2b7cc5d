/* input.c - reads standard input and writes what is printed. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "logs.h"

static char input[1 << 16];
static size_t at, end;

static char output[1 << 16];
static size_t printed;
static int printed_to = 1;

void give_up(const char *format, ...)
{
	va_list args;

	flush_output();
	fputs("logs: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	exit(1);
}

void flush_output(void)
{
	for (size_t written = 0; written < printed;) {
		ssize_t n = write(printed_to, output + written, printed - written);

		if (n < 0 && errno != EINTR)
			_exit(1);
		written += n < 0 ? 0 : (size_t)n;
	}
	printed = 0;
}

void print(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		size_t some;

		if (fd != printed_to || printed == sizeof(output))
			flush_output();
		printed_to = fd;
		some = length < sizeof(output) - printed ? length : sizeof(output) - printed;
		memcpy(output + printed, bytes, some);
		printed += some;
		bytes += some;
		length -= some;
	}
}

static int fill(void)
{
	ssize_t n;

	if (at < end)
		return 1;
	flush_output();
	do
		n = read(0, input, sizeof(input));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		give_up("cannot read: %s", strerror(errno));
	at = 0;
	end = (size_t)n;
	return n > 0;
}

int take(void)
{
	return fill() ? (unsigned char)input[at++] : -1;
}

const char *take_some(size_t most, size_t *got)
{
	const char *from;

	if (!fill())
		return NULL;
	*got = most < end - at ? most : end - at;
	from = input + at;
	at += *got;
	return from;
}

int take_line(char *line, size_t room)
{
	size_t length = 0;
	int c = take();

	if (c < 0)
		return 0;
	for (; c >= 0 && c != '\n'; c = take()) {
		if (length == room - 1)
			give_up("the beginning of what came is too long");
		line[length++] = (char)c;
	}
	if (length > 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return 1;
}
