/*
 * greeting.h - how two dbg find out that they understand each other: a line of text each, so that whatever else a login
 * prints is not taken for frames.
 */
#pragma once

#include "frames.h"

#define GREETING_OF_CLIENT "dbg-H"
#define GREETING_OF_STDIO "dbg-stdio"

/* Puts NAME, the versions of frames and packets, and dbg's own. */
void put_greeting(struct frames *frames, const char *name);

/*
 * Takes the other side's greeting. Returns 1, or 0 if it is not whole yet, or -1 with a message that says what came in
 * its place and what to do.
 */
int take_greeting(struct frames *frames, const char *name, char *problem, size_t room);
