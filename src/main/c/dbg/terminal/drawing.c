/*
 * drawing.c - which escape sequences of a recording reach a terminal; drawing.h
 *
 * A tool with a terminal of its own draws: it moves the cursor and erases. Its operator accepted that for their own
 * terminal; whoever replays the recording did not. And the operator chose the bytes: by what they typed, and through
 * the container that they looked at. So of all sequences only those pass that draw within the screen and end with it.
 *
 * - Those pass that move the cursor, and erase, insert, delete and repeat characters, ECMA-48, with numbers of at
 *   most three digits. Not the erasing of lines that were scrolled away: the reader's earlier work.
 * - All other control sequences, character sets and keypad modes are dropped: a tool that draws is full of them. So
 *   a terminal is asked nothing, and keeps its modes, its title, its margins and its character set.
 * - Strings of a terminal, such as titles and clipboards, are shown as text, so that they hide nothing.
 */
#include <string.h>

#include "drawing.h"

#define LONGEST_NUMBER 3

static int is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Whether the parameters are numbers that no terminal takes long for. */
static int are_numbers(const char *parameters, size_t length)
{
	size_t digits = 0;

	for (size_t i = 0; i < length; i++) {
		if (!is_digit(parameters[i]) && parameters[i] != ';')
			return 0;
		digits = is_digit(parameters[i]) ? digits + 1 : 0;
		if (digits > LONGEST_NUMBER)
			return 0;
	}
	return 1;
}

static int draws(const char *parameters, size_t length, char final)
{
	if (!are_numbers(parameters, length))
		return 0;
	if (final == 'J' || final == 'K')
		return length == 0 || (length == 1 && parameters[0] <= '2');
	return final == 'm' || (final >= 'A' && final <= 'H') || strchr("LMPX@bdf", final) != NULL;
}

static enum drawn control_sequence(const char *bytes, size_t length)
{
	char last = bytes[length - 1];

	if (length == 2 || (last >= 0x20 && last < 0x40))
		return INCOMPLETE;
	if (last < 0x40 || last > 0x7e)
		return SHOWN;
	return draws(bytes + 2, length - 3, last) ? PASSES : DROPPED;
}

enum drawn drawn(const char *bytes, size_t length)
{
	switch (bytes[1]) {
	case '[':
		return control_sequence(bytes, length);
	case '(': case ')':
		if (length == 2)
			return INCOMPLETE;
		return bytes[2] >= '0' && bytes[2] <= '~' ? DROPPED : SHOWN;
	case '=': case '>': case '7': case '8':
		return DROPPED;
	case 'M':
		return PASSES;
	default:
		return SHOWN;
	}
}
