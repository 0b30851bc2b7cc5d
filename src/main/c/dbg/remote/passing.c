/* passing.c - what another host may ask of this client; passing.h */
#include <signal.h>
#include <string.h>

#include "../../shared/common.h"
#include "../help.h"
#include "lent_shell.h"
#include "passing.h"
#include "../streams.h"
#include "../typed.h"

#define MOST_SIGNALS 64

/* In milliseconds: how long dbgd may take to say how a line ends whose tool it is about to start. */
#define LAST_WORD 500

/* The tool of the catalogue that draws a screen, and so has a terminal without -t. Another host may have more of them. */
#define DRAWING_TOOL "top"

/*
 * What another host may ask for, or do to the terminal: it is decided here, by what was typed and nothing else. TOOL: the
 * line runs one, so it has streams; INPUT: they may be standard input; DRAWS: the terminal obeys what draws, and is raw for
 * a tool; VERBATIM: it obeys everything. WAITS: dbgd waits for the container first.
 */
struct lent {
	int tool, input, draws, verbatim, waits;
};

/* Reads an option of a line. Returns how many words it has. */
static int read_option(const char *word, struct lent *may)
{
	may->waits |= !strncmp(word, "--wait", strlen("--wait"));
	/* Of letters, u and w have the rest for a value. */
	may->verbatim |= !strcmp(word, "--tty") || (word[1] != '-' && memchr(word, 't', strcspn(word, "uw")));
	return words_of_option("exec", word);
}

/* As dbgd reads TARGET [NS] [--] TOOL: options of dbg's come before the tool. */
static struct lent of_line(char **words)
{
	struct lent may = {.input = 1};
	int operands = 0;

	while (*words && !(operands && !strcmp(*words, "--"))) {
		int count = 1, is_target = !strcmp(*words, "--");

		words += is_target;
		if (!is_target && **words == '-' && (*words)[1])
			count = read_option(*words, &may);
		else if (operands == 0 || (operands == 1 && is_namespaces(words)))
			operands++;
		else
			break;
		while (count-- > 0 && *words)
			words++;
	}
	words += *words && !strcmp(*words, "--");
	may.tool = operands > 0 && *words;
	may.verbatim &= may.tool;
	may.draws = may.verbatim || (may.tool && !strcmp(*words, DRAWING_TOOL));
	return may;
}

static struct lent what_was_asked(void)
{
	char **words = typed.words;
	const char *verb = words && *words ? *words : "";
	int replays = typed.audit && typed.replay;

	if (!strcmp(verb, "exec"))
		return of_line(words + 1);
	if (*verb && !is_verb(verb))
		return of_line(words);
	return (struct lent){.tool = !strcmp(verb, "connect") || !strcmp(verb, "logs") || !strcmp(verb, "status"),
			      .input = !strcmp(verb, "connect"),
			      .draws = replays || (!strcmp(verb, "sessions") && typed.watch),
			      .verbatim = replays && typed.raw};
}

int patience_of_line(void)
{
	struct lent may = what_was_asked();

	return may.waits ? NO_END : may.tool ? LAST_WORD : 0;
}

static int is_number_within(const struct packet *packet, uint32_t least, uint32_t most)
{
	return packet->length == 6 && number_of(packet) >= least && number_of(packet) <= most;
}

/* Whether a process ends by it. By the others this one would stop, or live on. */
static int is_deadly(uint32_t number)
{
	return number != SIGCHLD && number != SIGCONT && number != SIGSTOP && number != SIGTSTP && number != SIGTTIN &&
	       number != SIGTTOU && number != SIGURG && number != SIGWINCH;
}

const char *may_pass(struct packet *packet)
{
	struct lent may = what_was_asked();

	switch (packet->bytes[0]) {
	case PACKET_OUTPUT:
	case PACKET_ERROR:
		return NULL;
	case PACKET_EXITED:
		return is_number_within(packet, 0, 255) ? NULL : "a status that is none";
	case PACKET_SIGNALLED:
		return is_number_within(packet, 1, MOST_SIGNALS) && is_deadly(number_of(packet)) ? NULL
											      : "a signal that ends nothing";
	case PACKET_RAW:
		return may.tool && may.draws ? NULL : "a raw terminal for a line without -t";
	case PACKET_STREAMS:
		if (packet->length != 3 || packet->bytes[2] >> MOST_STREAMS || !may.tool)
			return "streams that nobody asked for";
		return may.input || !(packet->bytes[2] & 1) ? NULL : "a wish for input that the line does not have";
	case PACKET_DRAWING:
		return may.draws ? NULL : "a drawing for a line without -t";
	case PACKET_VERBATIM:
		if (!may.verbatim)
			packet->bytes[0] = PACKET_DRAWING;
		return may.draws ? NULL : "a drawing for a line without -t";
	case PACKET_SHELL:
		return may_lend_shell(packet);
	default:
		return "an unknown packet";
	}
}
