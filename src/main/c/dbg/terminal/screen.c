/*
 * screen.c - makes output safe for a terminal.
 *
 * A tool prints names of files, processes and sockets unchanged, and the container controls these names. They may
 * contain control sequences, which a terminal would obey: set its title, send an answer as if the operator had
 * typed it, hide a line or overwrite it.
 *
 * So of all controls, only these pass: line feed, tab, carriage return before a line feed, and a few styles. The
 * others are made visible:
 * - A control character is shown as by cat -v: ^[.
 * - A byte that is not UTF-8 is shown as by less(1): <9B>.
 * - A character of UTF-8 that a terminal may obey is shown as by less(1): <U+009B>.
 * - In a locale without UTF-8, the terminal may use a one-byte character set, in which 81 to 9F are controls. A
 *   character with such a byte is shown as its bytes.
 *
 * All output of a tool that has a terminal of its own passes, since such a tool draws, and its operator is the one
 * who asked for it. Of a recording of such a tool, what draws passes: drawing.c.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "drawing.h"
#include "screen.h"
#include "../typed.h"

#define ESCAPE 0x1b
#define SHIFT_OUT 0x0e
#define SHIFT_IN 0x0f

static int verbatim, drawing;

struct screen *screen_of(int fd)
{
	/* Standard error has messages and progress bars, which use carriage returns. */
	static struct screen screens[] = {{.returns = 0}, {.returns = 1}};

	/*
	 * Who will put the output on a terminal may ask for it: Tab shows names of files. What Tab may insert, another host
	 * may have said.
	 */
	if (!isatty(fd) && (fd != STDOUT_FILENO || !(getenv("DBG_DRAWN") || typed.completion)))
		return NULL;
	return &screens[fd == STDERR_FILENO];
}

void show_verbatim(void)
{
	verbatim = 1;
}

void show_drawing(void)
{
	drawing = 1;
}

const char *end_of_drawing(void)
{
	return drawing ? "\x1b[m\n" : "";
}

/* The first of these variables that is set counts, locale(7). */
static int is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	static int known;

	for (size_t i = 0; !known && i < COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			known = strcasestr(value, "utf-8") || strcasestr(value, "utf8") ? 1 : -1;
	}
	return known > 0;
}

static char *shown_byte(char *shown, unsigned char byte)
{
	if (byte >= 0x80)
		return shown + sprintf(shown, "<%02X>", byte);
	if (byte < 0x20 || byte == 0x7f) {
		*shown++ = '^';
		byte ^= 0x40;
	}
	*shown++ = (char)byte;
	return shown;
}

/*
 * Whether a parameter of SELECT GRAPHIC RENDITION in ECMA-48 is allowed: bold, faint, underlined, reversed, six
 * colours, and the ends of these. Styles that can hide text are not: concealed, black, white, background colours.
 */
static int is_style(long parameter)
{
	switch (parameter) {
	case 0: case 1: case 2: case 4: case 7:
	case 22: case 24: case 27: case 39:
		return 1;
	default:
		return (parameter >= 31 && parameter <= 36) || (parameter >= 91 && parameter <= 96);
	}
}

/* Whether the bytes are ESC [ and allowed styles. */
static int are_styles(const char *bytes, size_t length)
{
	char parameters[MOST_HELD + 1];
	char *at = parameters;

	memcpy(parameters, bytes + 2, length - 2);
	parameters[length - 2] = '\0';
	while (is_style(strtol(at, &at, 10))) {
		if (!*at)
			return 1;
		at++; /* the ; after it */
	}
	return 0;
}

/* Whether a style lasts whose last byte before the m is LAST: its last parameter is not 0, which may be left out. */
static int is_lasting(const char *last)
{
	return *last > '0' && *last <= '9' ? 1 : *last == '0' && last[-1] >= '0' && last[-1] <= '9';
}

/* The length of the UTF-8 character that begins with this byte, or 0 if none does. */
static size_t length_of(unsigned char first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Whether a byte may follow these bytes of a character: the table in section 4 of RFC 3629. */
static int continues(const char *bytes, size_t length, unsigned char next)
{
	unsigned char first = (unsigned char)bytes[0];
	unsigned char least = 0x80, most = 0xbf;

	if (length == 1) {
		least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
		most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	}
	return next >= least && next <= most;
}

int are_characters(const char *text)
{
	for (size_t length; *text; text += length) {
		length = (unsigned char)*text < 0x80 ? 1 : length_of((unsigned char)*text);
		if (!length)
			return 0;
		for (size_t i = 1; i < length; i++)
			if (!continues(text, i, (unsigned char)text[i]))
				return 0;
	}
	return 1;
}

static uint32_t decode(const char *bytes, size_t length)
{
	uint32_t point = (unsigned char)bytes[0] & (0x7fU >> length);

	for (size_t i = 1; i < length; i++)
		point = point << 6 | ((unsigned char)bytes[i] & 0x3fU);
	return point;
}

/*
 * The characters that a terminal may obey, or that hide, or turn text around: the C1 controls of ECMA-48, and
 * Unicode's categories Cf, Zl and Zp. RawText.printable of dbgd has the same, and a test compares the two.
 */
static const struct {
	uint32_t first, last;
} obeyed[] = {
	{0x80, 0x9f}, {0xad, 0xad}, {0x600, 0x605}, {0x61c, 0x61c}, {0x6dd, 0x6dd}, {0x70f, 0x70f}, {0x890, 0x891},
	{0x8e2, 0x8e2}, {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x2064}, {0x2066, 0x206f},
	{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},
	{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
};

static int is_obeyed(uint32_t point)
{
	for (size_t i = 0; i < COUNT(obeyed); i++)
		if (point >= obeyed[i].first && point <= obeyed[i].last)
			return 1;
	return 0;
}

/* Whether a terminal with a one-byte character set would obey one of these bytes. */
static int is_obeyed_bytewise(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)bytes[i] > 0x80 && (unsigned char)bytes[i] < 0xa0)
			return 1;
	return 0;
}

/* Shows the bytes that were held back one by one: they are not an allowed sequence. */
static char *give_up(struct screen *screen, char *shown)
{
	for (size_t i = 0; i < screen->held; i++)
		shown = shown_byte(shown, (unsigned char)screen->bytes[i]);
	screen->held = 0;
	return shown;
}

/* Passes the bytes that were held back: they are a complete, allowed sequence. */
static char *let_through(struct screen *screen, char *shown)
{
	memcpy(shown, screen->bytes, screen->held);
	shown += screen->held;
	screen->held = 0;
	return shown;
}

static void hold(struct screen *screen, unsigned char byte)
{
	screen->bytes[screen->held++] = (char)byte;
}

static char *begin(struct screen *screen, char *shown, unsigned char byte)
{
	if (byte == '\n' || byte == '\t' || (byte == '\r' && (screen->returns || drawing)) ||
	    (byte == '\b' && drawing)) {
		*shown++ = (char)byte;
		return shown;
	}
	if (drawing && (byte == SHIFT_OUT || byte == SHIFT_IN))
		return shown;
	if (byte == ESCAPE || byte == '\r' || length_of(byte) > 0) {
		hold(screen, byte);
		return shown;
	}
	return shown_byte(shown, byte);
}

static char *go_on_with_escape(struct screen *screen, char *shown, unsigned char byte)
{
	int is_parameter = screen->held == 1 ? byte == '[' : (byte >= '0' && byte <= '9') || byte == ';';

	if (is_parameter && screen->held < LONGEST_STYLE) {
		hold(screen, byte);
		return shown;
	}
	if (byte == 'm' && screen->held > 1 && are_styles(screen->bytes, screen->held)) {
		screen->styled = is_lasting(screen->bytes + screen->held - 1);
		shown = let_through(screen, shown);
		*shown++ = 'm';
		return shown;
	}
	return begin(screen, give_up(screen, shown), byte);
}

static char *go_on_with_drawing(struct screen *screen, char *shown, unsigned char byte)
{
	enum drawn is;

	if (screen->held == MOST_HELD)
		return begin(screen, give_up(screen, shown), byte);
	hold(screen, byte);
	is = drawn(screen->bytes, screen->held);
	if (is == PASSES && byte == 'm' && !are_styles(screen->bytes, screen->held - 1))
		is = DROPPED;
	switch (is) {
	case INCOMPLETE:
		return shown;
	case PASSES:
		return let_through(screen, shown);
	case DROPPED:
		screen->held = 0;
		return shown;
	case SHOWN:
		break;
	}
	screen->held--;
	return begin(screen, give_up(screen, shown), byte);
}

static char *go_on_with_character(struct screen *screen, char *shown, unsigned char byte)
{
	uint32_t point;

	if (!continues(screen->bytes, screen->held, byte))
		return begin(screen, give_up(screen, shown), byte);
	hold(screen, byte);
	if (screen->held < length_of((unsigned char)screen->bytes[0]))
		return shown;
	if (!is_utf8() && is_obeyed_bytewise(screen->bytes, screen->held))
		return give_up(screen, shown);
	point = decode(screen->bytes, screen->held);
	if (!is_obeyed(point))
		return let_through(screen, shown);
	screen->held = 0;
	return shown + sprintf(shown, "<U+%04X>", (unsigned int)point);
}

static char *go_on(struct screen *screen, char *shown, unsigned char byte)
{
	switch ((unsigned char)screen->bytes[0]) {
	case ESCAPE:
		return drawing ? go_on_with_drawing(screen, shown, byte) : go_on_with_escape(screen, shown, byte);
	case '\r':
		shown = byte == '\n' ? let_through(screen, shown) : give_up(screen, shown);
		return begin(screen, shown, byte);
	default:
		return go_on_with_character(screen, shown, byte);
	}
}

size_t show(struct screen *screen, const char *bytes, size_t length, char *shown)
{
	char *end = shown;

	if (length == 0 || verbatim)
		end = give_up(screen, end);
	if (length == 0 && screen->styled) {
		end = stpcpy(end, "\x1b[m");
		screen->styled = 0;
	}
	if (verbatim) {
		memcpy(end, bytes, length);
		return (size_t)(end - shown) + length;
	}
	for (size_t i = 0; i < length; i++)
		end = screen->held ? go_on(screen, end, (unsigned char)bytes[i])
				   : begin(screen, end, (unsigned char)bytes[i]);
	return (size_t)(end - shown);
}
