/* passing.h - what another host may ask of this client, by what was typed. */
#pragma once

#include "../packet.h"

/*
 * NULL if the packet may be obeyed, or the words for what it is. The host may print, and say how the line ended. Streams, a
 * raw terminal and what a terminal obeys are only for the lines that have them, whatever the host says of its tools; less is
 * made of a packet that may be obeyed in part.
 */
const char *may_pass(struct packet *packet);

/* As poll(2) takes it. */
#define NO_END (-1)

/*
 * In milliseconds: how long a signal that ends this process waits for dbgd's word while no tool is here to take it. dbgd may
 * just be starting one. Where it waits for a container, the end is on record when it says so.
 */
int patience_of_line(void);
