/* ssh.h - ssh, which runs `dbg stdio` on a host. */
#ifndef DBG_SSH_H
#define DBG_SSH_H

#include <sys/types.h>

#include "host.h"

/* ssh's own status if it cannot connect, or has lost the connection. */
#define SSH_FAILED 255

/* Starts it with pipes as its standard streams, and returns the other ends. Returns -1 with errno if it cannot. */
pid_t start_ssh(const struct host *host, int pipes[3]);

#endif
