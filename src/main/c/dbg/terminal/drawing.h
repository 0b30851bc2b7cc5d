/* drawing.h - which escape sequences of a recording reach a terminal: drawing.c */
#pragma once

#include <stddef.h>

/* What becomes of the bytes that begin with an escape. */
enum drawn {
	INCOMPLETE,	/* only the next byte shows it */
	PASSES,		/* it draws */
	DROPPED,	/* a terminal would obey it, and what it does is not to be seen */
	SHOWN		/* it is no such sequence: it is shown as text */
};

/* LENGTH is at least 2. The styles, ESC [ ... m, are for screen.c to decide: they are said to pass. */
enum drawn drawn(const char *bytes, size_t length);
