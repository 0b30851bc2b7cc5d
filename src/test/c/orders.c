/*
 * orders.c - prints what dbg-enter reads of an environment, its arguments, for HelperArgsTest: each word of the table in the
 * order of the table, the tool's arguments, and its variables.
 *
 * usage: orders WORD... | orders fuzz FIRST COUNT
 *
 * The latter reads words that are made by numbers, for SanitizedTest, and ends with 0, or is aborted.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "../../main/c/dbg-enter/orders.c"

int report = -1;

/* Where a refusal leads while words are made. */
static jmp_buf refused;
static int is_fuzzing;

void give_up(int status, const char *format, ...)
{
	va_list values;

	if (is_fuzzing)
		longjmp(refused, 1);
	va_start(values, format);
	vprintf(format, values);
	exit(status);
}

static void print(const struct word *word, const void *member)
{
	switch (word->kind) {
	case FLAG:
		printf("%s=%d\n", word->name, *(const int *)member);
		return;
	case DESCRIPTOR:
		printf("%s=descriptor %d\n", word->name, *(const int *)member);
		return;
	case ID:
		printf("%s=%u\n", word->name, *(const unsigned *)member);
		return;
	case SIZE:
		printf("%s=%llu\n", word->name, (unsigned long long)*(const uint64_t *)member);
		return;
	case BITS:
		printf("%s=%llx\n", word->name, (unsigned long long)*(const uint64_t *)member);
		return;
	case VOLUME:
	{
		const struct volume *first = member;

		printf("%s=%d%s\n", word->name, first->tree, first->destination ? first->destination : "");
		return;
	}
	case TEXT:
		printf("%s=%s\n", word->name, *(char *const *)member ? *(char *const *)member : "(none)");
		return;
	}
}

#define MOST_WORDS 400

static uint64_t state;
static uint32_t seed;

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
	return "abort_on_error=1:handle_abort=0:detect_leaks=0";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1";
}

static void tell_seed(int number)
{
	(void)number;
	dprintf(STDERR_FILENO, "seed %u: aborted\n", seed);
}

static uint32_t chance(uint32_t below)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % below;
}

/* Each word has memory of its own, so that whoever reads past its end is noticed. */
static char *made_word(void)
{
	static const char *const values[] = {"",    "0",  "7",	  "4294967295", "-1",	 "18446744073709551616", "ffffffffffffffff",
					     "3/a", "3a", "/a", "99999999999/x", "=",	 "--", "x"};
	const struct word *word = &known[chance(COUNT(known))];
	const char *name = chance(3) ? word->name : "volume", *value = values[chance(3) ? 7 : chance(COUNT(values))];
	char *made = NULL;

	if (asprintf(&made, "%s%s%s%s", chance(100) ? "=" : "", chance(100) ? name : "", chance(40) ? "=" : "", value) < 0)
		exit(2);
	if (!chance(40))
		made[chance((uint32_t)strlen(made) + 1)] = (char)chance(256);
	return made;
}

static void read_made(void)
{
	static char *made[MOST_WORDS + 8], *words[MOST_WORDS + 8];
	static const char *const needed[] = {"=report=2", "=start=3", "=tool=/bin/true"};
	size_t count = 0;

	state = seed * UINT64_C(0x9e3779b97f4a7c15);
	for (; count < COUNT(needed) && chance(20); count++)
		made[count] = strdup(needed[count]);
	for (uint32_t left = chance(MOST_WORDS); left > 0; left--)
		made[count++] = made_word();
	if (chance(4))
		made[count++] = strdup("=--");
	if (chance(4))
		made[count++] = strdup("=tool");
	if (chance(4))
		made[count++] = strdup("");
	made[count] = NULL;
	memcpy(words, made, sizeof(words));
	environ = words;
	if (!setjmp(refused)) {
		struct orders orders = read_orders();

		for (char **word = orders.command.argv; *word; word++)
			state += strlen(*word);
	}
	for (char **word = made; *word; word++)
		free(*word);
}

int main(int argc, char **argv)
{
	struct orders orders;

	is_fuzzing = argc == 4 && !strcmp(argv[1], "fuzz");
	if (is_fuzzing) {
		signal(SIGABRT, tell_seed);
		seed = (uint32_t)atoi(argv[2]);
		for (uint32_t left = (uint32_t)atoi(argv[3]); left > 0; left--, seed++)
			read_made();
		return 0;
	}

	environ = argv + (argc > 0);
	orders = read_orders();

	for (size_t i = 0; i < COUNT(known); i++)
		print(&known[i], (char *)&orders + known[i].member);
	for (char **word = orders.command.argv; *word; word++)
		printf("argument %s\n", *word);
	for (char **variable = environ; *variable; variable++)
		printf("variable %s\n", *variable);
	return 0;
}
