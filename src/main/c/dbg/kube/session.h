/*
 * session.h - a DebugSession, the object of a session in a cluster: who creates it is who asks, says the API server; and
 * its agent lets in whoever has the key of which it holds the hash.
 */
#pragma once

#include "json.h"
#include "key.h"

/* Where they are, below the path of their namespace. */
#define DEBUG_SESSIONS "/apis/dbg.dev/v1alpha1/namespaces/%s/debugsessions"

/* Names of Kubernetes', each ended by a zero byte. */
#define NAME_ROOM 254

/* The words of a line, and what they say about the session. */
struct asked {
	char **words;
	const char *reason; /* "" if none is given */
	char namespace[64], pod[NAME_ROOM], container[64]; /* CONTAINER may be empty: dbgd knows the pod's default */
};

struct session {
	struct asked asked;
	char pod_uid[64], node[NAME_ROOM], agent[NAME_ROOM], name[NAME_ROOM];
	char key[HEX_OF_SHA256];
	/* What else the object's spec says, as JSON: members, each behind a comma. NULL if the cluster fills that in. */
	char *filled_in;
};

/* Whether the text can be a name: letters, digits, hyphens and dots, none of which means something in a path. */
int is_name(const char *text);

/*
 * Reads a line whose target is k8s://NAMESPACE/POD[/CONTAINER]. Returns NULL, or what is wrong with the line,
 * such as words that the object cannot hold.
 */
const char *read_asked(char **words, struct asked *line);

/* Makes a new key for the session. */
void make_key(struct session *session);

/* The object as JSON, which the caller frees; NULL if there is no memory. */
char *session_object(const struct session *session);

/*
 * Whether the object has the session's key and line: what changes objects in the cluster could have it run another line, or
 * let in another key.
 */
int is_object_of(const struct session *session, struct json object);
