/*
 * orders.c - prints what dbg-enter reads of its command line, for HelperArgsTest: each word of the table in the
 * order of the table, then the tool's arguments, and its variables. What follows -- is the environment.
 */
#include <stdarg.h>
#include <stdio.h>

#include "../../main/c/dbg-enter/orders.c"

int report = -1;

void give_up(int status, const char *format, ...)
{
	va_list values;

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

int main(int argc, char **argv)
{
	struct orders orders;

	for (char **end = argv; *end; end++)
		if (strcmp(*end, "--") == 0) {
			*end = NULL;
			environ = end + 1;
			break;
		}
	orders = read_orders(argv + (argc > 0));
	for (size_t i = 0; i < COUNT(known); i++)
		print(&known[i], (char *)&orders + known[i].member);
	for (char **word = orders.command.argv; *word; word++)
		printf("argument %s\n", *word);
	for (char **variable = environ; *variable; variable++)
		printf("variable %s\n", *variable);
	return 0;
}
