/* screen.h - what others have written, as a terminal may be given it: screen.c */
#ifndef DBG_SCREEN_H
#define DBG_SCREEN_H

#include <stddef.h>

/* The longest beginning of what is decided about as one: a style with a few parameters. */
#define MOST_HELD 16

/* What is shown on one terminal, a part at a time. */
struct screen {
	int returns;	/* whether a carriage return goes back to the line's start, as a progress bar does */
	size_t held;
	char bytes[MOST_HELD];
};

/* The most that LENGTH bytes become, what was held before them among it. */
#define MOST_SHOWN(length) (4 * ((length) + MOST_HELD))

/* The terminal of standard output or error; NULL where it is something else, which is given all. */
struct screen *screen_of(int fd);

/* From now on everything goes to the terminal as it is. */
void show_verbatim(void);

/* Writes into SHOWN what becomes of the bytes, and says how many these are; holds back what may be the
 * beginning of something. No bytes are the end: then nothing is held back. */
size_t show(struct screen *screen, const char *bytes, size_t length, char *shown);

#endif
