/* port.c - a port that an operator types; port.h */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "../terminal/terminal.h"

/* The length of the digits in front. */
static size_t digits(const char *text)
{
	return strspn(text, "0123456789");
}

static int is_number(const char *text)
{
	return digits(text) > 0 && digits(text) < sizeof(((struct port *)0)->port) && !text[digits(text)] &&
	       atoi(text) <= UINT16_MAX;
}

static int take_address(struct port *port, const char *from, size_t length)
{
	if (length > 1 && from[0] == '[' && from[length - 1] == ']') {
		from++;
		length -= 2;
	}
	if (length == 0 || length >= sizeof(port->address))
		return 0;
	memcpy(port->address, from, length);
	return 1;
}

/* Digits and a colon in front are LOCAL: an address has dots or brackets. */
static int read_port(struct port *port, const char *word, int takes_local)
{
	const char *colon = strrchr(word, ':'), *number = colon ? colon + 1 : word;
	size_t length = digits(word);
	int has_local = colon && length > 0 && length < sizeof(port->port) && word[length] == ':';

	if (!is_number(number) || atoi(number) == 0 || (has_local && !takes_local))
		return 0;
	strcpy(port->port, number);
	port->local = (unsigned)atoi(has_local ? word : number);
	if (has_local)
		word += length + 1;
	return port->local <= UINT16_MAX && (word >= number || take_address(port, word, (size_t)(colon - word)));
}

struct port port_of(const char *word, int takes_local)
{
	struct port port = {.address = ""};

	if (!read_port(&port, word, takes_local))
		fail(takes_local ? "'%s' is not a port: type dbg forward TARGET [LOCAL:]PORT, as in dbg forward web 8080:80"
				 : "'%s' is not a port: type dbg connect TARGET PORT, as in dbg connect db 5432",
		     word);
	return port;
}
