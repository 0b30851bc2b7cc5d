/* screen.h - makes output safe for a terminal: screen.c */
#pragma once

#include <stddef.h>

/* The most bytes that are held back until it is clear what they are. The longest are sequences that draw. */
#define MOST_HELD 40

/* A style with more is none. */
#define LONGEST_STYLE 16

/* The state of the output to one terminal, which comes in parts. */
struct screen {
	int returns;	/* whether carriage returns pass, as progress bars need */
	int styled;	/* whether a style that was passed on still holds */
	size_t held;
	char bytes[MOST_HELD];
};

/* The largest result for LENGTH bytes and those that were held back before. */
#define MOST_SHOWN(length) (4 * ((length) + MOST_HELD + 1))

/* The state of standard output or error if a terminal will show it; otherwise NULL: it gets all bytes unchanged. */
struct screen *screen_of(int fd);

/* From now on, all bytes go to the terminal unchanged. */
void show_verbatim(void);

/* From now on, sequences that draw reach the terminal too: drawing.c. */
void show_drawing(void);

/* What ends the drawing, to be printed last; empty if nothing was drawn. */
const char *end_of_drawing(void);

/*
 * Writes the result for these bytes to SHOWN and returns its length. Bytes that may be the beginning of a sequence
 * are held back. LENGTH 0 means the end: then nothing is held back, and no style lasts.
 */
size_t show(struct screen *screen, const char *bytes, size_t length, char *shown);

/* Whether the text is UTF-8. */
int are_characters(const char *text);
