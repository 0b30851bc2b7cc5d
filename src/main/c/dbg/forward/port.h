/* port.h - a port that an operator types, [LOCAL:][ADDRESS:]PORT: port.c */
#pragma once

#include <netinet/in.h>

/* PORT and ADDRESS are as typed; ADDRESS is empty without one. LOCAL is PORT's number without one. */
struct port {
	char port[6], address[INET6_ADDRSTRLEN];
	unsigned local;
};

/* Ends with a message if the word is none. TAKES_LOCAL says whether there may be a LOCAL. */
struct port port_of(const char *word, int takes_local);
