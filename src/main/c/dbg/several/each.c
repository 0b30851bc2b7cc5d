/*
 * each.c - `dbg --each PATTERN ... -- TOOL`: the same line in several containers; each.h
 *
 * Each is run by another dbg, so each is a session of its own, which dbgd decides on, limits and records as if it had
 * been typed: several.c
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../../shared/common.h"
#include "another.h"
#include "each.h"
#include "several.h"
#include "../terminal/terminal.h"
#include "../typed.h"

static int is_each(const char *word)
{
	if (word && !strncmp(word, "--each=", strlen("--each=")))
		fail("type --each and the pattern in two words: --each %s", word + strlen("--each="));
	return word && !strcmp(word, "--each");
}

int each_asked(char **words)
{
	static const char *const verbs[] = {"exec", "explain", "logs", "status", "tools"};

	if (is_each(words[0]))
		return 0;
	for (size_t i = 0; words[0] && i < COUNT(verbs); i++)
		if (!strcmp(words[0], verbs[i]) && is_each(words[1]))
			return 1;
	return -1;
}

/* What dbg ps says of the pattern: addresses, each ended by a line feed. */
static char *listed(char *pattern)
{
	char *words[] = {"dbg", "ps", "--quiet", strcmp(pattern, "all") ? "--" : NULL, pattern, NULL};
	int status;
	char *text = output_of_dbg(words, &status);

	if (status)
		exit(status);
	return text;
}

/* They may be what another host says: so they are words that a terminal does not obey, and no options. */
static void require_plain(const char *address)
{
	const char *at = address;

	while (*at >= '!' && *at <= '~')
		at++;
	if (!*address || *address == '-' || *at)
		fail("dbg ps lists what cannot be an address: type one container at a time");
}

/* Cuts the text into lines. */
static size_t cut(char *text)
{
	size_t all = 0;

	for (char *end; (end = strchr(text, '\n')); text = end + 1, all++) {
		*end = '\0';
		require_plain(text);
	}
	return all;
}

_Noreturn void run_in_each(char **words, int place)
{
	int is_line = place == 1 || !strcmp(words[1], "exec");
	struct several these = {0};

	if (!words[place + 1] || (is_line && !words[place + 2]))
		fail("--each needs a pattern and a line: type dbg --each 'web-*' -- TOOL, or --each all");
	signal(SIGCHLD, SIG_DFL);
	these.names = listed(words[place + 1]);
	these.all = cut(these.names);
	if (these.all == 0)
		fail("no running container that you may enter matches '%s': dbg ps lists those that there are",
		     words[place + 1]);
	these.is_named = is_line || !is_json(words + place);
	/* The pattern's place is the address's. It must not be taken for a verb. */
	if (place == 1) {
		words[place++] = (char *)"exec";
	} else {
		memmove(words + 1, words, (size_t)place * sizeof(*words));
		words++;
	}
	these.words = words;
	these.place = place;
	run_several(&these);
}
