/* behalf.h - for whom the agent of a Kubernetes cluster starts `dbg stdio`, dbg-protocol(7) */
#pragma once

#include "../packet.h"

/*
 * Reads the packet to the end of the descriptor that the variable DBG_BEHALF names, and closes that. Then dbg ends with
 * the agent's thread that started it. Returns 0 if the variable is not set, and ends dbg if there is no packet.
 */
int take_behalf(struct packet *packet);
