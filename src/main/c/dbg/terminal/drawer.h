/* drawer.h - what stands between `dbg shell` and the operator's terminal: drawer.c */
#pragma once

/* The descriptor that the shell has instead of the terminal. */
#define DRAWN_DESCRIPTOR 8

/*
 * If standard output or error is a terminal, starts a process that shows there what is written to
 * DRAWN_DESCRIPTOR; otherwise closes that.
 */
void start_drawer(void);
