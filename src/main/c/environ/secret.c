/*
 * secret.c - guesses from its name and its form whether a variable is a secret.
 *
 * A guess errs on the side of hiding: who needs a value that was hidden without reason asks for a rule that names
 * --show-secrets. It cannot know every secret: `X=hunter2` says nothing.
 *
 * A process may make its environment as long as it likes, up to what environ.c reads. So no part of a value is looked at
 * once for each word or URL in it.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../shared/common.h"
#include "secret.h"

/* Parts of names that say that the value is a secret. */
static const char *const words[] = {
	"key", "token", "secret", "pass", "pwd", "cred", "auth", "dsn", "jwt", "cookie", "salt", "private", "signature",
	"bearer", "webhook", "connection_string", "connectionstring", "conn_str", "connstr", "seed", "otp", "cert",
};

/* Names that have such a part, and values that are none. */
static const char *const harmless[] = {"PWD", "OLDPWD"};

/* How keys of well-known services begin, and what else is a secret wherever it stands. */
static const char *const forms[] = {
	"-----BEGIN", "eyJ", "AKIA", "ASIA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
	"xoxb-", "xoxp-", "xoxa-", "xoxs-", "sk-", "sk_live_", "rk_live_", "hvs.", "dckr_pat_", "npm_", "AGE-SECRET-",
};

static int has_prefix(struct text text, const char *prefix)
{
	size_t length = strlen(prefix);

	return text.length >= length && strncasecmp(text.bytes, prefix, length) == 0;
}

static struct text from(struct text text, size_t at)
{
	return (struct text){text.bytes + at, text.length - at};
}

/* The end of the first of `words` in TEXT, or 0. */
static size_t after_word(struct text text)
{
	for (size_t at = 0; at < text.length; at++)
		for (size_t i = 0; i < COUNT(words); i++)
			if (has_prefix(from(text, at), words[i]))
				return at + strlen(words[i]);
	return 0;
}

static int is_harmless(struct text name)
{
	for (size_t i = 0; i < COUNT(harmless); i++)
		if (name.length == strlen(harmless[i]) && has_prefix(name, harmless[i]))
			return 1;
	return 0;
}

static int has_known_form(struct text value)
{
	for (size_t i = 0; i < COUNT(forms); i++)
		for (size_t at = 0; at < value.length; at++) {
			int begins = at == 0 || !isalnum((unsigned char)value.bytes[at - 1]);

			if (begins && value.length - at >= strlen(forms[i]) &&
			    memcmp(value.bytes + at, forms[i], strlen(forms[i])) == 0)
				return 1;
		}
	return 0;
}

static int continues_name(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_-.\"'", c));
}

/*
 * Whether the value itself names a secret, as a connection string, JSON, YAML, a query or options of a command do:
 * password=x, "apiKey": "x", token: x, ?secret=x, --auth-token x.
 */
static int names_a_secret(struct text value)
{
	size_t at = 0, end;

	while ((end = after_word(from(value, at))) != 0) {
		size_t word = at + end, next = word, start = word;

		while (next < value.length && continues_name(value.bytes[next]))
			next++;
		while (start > 0 && continues_name(value.bytes[start - 1]))
			start--;
		/* What follows a name is the same for every word in it. */
		at = next;
		if (value.bytes[start] == '-' && next < value.length)
			return 1;
		while (next < value.length && value.bytes[next] == ' ')
			next++;
		if (next >= value.length)
			continue;
		if (value.bytes[next] == '=' || (value.bytes[next] == '%' && has_prefix(from(value, next), "%3d")))
			return 1;
		if (value.bytes[next] == ':' &&
		    (value.bytes[next - 1] == '"' || value.bytes[next - 1] == '\'' ||
		     (next + 1 < value.length && isspace((unsigned char)value.bytes[next + 1]))))
			return 1;
	}
	return 0;
}

int is_secret(struct text name, struct text value)
{
	if (value.length == 0 || is_harmless(name))
		return 0;
	return after_word(name) || has_known_form(value) || names_a_secret(value);
}

static int ends_url(char c)
{
	return isspace((unsigned char)c) || c == '"' || c == '\'';
}

/*
 * The user and the password of a URL end at its last @, wherever that is: people forget to escape the characters of a
 * password. A blank or a quote ends the URL.
 */
size_t credentials(struct text value, size_t *end)
{
	for (size_t at = 0; at + 3 <= value.length; at++) {
		size_t in_url = at + 3;

		*end = 0;
		if (memcmp(value.bytes + at, "://", 3) != 0)
			continue;
		for (; in_url < value.length && !ends_url(value.bytes[in_url]); in_url++)
			if (value.bytes[in_url] == '@')
				*end = in_url;
		if (*end)
			return at + 3;
		/* A URL that begins in this one ends where it ends. */
		at = in_url - 1;
	}
	return 0;
}
