/* printed.h - what another dbg prints, line by line. */
#pragma once

#include <sys/types.h>

/* A longer line is read in parts. */
#define LONGEST_LINE (1 << 18)

/* What is read from a descriptor, -1 if that has ended. Behind the bytes there is room to look at. */
struct printed {
	int from;
	size_t start, length;
	char line[LONGEST_LINE + 64];
};

/* The length of the line that is next, at START; -1 if it is not whole yet. The end makes it whole. */
ssize_t next_line(const struct printed *printed);

/* Takes a line of this length, and what ends it. */
void skip_line(struct printed *printed, size_t length);

/* Reads what there is. There must be room, which there is if no line is whole. */
void read_more(struct printed *printed);

/* The heading of dbgd's rows, with words for the time, which may have its zone, and for the second column. */
#define HEADING "%-20s  %-9s  OPERATOR    SESSION           WHAT"

/* Whether these bytes are the words of that heading, and at most one other, in a style or in none. */
int is_heading(const char *bytes, size_t length, const char *second);

/*
 * Whether these bytes, which a zero byte follows, are one object of JSON, of printable ASCII as dbgd's are, and nothing
 * else: then they stay one when they are put into another, and name none of that one's members.
 */
int is_object(const char *bytes, size_t length);
