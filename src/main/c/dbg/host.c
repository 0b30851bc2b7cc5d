/* host.c - the host that a line is for; host.h */
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "terminal.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/*
 * ssh gives user and host to commands of the operator's own configuration, which a shell reads: so no character that a
 * shell reads is among these. A name that begins with a hyphen could be an option.
 */
#define OF_NAMES LETTERS DIGITS "._-"

static const char scheme[] = "ssh://";

void take_host(int *argc, char ***argv)
{
	char **words = *argv;

	if (*argc < 2 || (strcmp(words[1], "-H") && strcmp(words[1], "--host")))
		return;
	if (*argc < 3 || !*words[2])
		fail("-H needs a host: type dbg -H ssh://[USER@]HOST[:PORT] and the line");
	if (setenv(HOST_VARIABLE, words[2], 1) < 0)
		fail("out of memory");
	words[2] = words[0];
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

static int take_all(struct host *host, const char *text)
{
	char copy[512];
	size_t length = strlen(text);
	char *at;

	if (strncmp(text, scheme, strlen(scheme)) || length >= sizeof(copy))
		return 0;
	strcpy(copy, text + strlen(scheme));
	length -= strlen(scheme);
	if (length > 0 && copy[length - 1] == '/')
		copy[length - 1] = '\0';
	/* A user of a directory service may have one in the name. */
	at = strrchr(copy, '@');
	if (at && !take_word(host->user, sizeof(host->user), copy, (size_t)(at - copy), OF_NAMES "@+"))
		return 0;
	return take_name(host, at ? at + 1 : copy);
}

const struct host *host_asked(void)
{
	static struct host host;
	const char *text = getenv(HOST_VARIABLE);

	if (!text || !*text)
		return NULL;
	host = (struct host){.user = ""};
	if (!take_all(&host, text))
		fail("'%s' is not a host: type ssh://[USER@]HOST[:PORT], as in dbg -H ssh://web1 ps", text);
	return &host;
}
