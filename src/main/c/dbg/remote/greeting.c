/* greeting.c - how two dbg find out that they understand each other; greeting.h */
#include <stdio.h>
#include <string.h>

#include "greeting.h"

void put_greeting(struct frames *frames, const char *name)
{
	char line[LONGEST_GREETING + 1];

	snprintf(line, sizeof(line), "%s %d %d %.32s\n", name, FRAMES_VERSION, PROTOCOL_VERSION, DBG_VERSION);
	put_text(frames, line);
}

/* The beginning of what came, up to the end of its line, with nothing that a terminal obeys. */
static void copy_shown(char *to, size_t room, const unsigned char *bytes, size_t length)
{
	size_t at = 0;

	for (; at < length && at < room - 1 && bytes[at] != '\n' && bytes[at] != '\r'; at++)
		to[at] = bytes[at] >= ' ' && bytes[at] <= '~' ? (char)bytes[at] : '?';
	to[at] = '\0';
}

int take_greeting(struct frames *frames, const char *name, char *problem, size_t room)
{
	size_t length, compared;
	const unsigned char *bytes = received_bytes(frames, &length), *end;
	char line[LONGEST_GREETING + 1];
	int of_frames, of_packets, at = 0;

	if (length > LONGEST_GREETING)
		length = LONGEST_GREETING;
	end = memchr(bytes, '\n', length);
	compared = length < strlen(name) ? length : strlen(name);
	copy_shown(line, sizeof(line), bytes, length);
	if (memcmp(bytes, name, compared) || (!end && length == LONGEST_GREETING)) {
		/* A line that is not whole yet says less. */
		if (!end && length < LONGEST_GREETING && !frames->has_ended)
			return 0;
		snprintf(problem, room, "'%s' came where the greeting of dbg was expected: a login without a terminal must print "
			 "nothing, so look into its .bashrc, .profile and sshrc, and at the command of its key", line);
		return -1;
	}
	if (!end)
		return 0;
	if (sscanf(line + strlen(name), " %d %d %n", &of_frames, &of_packets, &at) < 2 || of_frames != FRAMES_VERSION ||
	    of_packets != PROTOCOL_VERSION) {
		snprintf(problem, room, "there is dbg %s, and here %s, which do not understand each other: install the same "
			 "version on both hosts", at ? line + strlen(name) + at : "of a version unknown here", DBG_VERSION);
		return -1;
	}
	skip_bytes(frames, (size_t)(end - bytes) + 1);
	return 1;
}
