/*
 * environ.c - the environment of a process, proc_pid_environ(5), without its secrets.
 *
 *     environ [--show-secrets] PID [NAME...]
 *
 * dbg ships this program because no program of a host hides secrets, and most show the environment of another
 * process only with a debugger. It runs as a tool, behind the confinement of dbg-enter, and trusts nothing that it
 * reads: a process may write what it likes into its environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "secret.h"

#define HIDDEN "***"

/* More than execve(2) accepts. */
#define LARGEST (16U << 20)

static _Noreturn void end(const char *why, const char *what)
{
	fprintf(stderr, "environ: %s: %s\n", what, why);
	exit(1);
}

static struct text read_whole(const char *path, const char *process)
{
	struct text text = {NULL, 0};
	char *bytes = NULL;
	size_t room = 0;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		end(errno == ENOENT ? "there is no such process in the container" : strerror(errno), process);
	for (;;) {
		ssize_t got;

		if (room - text.length < 4096) {
			room = room ? 2 * room : 64U << 10;
			bytes = room > LARGEST ? NULL : realloc(bytes, room);
			if (!bytes)
				end("its environment is too large", process);
		}
		got = read(file, bytes + text.length, room - text.length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			end(errno == ESRCH ? "it has ended" : strerror(errno), process);
		if (got == 0)
			break;
		text.length += (size_t)got;
	}
	close(file);
	text.bytes = bytes;
	return text;
}

/* One variable stays one line: control characters and the backslash are written as in C. */
static void print(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.bytes[i];

		if (c == '\n')
			fputs("\\n", stdout);
		else if (c == '\t')
			fputs("\\t", stdout);
		else if (c == '\\')
			fputs("\\\\", stdout);
		else if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

static void print_without_credentials(struct text value)
{
	size_t first, last;

	while ((first = credentials(value, &last)) != 0) {
		print((struct text){value.bytes, first});
		fputs(HIDDEN, stdout);
		value = (struct text){value.bytes + last, value.length - last};
	}
	print(value);
}

/* Returns whether something was hidden. A part without an equals sign is no variable: it may be the rest of one. */
static int print_variable(struct text name, const char *equals, struct text value, int all)
{
	size_t last;
	int secret = !equals || is_secret(name, value), hidden = !all && (secret || credentials(value, &last));

	print(name);
	if (equals)
		putchar('=');
	if (all)
		print(value);
	else if (secret)
		fputs(HIDDEN, stdout);
	else
		print_without_credentials(value);
	putchar('\n');
	return hidden;
}

static int is_wanted(struct text name, char **wanted)
{
	if (!*wanted)
		return 1;
	for (; *wanted; wanted++)
		if (strlen(*wanted) == name.length && memcmp(*wanted, name.bytes, name.length) == 0)
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	int all = argc > 1 && strcmp(argv[1], "--show-secrets") == 0;
	char **words = argv + 1 + all;
	char path[64];
	struct text rest;
	int found = 0, hidden = 0;

	if (argc < 2 + all || strspn(words[0], "0123456789") != strlen(words[0]) || strlen(words[0]) - 1 > 8) {
		fputs("environ: type a process id: environ PID [NAME...]\n", stderr);
		return 2;
	}
	snprintf(path, sizeof(path), "/proc/%s/environ", words[0]);
	rest = read_whole(path, words[0]);
	while (rest.length > 0) {
		size_t length = strnlen(rest.bytes, rest.length);
		const char *equals = memchr(rest.bytes, '=', length);
		struct text name = {rest.bytes, equals ? (size_t)(equals - rest.bytes) : 0};
		struct text value = {equals ? equals + 1 : rest.bytes, length - name.length - (equals != NULL)};

		if (length > 0 && is_wanted(name, words + 1)) {
			hidden += print_variable(name, equals, value, all);
			found = 1;
		}
		length += length < rest.length;
		rest = (struct text){rest.bytes + length, rest.length - length};
	}
	if (fflush(stdout) != 0)
		end(strerror(errno), "standard output");
	if (hidden)
		fprintf(stderr, "environ: %d hidden, which may be secrets: --show-secrets shows all, if a rule names it\n",
			hidden);
	return found ? 0 : 1;
}
