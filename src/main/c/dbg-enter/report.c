/*
 * report.c - reports to dbgd why the tool does not run. dbgd reads the report from a pipe until it is closed,
 * which the execution of the tool does. dbgd explains the errno, informs the operator and writes the record.
 * This file also closes all other descriptors.
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

/*
 * Writes a status, an errno or 0, and a line of text that ends with NUL. If several processes report a failure,
 * dbgd reads the first report up to its NUL: it is the cause of the others.
 */
static _Noreturn void report_and_exit(int status, int error, const char *format, va_list values)
{
	char text[1024];

	text[0] = (char)status;
	text[1] = (char)error;
	vsnprintf(text + 2, sizeof(text) - 2, format, values);
	if (report < 0)
		fprintf(stderr, "dbg-enter: %s%s%s\n", text + 2, error ? ": " : "", error ? strerror(error) : "");
	/* If this cannot be written, the exit status still reports the failure. */
	ssize_t unused = write(report, text, 2 + strlen(text + 2) + 1);
	(void)unused;
	_exit(status);
}

_Noreturn void give_up(int status, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	report_and_exit(status, 0, format, values);
}

_Noreturn void fail(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	report_and_exit(DBG_FAILED, errno, format, values);
}

void require(int result, const char *call)
{
	if (result < 0)
		fail("%s", call);
}

/* close_range(2). Not every C library has a function for it. */
static void close_from_to(unsigned first, unsigned last)
{
	if (first <= last)
		require((int)syscall(SYS_close_range, first, last, 0), "close_range");
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void sort(int *numbers, size_t count)
{
	qsort(numbers, count, sizeof(*numbers), compare);
}

void keep_only(int *kept, size_t count)
{
	unsigned next = 3;

	sort(kept, count);
	for (size_t i = 0; i < count; i++)
		if (kept[i] >= (int)next) {
			close_from_to(next, (unsigned)kept[i] - 1);
			next = (unsigned)kept[i] + 1;
		}
	close_from_to(next, ~0U);
}
