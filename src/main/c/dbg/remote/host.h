/*
 * host.h - the host of `dbg -H ssh://[USER@]HOST[:PORT]`, or the cluster of `dbg -H kube://[CONTEXT]`; or several with
 * commas between. Also by the variable DBG_HOST.
 */
#pragma once

#define HOST_VARIABLE "DBG_HOST"

/*
 * Each is a word of ssh's that cannot be one of its options; USER and PORT are empty if they were not given. A cluster has
 * the name of a context of kubectl's, which is empty for the current one.
 */
struct host {
	int is_cluster;
	char user[65], name[256], port[6];
};

#define CLUSTER_SCHEME "kube://"

/* Whether it can be the name of a context in HOST_VARIABLE. */
int is_context(const char *text);

/* What it is called in messages. */
const char *name_of_host(const struct host *host);

/*
 * If the first words are -H HOST or --host HOST, or those behind a verb, removes them and puts HOST into the variable, so
 * that every other dbg that this one starts, and the shell, is for the same host.
 */
void take_host(int *argc, char ***argv);

/* The host that the variable names, or the first; NULL if it is not set or empty. Ends dbg if it is no host. */
const struct host *host_asked(void);

/*
 * If it names several, runs the line on each of them and ends with the greatest of their statuses, or with DBG_FAILED if
 * it is one list of their logs, and one is missing. Otherwise, and for what Tab asks, returns.
 */
void run_on_hosts_if_asked(int argc, char **argv);
