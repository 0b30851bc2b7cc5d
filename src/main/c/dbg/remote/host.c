/* host.c - the host that a line is for, or the hosts; host.h */
#include <stdlib.h>
#include <string.h>

#include "../../shared/common.h"
#include "../help.h"
#include "host.h"
#include "../kube/kubectl.h"
#include "../several/several.h"
#include "../terminal/terminal.h"
#include "../typed.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/*
 * ssh gives user and host to commands of the operator's own configuration, which a shell reads: so no character that a
 * shell reads is among these. A name that begins with a hyphen could be an option.
 */
#define OF_NAMES LETTERS DIGITS "._-"

/* Those of cloud providers have an ARN, or a user and a cluster, for a name. kubectl gets it as the value of an option. */
#define OF_CONTEXTS OF_NAMES "/:@+=~%#"

static const char scheme[] = "ssh://";

const char *name_of_host(const struct host *host)
{
	return host->is_cluster && !*host->name ? "the cluster" : host->name;
}

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
		fail("-H needs a host: type dbg -H ssh://[USER@]HOST[:PORT], or kube://[CONTEXT], and the line");
	/* In a shell it has options for the shell's cluster. */
	if (setenv(HOST_VARIABLE, words[place + 1], 1) < 0 || (getenv("DBG_SHELL") && unsetenv(KUBECTL_VARIABLE) < 0))
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

int is_context(const char *text)
{
	struct host host;

	return take_word(host.name, sizeof(host.name), text, strlen(text), OF_CONTEXTS);
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

	if (!strncmp(text, CLUSTER_SCHEME, strlen(CLUSTER_SCHEME))) {
		text += strlen(CLUSTER_SCHEME);
		length = strcspn(text, ",");
		*host = (struct host){.is_cluster = 1};
		return !length || take_word(host->name, sizeof(host->name), text, length, OF_CONTEXTS);
	}
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
		fail("'%.*s' is not a host: type ssh://[USER@]HOST[:PORT], as in dbg -H ssh://web1 ps, or kube://[CONTEXT]",
		     (int)strcspn(text, ","), text);
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

/*
 * The action of dbg audit, as dbgd reads these words: it may be behind options, of which most take the next word. It is
 * merged if it lists a log from the oldest on, a row or an object of JSON with its time a line, and then ends.
 */
static const char *note_audit(char **words, struct several *these)
{
	const char *action = NULL;
	int has_ended = 0, is_other = 0;

	for (; *words; words++) {
		const char *word = *words;

		if (has_ended || *word != '-') {
			action = action ? action : word;
		} else if (word[1] != '-') {
			is_other |= strchr(word, 'f') != NULL;
		} else {
			has_ended = !word[2];
			/* --follow, or --format with another form */
			is_other |= !strncmp(word, "--fo", 4) && strcmp(word, "--format=jsonl") &&
				    (strcmp(word, "--format") || !words[1] || strcmp(words[1], "jsonl"));
			if (!strncmp(word, "--events", strlen("--events")))
				these->second = "EVENT";
		}
		if (!has_ended && *word == '-' && words_of_option("audit", word) > 1 && words[1])
			words++;
	}
	action = action ? action : "list";
	these->is_merged = (!strcmp(action, "list") || !strcmp(action, "export")) && !is_other;
	return action;
}

/*
 * On each host the line is run by another dbg with -H and that host, so each connection is as if the line had been typed
 * for that host, and none of them knows of another.
 */
void run_on_hosts_if_asked(int argc, char **argv)
{
	static const char *const of_one[] = {"audit replay", "connect", "forward", "shell"};
	struct several these = {.place = 2, .is_named = 1, .are_hosts = 1, .second = "STATUS"};
	char **words = calloc((size_t)argc + 3, sizeof(*words));
	const char *verb = argv[1], *action = "";

	these.names = hosts_asked(&these.all);
	if (!words || !these.names || getenv("DBG_TAB") || typed.completion)
		return;
	if (!strcmp(verb, "audit"))
		action = note_audit(argv + 2, &these);
	verb = strcmp(action, "replay") ? verb : "audit replay";
	if (is_among(verb, of_one, COUNT(of_one)))
		fail("%s is for one host: type dbg -H ssh://HOST %s and the rest of the line", verb, verb);
	/* Objects of dbg's, not of a tool. */
	these.is_json = is_verb(argv[1]) && strcmp(argv[1], "exec") &&
			(is_json(argv + 2) || (these.is_merged && !strcmp(action, "export")));
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
