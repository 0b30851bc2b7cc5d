/*
 * client.c - the whole client, with its main renamed, and what the tests of it share. It is included by them.
 */
#define main dbg_main
#include "../../main/c/dbg/dbg.c"
#undef main
#include "../../main/c/dbg/several/another.c"
#include "../../main/c/dbg/remote/behalf.c"
#include "../../main/c/dbg/forward/connections.c"
#include "../../main/c/dbg/remote/courier.c"
#include "../../main/c/dbg/daemon.c"
#include "../../main/c/dbg/terminal/drawer.c"
#include "../../main/c/dbg/several/each.c"
#include "../../main/c/dbg/ending.c"
#include "../../main/c/dbg/shell/expanded.c"
#include "../../main/c/dbg/shell/filter.c"
#include "../../main/c/dbg/forward/forward.c"
#include "../../main/c/dbg/remote/frames.c"
#include "../../main/c/dbg/remote/greeting.c"
#include "../../main/c/dbg/terminal/guard.c"
#include "../../main/c/dbg/help.c"
#include "../../main/c/dbg/remote/host.c"
#include "../../main/c/dbg/kube/agent.c"
#include "../../main/c/dbg/kube/cluster.c"
#include "../../main/c/dbg/kube/http.c"
#include "../../main/c/dbg/kube/json.c"
#include "../../main/c/dbg/kube/key.c"
#include "../../main/c/dbg/kube/kubectl.c"
#include "../../main/c/dbg/kube/plugin.c"
#include "../../main/c/dbg/kube/session.c"
#include "../../main/c/dbg/kube/tunnel.c"
#include "../../main/c/dbg/kube/websocket.c"
#include "../../main/c/dbg/remote/lanes.c"
#include "../../main/c/dbg/remote/lent_shell.c"
#include "../../main/c/dbg/forward/loopback.c"
#include "../../main/c/dbg/remote/other_end.c"
#include "../../main/c/dbg/packet.c"
#include "../../main/c/dbg/terminal/drawing.c"
#include "../../main/c/dbg/remote/passing.c"
#include "../../main/c/dbg/forward/peer.c"
#include "../../main/c/dbg/forward/port.c"
#include "../../main/c/dbg/several/printed.c"
#include "../../main/c/dbg/terminal/screen.c"
#include "../../main/c/dbg/several/several.c"
#include "../../main/c/dbg/shell/shell.c"
#include "../../main/c/dbg/remote/ssh.c"
#include "../../main/c/dbg/streams.c"
#include "../../main/c/dbg/terminal/terminal.c"
#include "../../main/c/dbg/typed.c"
#include "../../main/c/dbg/remote/way.c"
#include "../../main/c/shared/flow.c"
#include "../../main/c/shared/signals.c"

#include <ctype.h>
#include <sys/wait.h>

static const char *directory;
static int failures;

static __attribute__((unused)) void expect(int holds, const char *sentence)
{
	if (!holds) {
		fprintf(stderr, "it does not hold that %s\n", sentence);
		failures++;
	}
}

static _Noreturn void broken(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(2);
}

static __attribute__((unused)) struct packet golden(const char *name)
{
	struct packet packet = {.length = 0};
	char path[4096];
	FILE *file;
	int c, high = -1;

	snprintf(path, sizeof(path), "%s/%s.hex", directory, name);
	file = fopen(path, "r");
	if (!file)
		broken(path);
	while ((c = fgetc(file)) != EOF) {
		if (c == '#')
			while (c != '\n' && c != EOF)
				c = fgetc(file);
		if (!isxdigit(c))
			continue;
		c = isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;
		if (high < 0) {
			high = c;
		} else {
			put_u8(&packet, (uint8_t)(high << 4 | c));
			high = -1;
		}
	}
	fclose(file);
	return packet;
}

static __attribute__((unused)) int same(const struct packet *a, const struct packet *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}
