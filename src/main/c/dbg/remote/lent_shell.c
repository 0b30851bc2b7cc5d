/*
 * lent_shell.c - the shell that the dbgd of another host proposes; lent_shell.h
 *
 * `dbg shell` is a bash of the operator's, here, which runs dbg for each tool. Its script comes from dbgd. Another
 * host's must not bring code here: so the script has to be the one that is installed here, byte for byte, and before it
 * only assignments, in which bash expands nothing. The target and what options hold have to be words that the operator
 * typed: an option of dbg's own could name another host.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../several/another.h"
#include "../help.h"
#include "lent_shell.h"
#include "../shell/shell.h"
#include "../typed.h"

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+:,./-"

#define LONGEST_WORD 4096

/* What a variable may hold. */
enum content { TARGET, OPTIONS, NAMES, TOOLS, RANGES, TEXT, TABLE };

/* In the order in which dbgd writes them. A list is in parentheses. */
static const struct variable {
	const char *assignment;
	enum content content;
	int is_list;
} assignments[] = {
	{"DBG_SHELL=", NAMES, 0},	    {"__dbg_target=", TARGET, 0},     {"__dbg_namespaces=", NAMES, 0},
	{"__dbg_directory=", TEXT, 0},	    {"__dbg_obeyed=", RANGES, 0},     {"__dbg_wants_reason=", NAMES, 0},
	{"__dbg_options=", OPTIONS, 1},    {"__dbg_selection=", NAMES, 1},   {"__dbg_tools=", TOOLS, 1},
	{"declare -A __dbg_traits=", TABLE, 1},
};

/* The options that dbgd writes, whatever was typed, as --user=5; all but the last have a value. */
static const char *const rewritten[] = {"-u", "-w", "--reason", "--timeout", "--record"};

/* Ids and times are written in another form, too. */
static int was_typed(const char *word)
{
	if (!*word)
		return 0;
	if (strspn(word, "0123456789:s") == strlen(word))
		return 1;
	for (char **typed_word = typed.words; *typed_word; typed_word++) {
		const char *value = strchr(*typed_word, '=');

		if (!strcmp(word, *typed_word) || (value && **typed_word == '-' && !strcmp(word, value + 1)))
			return 1;
	}
	return 0;
}

/* The line that was typed after -c: not a reason, or what else a host could choose among the words. */
static int is_typed_line(const char *line)
{
	for (char **word = typed.words; *word; word++)
		if (!strncmp(*word, "-c", 2) &&
		    !strcmp((*word)[2] ? *word + 2 + ((*word)[2] == '=') : word[1] ? word[1] : "", line))
			return 1;
	return 0;
}

/* Whether the word may follow: an option of these, or, if one wants it, its value. */
static int is_option(const char *word, int *wants_value)
{
	if (*wants_value) {
		*wants_value = 0;
		return was_typed(word);
	}
	for (size_t i = 0; i < COUNT(rewritten); i++)
		if (!strcmp(word, rewritten[i])) {
			*wants_value = i < COUNT(rewritten) - 1;
			return 1;
		}
	return 0;
}

/* What less is not to show, as 200b-200f:b. Another letter than b would let it pass. */
static int is_ranges(const char *word)
{
	for (const char *end; strlen(word) >= 3; word = end + 1) {
		end = strchrnul(word, ',');
		if (strspn(word, "0123456789abcdef-") != (size_t)(end - word) - 2 || end[-2] != ':' || end[-1] != 'b')
			return 0;
		if (!*end)
			return 1;
	}
	return 0;
}

/*
 * Reads a word as dbgd quotes it: plain characters, '...', \' and \\, or $'...' with octal numbers. Returns what follows,
 * or NULL if bash could read it otherwise.
 */
static const char *read_word(const char *at, char word[LONGEST_WORD])
{
	size_t length = 0;
	char closing = 0;

	for (; length < LONGEST_WORD - 1; at++) {
		char byte = *at;

		if (!byte || byte == '\n' || (!closing && !strchr(PLAIN "'\\$=", byte)))
			break;
		if (byte == '\'') {
			closing = closing ? 0 : '\'';
			continue;
		}
		if (!closing && byte == '$' && at[1] == '\'') {
			closing = '$';
			at++;
			continue;
		}
		if (!closing && byte == '$')
			return NULL;
		if (!closing && byte == '\\' && *++at != '\'' && *at != '\\')
			return NULL;
		byte = *at;
		if (closing == '$' && byte == '\\') {
			if (strspn(at + 1, "01234567") < 3)
				return NULL;
			byte = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
			at += 3;
		}
		/* bash would leave it out. */
		if (!byte)
			return NULL;
		word[length++] = byte;
	}
	word[length] = '\0';
	return closing ? NULL : at;
}

static int is_allowed(const char *word, enum content content)
{
	/* A verb in its place would be one for each line of the shell. */
	if (content == TARGET)
		return *word != '-' && !is_verb(word) && was_typed(word);
	if (content == RANGES)
		return is_ranges(word);
	/* A line could be made of a tool with a space in it. */
	return content == TEXT || (*word != '-' && strspn(word, content == TOOLS ? PLAIN : PLAIN " ") == strlen(word));
}

/* ['NAME']=WORD: bash calculates nothing in an index of such a table. Returns what follows, or NULL. */
static const char *read_index(const char *at, char word[LONGEST_WORD])
{
	if (*at != '[' || !(at = read_word(at + 1, word)) || !is_allowed(word, TOOLS) || at[0] != ']' || at[1] != '=')
		return NULL;
	return at + 2;
}

/* Returns what follows the line, or NULL. */
static const char *read_variable(const char *at, const struct variable *variable)
{
	char word[LONGEST_WORD];
	size_t length = strlen(variable->assignment);
	int wants_value = 0;

	if (strncmp(at, variable->assignment, length))
		return NULL;
	at += length;
	if (variable->is_list && *at++ != '(')
		return NULL;
	while (!variable->is_list || *at != ')') {
		if (variable->content == TABLE && !(at = read_index(at, word)))
			return NULL;
		if (!(at = read_word(at, word)))
			return NULL;
		if (variable->content == OPTIONS ? !is_option(word, &wants_value) : !is_allowed(word, variable->content))
			return NULL;
		if (!variable->is_list)
			break;
		if (*at == ' ')
			at++;
		else if (*at != ')')
			return NULL;
	}
	at += variable->is_list;
	return *at == '\n' && !wants_value ? at + 1 : NULL;
}

/*
 * Appends the lines of a script of this installation as dbgd does: without comments and what they are indented by.
 * Returns whether there are any.
 */
static int append_script(FILE *to, const char *name)
{
	char path[PATH_MAX], *line = NULL;
	size_t room = 0;
	int any = 0;
	FILE *from;

	path_beside(path, "../share/dbg/");
	strcat(path, name);
	from = fopen(path, "re");
	while (from && getline(&line, &room, from) > 0) {
		const char *begin = line + strspn(line, " \t");

		if (*begin != '#' && *begin != '\n')
			any |= fputs(begin, to) >= 0;
	}
	free(line);
	if (from)
		fclose(from);
	return any;
}

/* NULL if there are none: without them, the bash here would be one that nothing confines. */
static char *own_scripts(void)
{
	char *text = NULL;
	size_t length;
	int all = 0;
	FILE *to = open_memstream(&text, &length);

	if (to) {
		all = append_script(to, "grammar.bash") && append_script(to, "shell.bash");
		fputs("__dbg_begin\n", to);
		all = fclose(to) == 0 && all;
	}
	return all ? text : NULL;
}

/* The command that reads the script: for a terminal, a line that was typed, or a pipe. */
static int is_command(const struct packet *packet, size_t at)
{
	static const char *const forms[][8] = {
		{"bash", "--noprofile", "--rcfile", "/dev/fd/9", "-i"},
		{"bash", "--noprofile", "--norc", "-c", ". /dev/fd/9; __dbg_script", "dbg shell"},
		{"bash", "--noprofile", "--norc", "-c", ". /dev/fd/9; __dbg_command \"$1\"", "dbg shell", ""},
	};
	char *words[9] = {NULL};
	size_t count = 0;

	while (count < 8 && at < packet->length && (words[count] = take_string(packet, &at)))
		count++;
	if (at != packet->length || !words[count ? count - 1 : 0])
		return 0;
	for (size_t form = 0; form < COUNT(forms); form++) {
		size_t same = 0;

		while (same < count && forms[form][same] &&
		       (*forms[form][same] ? !strcmp(words[same], forms[form][same]) : is_typed_line(words[same])))
			same++;
		if (same == count && !forms[form][same])
			return 1;
	}
	return 0;
}

const char *may_lend_shell(const struct packet *packet)
{
	size_t at = 2;
	const char *script = take_string(packet, &at);
	char *own;

	if (!script || !is_command(packet, at))
		return "a command in place of a shell";
	for (size_t i = 0; script && i < COUNT(assignments); i++)
		script = read_variable(script, &assignments[i]);
	own = own_scripts();
	if (!own)
		return "a shell whose scripts are not installed here, in ../share/dbg beside dbg";
	return script && !strcmp(script, own) ? NULL : "another shell than is installed here";
}
