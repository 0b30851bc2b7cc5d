/* passing.h - what another host may ask of this client. */
#ifndef DBG_PASSING_H
#define DBG_PASSING_H

#include "packet.h"

/*
 * NULL if the packet may be obeyed, or the words for what it is. The host may show and say how a line ended, and have
 * the terminal raw. What a terminal obeys passes only as far as it draws, unless the operator has asked for a terminal.
 */
const char *may_pass(struct packet *packet);

#endif
