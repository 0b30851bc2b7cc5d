/* courier.h - the way to the dbgd of another host. */
#pragma once

#include "host.h"

/*
 * Starts the way to the host, for this line, and a process that stands between it and this one. Returns a socket at which
 * that process speaks dbg-protocol(7) as dbgd would.
 */
int connect_to_host(const struct host *host, char **words);
