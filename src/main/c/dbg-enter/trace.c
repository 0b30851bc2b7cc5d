/*
 * trace.c - tells dbgd when a stage begins, if dbgd keeps a trace: the stage's name, a space, the nanoseconds of
 * CLOCK_MONOTONIC, and the end of a line.
 */
#include <stdio.h>
#include <time.h>

#include "enter.h"

int trace = -1;

void stage(const char *name)
{
	struct timespec now;

	if (trace < 0 || clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		return;
	/* A pipe takes a line this short whole; a trace that lacks a line harms nobody. */
	dprintf(trace, "%s %lld\n", name, (long long)now.tv_sec * 1000000000 + now.tv_nsec);
}
