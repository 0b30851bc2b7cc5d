/* typed.c - what the operator typed; typed.h */
#include <string.h>

#include "../shared/common.h"
#include "terminal.h"
#include "typed.h"

struct typed typed;

int is_among(const char *word, const char *const *words, size_t count)
{
	while (count--)
		if (strcmp(word, words[count]) == 0)
			return 1;
	return 0;
}

void put_verb_first(char **words)
{
	static const char *const those[] = {"connect", "forward", "logs", "shell", "status"};
	static const char *const with_value[] = {"--reason", "--timeout", "--user", "-u", "--workdir", "-w"};
	static const char *const joined[] = {"--reason=", "--timeout=", "--user=", "--workdir="};
	size_t at = 0;

	for (char *word = *words; word && *word == '-'; word = words[at]) {
		const char *equals = strchr(word, '=');
		int known = strcmp(word, "--record") == 0;

		if (is_among(word, with_value, COUNT(with_value)) && words[at + 1])
			known = ++at > 0;
		for (size_t i = 0; equals && i < COUNT(joined); i++)
			known |= strncmp(word, joined[i], strlen(joined[i])) == 0;
		if (!known)
			return;
		at++;
	}
	if (words[at] && is_among(words[at], those, COUNT(those))) {
		char *verb = words[at];

		memmove(words + 1, words, at * sizeof(*words));
		words[0] = verb;
	}
}

void note_typed(char **words)
{
	typed.words = words;
	if (!*words)
		return;
	typed.shell = strcmp(*words, "shell") == 0;
	typed.audit = strcmp(*words, "audit") == 0;
	for (; *words; words++) {
		typed.replay |= strcmp(*words, "replay") == 0;
		typed.raw |= strcmp(*words, "--raw") == 0;
	}
}

int is_json(char **words)
{
	while (*words && strcmp(*words, "--"))
		if (!strcmp(*words++, "--json"))
			return 1;
	return 0;
}

void require_typed(int is, const char *what)
{
	if (!is)
		fail("dbgd sent %s that nobody asked for, which dbg does not obey: tell its administrator", what);
}
