/* ssh.h - ssh, which runs `dbg stdio` on a host. */
#ifndef DBG_SSH_H
#define DBG_SSH_H

#include <sys/types.h>

#include "host.h"

/* ssh's own status if it cannot connect, or has lost the connection. */
#define SSH_FAILED 255

/*
 * For the whole client, before it starts ssh or a courier: dbgd deliver starts dbg with a capability, as another user
 * than root, and neither ssh nor what reads its answers may have it. Ends the client if it cannot; does nothing for root.
 */
void give_up_capabilities(void);

/* Starts it with pipes as its standard streams, and returns the other ends. Returns -1 with errno if it cannot. */
pid_t start_ssh(const struct host *host, int pipes[3]);

#endif
