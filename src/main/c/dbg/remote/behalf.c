/* behalf.c - reads the packet with which dbgd learns for whom a cluster's agent asks; behalf.h */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "behalf.h"
#include "../terminal/terminal.h"

#define VARIABLE "DBG_BEHALF"

/* A descriptor beside the three streams, in decimal; -1 if the text is none. */
static int descriptor_of(const char *text)
{
	size_t length = strlen(text);

	if (length > 4 || strspn(text, "0123456789") != length || atoi(text) <= STDERR_FILENO)
		return -1;
	return atoi(text);
}

int take_behalf(struct packet *packet)
{
	const char *text = getenv(VARIABLE);
	int fd = text ? descriptor_of(text) : -1;
	ssize_t got = 1;
	char more;

	if (!text)
		return 0;
	if (fd < 0)
		fail(VARIABLE " is not the number of a descriptor from 3 on: %s", text);
	/* Nobody else of this user's reaches dbgd by this process's root. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		fail("cannot hide from others of its user: %s", strerror(errno));
	/* The agent's end closes nothing here: the connection is this process's own. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		fail("cannot end with the agent: %s", strerror(errno));
	packet->length = 0;
	while (got > 0 && packet->length < sizeof(packet->bytes)) {
		got = read(fd, packet->bytes + packet->length, sizeof(packet->bytes) - packet->length);
		packet->length += got > 0 ? (size_t)got : 0;
	}
	if (got > 0)
		got = read(fd, &more, 1);
	if (got < 0)
		fail("cannot read from the descriptor that " VARIABLE " names: %s", strerror(errno));
	if (got > 0 || packet->length == 0)
		fail("from the descriptor that " VARIABLE " names come %s bytes: a packet has 1 to %d",
		     got > 0 ? "more" : "no", LARGEST_PACKET);
	close(fd);
	return 1;
}
