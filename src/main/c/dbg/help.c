/*
 * help.c - help, version, and the scripts with which a shell completes lines.
 *
 * dbg prints them itself, so they are there while dbgd is down, and no other host writes what a shell here reads. The
 * linker puts the files into the program. A test compares the options in the directory help with those that dbgd accepts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../shared/common.h"
#include "help.h"
#include "protocol.h"
#include "terminal/terminal.h"

#ifndef DBG_VERSION
#error "src/main/c/compile defines DBG_VERSION"
#endif

/* A file, ended by a zero byte. */
#define TEXT_OF(name, path) \
	extern const char name[]; \
	__asm__(".pushsection .rodata\n" \
		#name ": .incbin \"" path "\"\n" \
		".byte 0\n" \
		".popsection\n");

#define TEXT(name) TEXT_OF(help_of_##name, "help/" #name ".txt")

#define SCRIPTS "../../dist/share/dbg/completions/"

#define ENTRY(name, takes_tool) {#name, help_of_##name, takes_tool},

/* The verbs, and whether words of a tool may follow. */
#define VERBS(verb) \
	verb(exec, 1) verb(shell, 1) verb(explain, 1) verb(completion, 1) verb(logs, 0) verb(status, 0) \
	verb(connect, 0) verb(forward, 0) verb(ps, 0) verb(tools, 0) verb(audit, 0) verb(sessions, 0) \
	verb(kill, 0) verb(witness, 0) verb(doctor, 0) verb(version, 0)

#define VERB_TEXT(name, takes_tool) TEXT(name)

TEXT(dbg)
TEXT(stdio)
TEXT(kubectl)
VERBS(VERB_TEXT)
TEXT_OF(script_of_bash, SCRIPTS "dbg.bash")
TEXT_OF(script_of_zsh, SCRIPTS "_dbg")
TEXT_OF(script_of_fish, SCRIPTS "dbg.fish")

static const struct verb {
	const char *name;
	const char *text;
	int takes_tool;
} verbs[] = {VERBS(ENTRY) ENTRY(stdio, 1) ENTRY(kubectl, 1)};

static const struct verb *verb_named(const char *name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

int is_verb(const char *word)
{
	/* stdio is one only alone, as a container may have that name; kubectl is where dbg can be typed. */
	return verb_named(word) && strcmp(word, "stdio") && strcmp(word, "kubectl");
}

static int is(const char *word, const char *other)
{
	return !strcmp(word, other);
}

static int asks_for_help(const char *word)
{
	return is(word, "--help") || is(word, "-h");
}

static void print_text(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		fail("cannot write: %m");
}

static _Noreturn void print_help(const char *text)
{
	print_text(text);
	exit(0);
}

_Noreturn void print_help_of(const char *name)
{
	const struct verb *verb = verb_named(name);

	if (!verb)
		fail("'%s' is not a verb: dbg help lists the verbs, and dbg tools the tools", name);
	print_help(verb->text);
}

/* Whether --help is among the words that are dbg's: only the first, if words of a tool may follow. */
static int is_about_verb(const struct verb *verb, int count, char **words)
{
	int own = verb->takes_tool && count > 1 ? 1 : count;

	for (int i = 0; i < own; i++)
		if (asks_for_help(words[i]))
			return 1;
	return 0;
}

static _Noreturn void print_script(const char *shell)
{
	if (!is(shell, "bash") && !is(shell, "zsh") && !is(shell, "fish"))
		fail("dbg completion takes one word: bash, zsh or fish");
	print_help(is(shell, "bash") ? script_of_bash : is(shell, "zsh") ? script_of_zsh : script_of_fish);
}

void help_if_asked(int count, char **words)
{
	const struct verb *verb;

	if (count <= 0 || asks_for_help(words[0]) || (count == 1 && is(words[0], "help")))
		print_help(help_of_dbg);
	if (is(words[0], "help"))
		print_help_of(words[1]);
	verb = is(words[0], "kubectl") ? NULL : verb_named(words[0]);
	if (verb && is_about_verb(verb, count - 1, words + 1))
		print_help(verb->text);
	/* With --line, the script asks dbgd what could be typed. */
	if (is(words[0], "completion") && (count < 2 || !is(words[1], "--line")))
		print_script(count == 2 ? words[1] : "");
}

enum version_form version_asked(int count, char **words)
{
	if (count == 1 && (is(words[0], "version") || is(words[0], "--version")))
		return VERSION_LINE;
	if (count == 2 && is(words[0], "version") && is(words[1], "--json"))
		return VERSION_JSON;
	return NO_VERSION;
}

void print_version(enum version_form form)
{
	char text[128];

	if (form == VERSION_JSON)
		snprintf(text, sizeof(text), "{\"client\":\"%s\",\"protocol\":%d}\n", DBG_VERSION, PROTOCOL_VERSION);
	else
		snprintf(text, sizeof(text), "dbg %s\n", DBG_VERSION);
	print_text(text);
}

size_t ask_for_version(enum version_form form, const char *words[4])
{
	size_t count = 0;

	words[count++] = "version";
	if (form == VERSION_JSON)
		words[count++] = "--json";
	words[count++] = "--client";
	words[count++] = DBG_VERSION;
	return count;
}
