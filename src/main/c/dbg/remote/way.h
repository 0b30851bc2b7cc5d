/* way.h - what brings frames to the dbg stdio of a host, and back: ssh.c, or kube/cluster.c */
#pragma once

#include <sys/types.h>

#include "host.h"

/* Its status if it could not connect, or the connection is cut. It is ssh's own, too. */
#define WAY_LOST 255

struct way {
	const char *program; /* in messages */
	const char *silent;  /* what is to be known of a host that does not answer */
	/* Becomes what copies standard input to the host, and what comes from there to standard output. */
	void (*become)(const struct host *host, char **words) __attribute__((noreturn));
	/* Why it ended with this status, which is made the line's; NULL if it has said so itself. */
	const char *(*explain)(const struct host *host, int is_greeted, int *status);
};

extern const struct way way_by_ssh, way_into_cluster;

/* Starts it with pipes as its standard streams, and returns the other ends. Returns -1 with errno if it cannot. */
pid_t start_way(const struct way *way, const struct host *host, char **words, int pipes[3]);
