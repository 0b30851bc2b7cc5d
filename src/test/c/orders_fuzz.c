/*
 * orders_fuzz.c - reads random command lines and environments as dbg-enter does, orders.c; for SanitizedTest, which
 * compiles it with the sanitizers.
 *
 * usage: orders_fuzz FIRST COUNT     the numbers of the seeds
 */
#include <sanitizer/common_interface_defs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include "../../main/c/dbg-enter/orders.c"
#include "random.h"

#define MOST_STRINGS 200

int report = -1;

static jmp_buf given_up;

void give_up(int status, const char *format, ...)
{
	(void)format;
	longjmp(given_up, status);
}

/* A value that could be one, or cannot. */
static size_t put_value(char *to, size_t room)
{
	switch (below(6)) {
	case 0:
		return (size_t)snprintf(to, room, "=%u", (unsigned)below(1000));
	case 1:
		return (size_t)snprintf(to, room, "=%lld", (long long)random64());
	case 2:
		return (size_t)snprintf(to, room, "=%llx", (unsigned long long)random64());
	case 3:
		return (size_t)snprintf(to, room, "=%u/a/b=c", (unsigned)below(100));
	case 4:
		return (size_t)snprintf(to, room, "=%s", below(2) ? "" : "-");
	default:
		return 0;
	}
}

/* The bytes alone, in memory of their own: a byte read behind them is noticed. */
static char *string(const char *bytes, size_t length)
{
	char *copy = malloc(length + 1);

	memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

static char *some_word(void)
{
	char text[256];
	const struct word *word = &known[below(COUNT(known))];
	size_t length = (size_t)snprintf(text, sizeof(text), "%s", word->name);

	length += put_value(text + length, sizeof(text) - length);
	if (below(20) == 0)
		length = below(length + 1);
	if (below(20) == 0 && length > 0)
		text[below(length)] = (char)(1 + below(255));
	return string(text, length);
}

/* Of the words that must be there, most are. */
static size_t fill_arguments(char **strings)
{
	static const char *const needed[] = {"report=3", "start=4", "tool=/bin/true"};
	size_t count = 0;

	for (size_t i = 0; i < COUNT(needed); i++)
		if (below(20))
			strings[count++] = string(needed[i], strlen(needed[i]));
	for (size_t left = below(below(10) ? 10 : MOST_STRINGS - 10); left > 0; left--)
		strings[count++] = some_word();
	return count;
}

static size_t fill_environment(char **strings)
{
	size_t count = 0;

	for (size_t left = below(6); left > 0; left--) {
		char text[32];

		snprintf(text, sizeof(text), "=%llx", (unsigned long long)random64());
		strings[count++] = string(text, 1 + below(strlen(text)));
	}
	if (below(8))
		strings[count++] = string("--", 2);
	for (size_t left = below(4); left > 0; left--)
		strings[count++] = string("TERM=xterm", below(11));
	return count;
}

static unsigned long seed;

static void tell_seed(void)
{
	fprintf(stderr, "orders, seed %lu\n", seed);
}

static void try_seed(void)
{
	static char *arguments[MOST_STRINGS + 1], *variables[MOST_STRINGS + 1], *all[2 * MOST_STRINGS + 2];
	size_t count, more;

	begin_random(seed);
	count = fill_arguments(arguments);
	arguments[count] = NULL;
	more = fill_environment(variables);
	variables[more] = NULL;
	/* These pointers are moved: they are freed as they were. */
	memcpy(all, arguments, count * sizeof(*all));
	memcpy(all + count, variables, more * sizeof(*all));
	environ = variables;
	if (setjmp(given_up) == 0) {
		struct orders orders = read_orders(arguments);
		size_t length = 0;

		for (char **word = orders.command.argv; *word; word++)
			length += strlen(*word);
		for (char **variable = environ; *variable; variable++)
			length += strlen(*variable);
		for (size_t i = 0; i < orders.root.volume_count; i++)
			length += strlen(orders.root.volumes[i].destination);
		if (!orders.command.argv[0] || length > 1 << 20)
			abort();
	}
	count += more;
	while (count > 0)
		free(all[--count]);
}

int main(int argc, char **argv)
{
	unsigned long first, count;

	if (argc != 3)
		return 2;
	first = strtoul(argv[1], NULL, 10);
	count = strtoul(argv[2], NULL, 10);
	__sanitizer_set_death_callback(tell_seed);
	for (seed = first; seed < first + count; seed++)
		try_seed();
	return 0;
}
