/* shell.h - `dbg shell`: this process becomes the operator's shell. */
#pragma once

#include "../packet.h"

/* The descriptor from which the shell reads its script, dbg-protocol(7). */
#define SCRIPT_DESCRIPTOR 9

/* What the PATH of the operator was: the shell has none. */
#define PATH_OF_SHELL "DBG_PATH"

/* Executes bash as the packet says. Returns only by ending dbg, with a message. */
_Noreturn void become_shell(const struct packet *packet);
