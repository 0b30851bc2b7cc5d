/*
 * report.c - how dbg-enter says that there will be no tool: on a pipe that dbgd reads until it is
 * closed, which the tool's start does. dbgd tells the operator and the record. And the descriptors that
 * this process has, of which that pipe is one.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enter.h"

int report = -1;

/* Says why and ends. */
_Noreturn void give_up(int status, const char *format, ...)
{
	char text[1024];
	va_list values;

	text[0] = (char)status;
	va_start(values, format);
	vsnprintf(text + 1, sizeof(text) - 1, format, values);
	va_end(values);
	if (report < 0)
		fprintf(stderr, "dbg-enter: %s\n", text + 1);
	/* When even that can't be written, the exit status still says it. */
	ssize_t unused = write(report, text, 1 + strlen(text + 1));
	(void)unused;
	_exit(status);
}

void require(int result, const char *call)
{
	if (result < 0)
		give_up(DBG_FAILED, "%s: %s", call, strerror(errno));
}

/* close_range(2): not every C library has it. */
static void close_from_to(unsigned first, unsigned last)
{
	if (first <= last)
		require((int)syscall(SYS_close_range, first, last, 0), "close_range");
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void keep_only(int *kept, size_t count)
{
	unsigned next = 3;

	qsort(kept, count, sizeof(*kept), by_number);
	for (size_t i = 0; i < count; i++)
		if (kept[i] >= (int)next) {
			if (kept[i] > (int)next)
				close_from_to(next, (unsigned)kept[i] - 1);
			next = (unsigned)kept[i] + 1;
		}
	close_from_to(next, ~0U);
}
