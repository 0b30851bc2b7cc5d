/*
 * typed.h - what the operator typed, and so what dbgd may ask of this process. Not only dbgd answers: what reads its log,
 * a process with less rights, may be led astray by what it reads. It must not get the operator's rights, streams or
 * terminal.
 */
#pragma once

#include <stddef.h>

extern struct typed {
	char **words, **of_tool; /* the words of the tool behind its name */
	int shell, audit, completion, replay, raw, watch;
} typed;

int is_among(const char *word, const char *const *words, size_t count);

/*
 * Verbs that take options of exec take them before the verb too, as in dbg --reason TEXT shell NAME: moves the verb to
 * the front. A word of these is never taken for a container, so no line gets another meaning.
 */
void put_verb_first(char **words);
void note_typed(char **words); /* Takes the words of the tool out of the command line, which every user can read. */

/* How many words an option of the verb's lines has: 2 if the next one is its value. */
int words_of_option(const char *verb, const char *word);

/* Whether the word between target and tool names namespaces. */
int is_namespaces(char **word);

/* The words of the tool behind its name; there may be none. REASON is the one that the line gives before them, or "". */
char **tools_words(char **words, const char **reason);

/* Whether --json is among the words before those of a tool. */
int is_json(char **words);

/* Ends this process if a shell gets more for Tab than it can offer: whoever names the words may have no end of them. */
void count_for_tab(size_t length);

void require_typed(int is, const char *what); /* ends this process with a message if it is not */
