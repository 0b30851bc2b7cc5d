/* passing.c - what another host may ask of this client; passing.h */
#include <string.h>

#include "lent_shell.h"
#include "passing.h"
#include "typed.h"

#define MOST_SIGNALS 64

/* Among the words of dbg's: --tty, --raw, or letters with -t among them. */
static int asks_for_terminal(char **words)
{
	for (; words && *words && strcmp(*words, "--"); words++)
		if (!strcmp(*words, "--tty") || !strcmp(*words, "--raw") || !strcmp(*words, "-t") ||
		    !strcmp(*words, "-it") || !strcmp(*words, "-ti"))
			return 1;
	return 0;
}

static int is_number_within(const struct packet *packet, uint32_t least, uint32_t most)
{
	return packet->length == 6 && number_of(packet) >= least && number_of(packet) <= most;
}

const char *may_pass(struct packet *packet)
{
	switch (packet->bytes[0]) {
	case PACKET_OUTPUT:
	case PACKET_ERROR:
		return NULL;
	case PACKET_EXITED:
		return is_number_within(packet, 0, 255) ? NULL : "a status that is none";
	case PACKET_SIGNALLED:
		return is_number_within(packet, 1, MOST_SIGNALS) ? NULL : "a signal that is none";
	case PACKET_RAW:
	case PACKET_DRAWING:
	case PACKET_STREAMS:
		return NULL;
	case PACKET_VERBATIM:
		if (!asks_for_terminal(typed.words))
			packet->bytes[0] = PACKET_DRAWING;
		return NULL;
	case PACKET_SHELL:
		return may_lend_shell(packet);
	default:
		return "an unknown packet";
	}
}
