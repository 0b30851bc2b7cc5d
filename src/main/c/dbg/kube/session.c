/* session.c - a DebugSession, the object of a session in a cluster; session.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../terminal/screen.h"
#include "../typed.h"
#include "json.h"
#include "key.h"
#include "session.h"

#define SCHEME "k8s://"

/* What the object's definition allows. */
#define MOST_WORDS 256
#define LONGEST_WORD_OF_SESSION 4096

/* What the API server adds to a name, and what a name may have. */
#define LONGEST_BEGINNING 40

int is_name(const char *text)
{
	return *text && *text != '-' && *text != '.' && !strstr(text, "..") &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(text);
}

/* Cuts k8s://NAMESPACE/POD[/CONTAINER]. */
static int read_target(const char *word, struct asked *line)
{
	char *into[] = {line->namespace, line->pod, line->container};
	const size_t rooms[] = {sizeof(line->namespace), sizeof(line->pod), sizeof(line->container)};
	const char *at = word + strlen(SCHEME);
	size_t part = 0;

	for (; part < 3; part++) {
		size_t length = strcspn(at, "/");

		if (length >= rooms[part])
			return 0;
		memcpy(into[part], at, length);
		into[part][length] = '\0';
		if (!is_name(into[part]))
			return 0;
		at += length;
		if (!*at++)
			return part > 0;
	}
	return 0;
}

const char *read_asked(char **words, struct asked *line)
{
	size_t count = 0;
	char **target = words;

	*line = (struct asked){.words = words};
	tools_words(words, &line->reason);
	for (; words[count]; count++) {
		if (strlen(words[count]) > LONGEST_WORD_OF_SESSION)
			return "a word is longer than 4096 bytes, which a session in a cluster cannot have";
		if (!are_characters(words[count]))
			return "a word is not UTF-8, which a session in a cluster must be: use an escape of the tool's";
	}
	if (count > MOST_WORDS)
		return "the line has more than 256 words, which a session in a cluster cannot have";
	while (*target && strncmp(*target, SCHEME, strlen(SCHEME)))
		target++;
	if (!*target)
		return "in a cluster a line needs a pod, as in dbg -H kube:// k8s://NAMESPACE/POD -- ss: type other lines on the "
		       "node; kubectl get debugsessions -A lists sessions";
	return read_target(*target, line) ? NULL : "the target is not k8s://NAMESPACE/POD or k8s://NAMESPACE/POD/CONTAINER";
}

void make_key(struct session *session)
{
	unsigned char random[32];

	fill_randomly(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		sprintf(session->key + 2 * i, "%02x", random[i]);
}

static void write_member(FILE *to, const char *name, const char *value)
{
	fprintf(to, ",\"%s\":", name);
	write_string(to, value);
}

/*
 * The beginning of the object's name: the API server cuts it too, but maybe behind a dot, where no hyphen may follow. Who knows
 * the whole name may get the object. The API server adds five letters of its own, which somebody could try.
 */
static void write_beginning(FILE *to, const char *pod)
{
	int length = (int)strnlen(pod, LONGEST_BEGINNING);
	unsigned char random[8];

	while (pod[length - 1] == '.' || pod[length - 1] == '-')
		length--;
	fill_randomly(random, sizeof(random));
	fprintf(to, "\"generateName\":\"%.*s-", length, pod);
	for (size_t i = 0; i < sizeof(random); i++)
		fprintf(to, "%02x", random[i]);
	fputs("-\"", to);
}

char *session_object(const struct session *session)
{
	char *text = NULL, hash[HEX_OF_SHA256];
	size_t length;
	FILE *to = open_memstream(&text, &length);

	if (!to)
		return NULL;
	sha256(session->key, strlen(session->key), hash);
	fputs("{\"apiVersion\":\"dbg.dev/v1alpha1\",\"kind\":\"DebugSession\",\"metadata\":{", to);
	write_beginning(to, session->asked.pod);
	fputs(",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\"", to);
	write_member(to, "name", session->asked.pod);
	write_member(to, "uid", session->pod_uid);
	fputs("}]},\"spec\":{\"command\":[", to);
	for (char **word = session->asked.words; *word; word++) {
		fputs(word > session->asked.words ? "," : "", to);
		write_string(to, *word);
	}
	fputc(']', to);
	write_member(to, "pod", session->asked.pod);
	write_member(to, "podUID", session->pod_uid);
	write_member(to, "nodeName", session->node);
	write_member(to, "keyHash", hash);
	if (*session->asked.reason)
		write_member(to, "reason", session->asked.reason);
	fprintf(to, "%s}}", session->filled_in ? session->filled_in : "");
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

int is_object_of(const struct session *session, struct json object)
{
	struct json spec = member_of(object, "spec");
	char is[LONGEST_WORD_OF_SESSION + 1], hash[HEX_OF_SHA256];
	struct json word = first_of(member_of(spec, "command"));
	char **wanted = session->asked.words;

	sha256(session->key, strlen(session->key), hash);
	if (string_of(member_of(spec, "keyHash"), is, sizeof(is)) < 0 || strcmp(is, hash))
		return 0;
	for (; word.at && *wanted; word = next_of(word), wanted++)
		if (string_of(word, is, sizeof(is)) < 0 || strcmp(is, *wanted))
			return 0;
	return !word.at && !*wanted;
}
