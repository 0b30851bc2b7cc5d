/* lent_shell.h - the shell that the dbgd of another host proposes. */
#pragma once

#include "../packet.h"

/*
 * NULL if the packet is a shell that may be become here: this installation's own scripts, after variables that hold
 * nothing but what was typed and names. Otherwise the words for what it is.
 */
const char *may_lend_shell(const struct packet *packet);
