/* host.h - the host of `dbg -H ssh://[USER@]HOST[:PORT]`, also by the variable DBG_HOST. */
#ifndef DBG_HOST_H
#define DBG_HOST_H

#define HOST_VARIABLE "DBG_HOST"

/* Each is a word of ssh's that cannot be one of its options; USER and PORT are empty if they were not given. */
struct host {
	char user[65], name[256], port[6];
};

/*
 * If the first words are -H HOST or --host HOST, removes them and puts HOST into the variable, so that every other dbg
 * that this one starts, and the shell, is for the same host.
 */
void take_host(int *argc, char ***argv);

/* The host that the variable names; NULL if it is not set or empty. Ends dbg if it is no host. */
const struct host *host_asked(void);

#endif
