/* typed.c - what the operator typed; typed.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../shared/common.h"
#include "help.h"
#include "options.h"
#include "terminal/terminal.h"
#include "typed.h"

#define MOST_FOR_TAB (4 << 20)

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

/* Options of VERB that have a value, each with a space on both sides. dbg makes an exec of the verbs that dbgd lacks. */
static const char *options_with_value(const char *verb)
{
	static const char *const rows[][2] = {OPTIONS_WITH_VALUE};
	size_t i = COUNT(rows) - 1;

	while (i > 0 && strcmp(verb, rows[i][0]))
		i--;
	return rows[i][1];
}

int words_of_option(const char *verb, const char *word)
{
	const char *with_value = options_with_value(verb);
	char name[32];

	if (word[1] == '-') {
		snprintf(name, sizeof(name), " %s ", word);
		return 1 + (strstr(with_value, name) != NULL);
	}
	/* The rest of the word is the value of the first of these letters, or the next word is. */
	while (*++word) {
		snprintf(name, sizeof(name), " -%c ", *word);
		if (strstr(with_value, name))
			return 1 + !word[1];
	}
	return 1;
}

int is_namespaces(char **word)
{
	static const char *const kinds[] = {"all", "cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

	return strchr(*word, ',') || is_among(*word, kinds, COUNT(kinds)) || (word[1] && !strcmp(word[1], "--"));
}

char **tools_words(char **words, const char **reason)
{
	const char *verb = *words && is_verb(*words) ? *words++ : "exec";
	int takes_tool = !strcmp(verb, "exec") || !strcmp(verb, "explain"), operands = 0;

	*reason = "";
	while (*words && strcmp(*words, "--")) {
		int count = 1;

		if (**words == '-' && (*words)[1]) {
			count = words_of_option(verb, *words);
			if (!strncmp(*words, "--reason=", strlen("--reason=")))
				*reason = *words + strlen("--reason=");
			else if (!strcmp(*words, "--reason") && words[1])
				*reason = words[1];
		} else if (takes_tool && operands++ && !(operands == 2 && is_namespaces(words))) {
			break;
		}
		while (count-- > 0 && *words)
			words++;
	}
	words += *words && !strcmp(*words, "--");
	return *words ? words + 1 : words;
}

void note_typed(char **words)
{
	const char *reason;

	typed.words = words;
	typed.of_tool = tools_words(words, &reason);
	for (char *word, **each = typed.of_tool; (word = *each); each++) {
		*each = strdup(word);
		memset(word, 0, strlen(word));
		if (!*each)
			fail("out of memory");
	}
	if (!*words)
		return;
	typed.shell = strcmp(*words, "shell") == 0;
	typed.audit = strcmp(*words, "audit") == 0;
	typed.completion = strcmp(*words, "completion") == 0;
	for (; *words; words++) {
		typed.replay |= strcmp(*words, "replay") == 0;
		typed.raw |= strcmp(*words, "--raw") == 0;
		typed.watch |= strcmp(*words, "--watch") == 0;
	}
}

int is_json(char **words)
{
	while (*words && strcmp(*words, "--"))
		if (!strcmp(*words++, "--json"))
			return 1;
	return 0;
}

void count_for_tab(size_t length)
{
	static size_t all;

	all += length;
	if (all > MOST_FOR_TAB && (typed.completion || getenv("DBG_TAB")))
		fail("more than %d bytes to choose from: type the word", MOST_FOR_TAB);
}

void require_typed(int is, const char *what)
{
	if (!is)
		fail("dbgd sent %s that nobody asked for, which dbg does not obey: tell its administrator", what);
}
