/* host.c - the host that a line is for, or the hosts; host.h */
#include <stdlib.h>
#include <string.h>

#include "../shared/common.h"
#include "help.h"
#include "host.h"
#include "several.h"
#include "terminal.h"
#include "typed.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/*
 * ssh gives user and host to commands of the operator's own configuration, which a shell reads: so no character that a
 * shell reads is among these. A name that begins with a hyphen could be an option.
 */
#define OF_NAMES LETTERS DIGITS "._-"

static const char scheme[] = "ssh://";

static int names_host(const char *word)
{
	return !strcmp(word, "-H") || !strcmp(word, "--host");
}

void take_host(int *argc, char ***argv)
{
	char **words = *argv;
	/* As with other options, it may follow the verb. */
	int place = *argc > 2 && is_verb(words[1]) && names_host(words[2]) ? 2 : 1;

	if (*argc <= place || !names_host(words[place]))
		return;
	if (*argc <= place + 1 || !*words[place + 1])
		fail("-H needs a host: type dbg -H ssh://[USER@]HOST[:PORT] and the line");
	if (setenv(HOST_VARIABLE, words[place + 1], 1) < 0)
		fail("out of memory");
	memmove(words + 2, words, (size_t)place * sizeof(*words));
	*argv += 2;
	*argc -= 2;
}

/* Copies these bytes if they are a word of the characters ALLOWED that cannot be an option. */
static int take_word(char *to, size_t room, const char *from, size_t length, const char *allowed)
{
	if (length == 0 || length >= room || *from == '-')
		return 0;
	memcpy(to, from, length);
	to[length] = '\0';
	return strspn(to, allowed) == length;
}

static int take_port(struct host *host, const char *from)
{
	return take_word(host->port, sizeof(host->port), from, strlen(from), DIGITS) && atoi(host->port) > 0 &&
	       atoi(host->port) <= 65535;
}

/* An address of IPv6 is in brackets. */
static int take_name(struct host *host, const char *from)
{
	const char *end = *from == '[' ? strchr(from, ']') : from + strcspn(from, ":");
	const char *allowed = OF_NAMES;

	if (end && *from == '[') {
		allowed = OF_NAMES ":%";
		from++;
	}
	if (!end || !take_word(host->name, sizeof(host->name), from, (size_t)(end - from), allowed))
		return 0;
	end += *end == ']';
	return !*end || (*end == ':' && take_port(host, end + 1));
}

/* The text may go on with a comma and more. */
static int take_all(struct host *host, const char *text)
{
	char copy[512];
	size_t length;
	char *at;

	if (!strncmp(text, scheme, strlen(scheme)))
		text += strlen(scheme);
	length = strcspn(text, ",");
	if (length >= sizeof(copy))
		return 0;
	length -= length > 0 && text[length - 1] == '/';
	memcpy(copy, text, length);
	copy[length] = '\0';
	*host = (struct host){.user = ""};
	/* A user of a directory service may have one in the name. */
	at = strrchr(copy, '@');
	if (at && !take_word(host->user, sizeof(host->user), copy, (size_t)(at - copy), OF_NAMES "@+"))
		return 0;
	return take_name(host, at ? at + 1 : copy);
}

static void require_host(struct host *host, const char *text)
{
	if (!take_all(host, text))
		fail("'%.*s' is not a host: type ssh://[USER@]HOST[:PORT], as in dbg -H ssh://web1 ps", (int)strcspn(text, ","),
		     text);
}

const struct host *host_asked(void)
{
	static struct host host;
	const char *text = getenv(HOST_VARIABLE);

	if (!text || !*text)
		return NULL;
	require_host(&host, text);
	return &host;
}

/* If there are commas: the names of the hosts between them, each ended by a zero byte, and how many. */
static char *hosts_asked(size_t *count)
{
	const char *text = getenv(HOST_VARIABLE);
	char *names = text && strchr(text, ',') ? calloc(1, strlen(text) + 2) : NULL;

	for (char *at = names; names && text; ++*count) {
		struct host host;
		size_t length;

		require_host(&host, text);
		text += strncmp(text, scheme, strlen(scheme)) ? 0 : strlen(scheme);
		length = strcspn(text, ",");
		memcpy(at, text, length);
		at[length] = '\0';
		at += length + 1;
		text = text[length] ? text + length + 1 : NULL;
	}
	return names;
}

static int has_word(char **words, const char *word)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words != NULL;
}

/* Whether these words of dbg audit list a log from the oldest on, and then end. */
static int is_list(char **words)
{
	const char *word = *words ? *words : "list";

	return (*word == '-' || !strcmp(word, "list") || !strcmp(word, "export")) && !has_word(words, "--format") &&
	       !has_word(words, "-f") && !has_word(words, "--follow");
}

/*
 * On each host the line is run by another dbg with -H and that host, so each connection is as if the line had been typed
 * for that host, and none of them knows of another.
 */
void run_on_hosts_if_asked(int argc, char **argv)
{
	static const char *const of_one[] = {"connect", "forward", "shell"};
	struct several these = {.place = 2, .is_named = 1, .are_hosts = 1};
	char **words = calloc((size_t)argc + 3, sizeof(*words));

	these.names = hosts_asked(&these.all);
	if (!words || !these.names || getenv("DBG_TAB") || !strcmp(argv[1], "completion"))
		return;
	if (is_among(argv[1], of_one, COUNT(of_one)))
		fail("%s is for one host: type dbg -H ssh://HOST %s and the rest of the line", argv[1], argv[1]);
	these.is_merged = !strcmp(argv[1], "audit") && is_list(argv + 2);
	/* Objects of dbg's, not of a tool. */
	these.is_json = is_verb(argv[1]) && strcmp(argv[1], "exec") &&
			(is_json(argv + 2) || (these.is_merged && has_word(argv + 2, "export")));
	if (these.is_merged && these.all > MOST_HOSTS)
		fail("%zu hosts are too many for one list: name at most %d", these.all, MOST_HOSTS);
	/* So that the times of all are of one zone. */
	if (these.is_merged && setenv("TZ", "UTC", 0) < 0)
		fail("out of memory");
	words[0] = argv[0];
	words[1] = (char *)"-H";
	memcpy(words + 3, argv + 1, (size_t)argc * sizeof(*words));
	these.words = words;
	run_several(&these);
}
