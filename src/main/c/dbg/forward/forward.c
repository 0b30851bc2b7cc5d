/*
 * forward.c - `dbg connect TARGET PORT` and `dbg forward TARGET [LOCAL:]PORT`; forward.h
 *
 * Both are lines of the tool connect. With forward, each connection is run by another dbg, so each is a session of its
 * own, which dbgd decides on, limits and records as if it had been typed. This process only accepts connections. It
 * serves those of its own user: whoever else is on this host would reach the container in that user's name.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/signals.h"
#include "../several/another.h"
#include "connections.h"
#include "forward.h"
#include "../remote/host.h"
#include "loopback.h"
#include "port.h"
#include "../terminal/screen.h"
#include "../terminal/terminal.h"

static const int that_end_it[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

static size_t count_of(char **words)
{
	size_t count = 0;

	while (words[count])
		count++;
	return count;
}

/* dbg VERB, what was typed between the verb and the port, and the line of connect. */
static char **line_of(char *verb, char **words, struct port *port)
{
	size_t between = count_of(words) - 2, at = 0;
	char **line = calloc(between + 9, sizeof(*line));

	if (!line)
		fail("out of memory");
	line[at++] = (char *)"dbg";
	line[at++] = verb;
	memcpy(line + at, words + 1, between * sizeof(*line));
	at += between;
	line[at++] = (char *)"--";
	line[at++] = (char *)"connect";
	line[at++] = (char *)"-p";
	line[at++] = port->port;
	if (*port->address) {
		line[at++] = (char *)"-a";
		line[at++] = port->address;
	}
	return line;
}

static struct port port_at_end(char **words, int takes_local)
{
	size_t count = count_of(words);

	for (size_t i = 1; i < count; i++)
		if (!strcmp(words[i], "--") || !strcmp(words[i], "--each"))
			fail("'%s' has no meaning with %s: leave it out", words[i], words[0]);
	if (count < 3)
		fail(takes_local ? "type dbg forward TARGET [LOCAL:]PORT, as in dbg forward web 8080:80"
				 : "type dbg connect TARGET PORT, as in dbg connect db 5432");
	return port_of(words[count - 1], takes_local);
}

void replace_connect(int *argc, char ***argv)
{
	static struct port port;

	if (*argc < 2 || strcmp((*argv)[1], "connect"))
		return;
	port = port_at_end(*argv + 1, 0);
	*argv = line_of((char *)"exec", *argv + 1, &port);
	*argc = (int)count_of(*argv);
}

int forward_asked(char **words)
{
	return words[0] && !strcmp(words[0], "forward");
}

/* What another dbg has printed into a pipe has passed no filter yet. */
static void print_refusal(const char *answer)
{
	struct screen *screen = screen_of(STDERR_FILENO);
	size_t length = strlen(answer);
	char *shown = malloc(MOST_SHOWN(length) + 1);

	if (!shown)
		fail("out of memory");
	if (screen) {
		length = show(screen, answer, length, shown);
		length += show(screen, "", 0, shown + length);
		answer = shown;
	}
	fwrite(answer, 1, length, stderr);
}

/* Ends with dbgd's words if the line would be refused: nobody should learn that from a browser. */
static void require_permission(char **words, struct port *port)
{
	int status;
	char *answer = output_of_dbg(line_of((char *)"explain", words, port), &status);

	if (!status)
		return;
	print_refusal(answer);
	exit(status);
}

/* Who has no number of their own here cannot be told from others: the kernel shows all of them by the same. */
static void require_own_number(void)
{
	unsigned shown_for_others = 65534;
	FILE *file = fopen("/proc/sys/kernel/overflowuid", "re");

	if (file && fscanf(file, "%u", &shown_for_others) != 1)
		shown_for_others = 65534;
	if (file)
		fclose(file);
	if (getuid() == shown_for_others)
		fail("user %u is the number of all users who have none in this user namespace, so forward does not know which "
		     "connections are yours: run it outside of that namespace",
		     getuid());
}

/* A signal that is ignored, as SIGHUP under nohup(1), stays ignored. */
static int hold_awaited_signals(void)
{
	int awaited[COUNT(that_end_it) + 1] = {SIGCHLD}, fd;
	size_t count = 1;

	for (size_t i = 0; i < COUNT(that_end_it); i++) {
		struct sigaction now;

		if (sigaction(that_end_it[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			awaited[count++] = that_end_it[i];
	}
	fd = receive_signals(awaited, count);
	if (fd < 0)
		fail("cannot receive signals: %s", strerror(errno));
	return fd;
}

_Noreturn void run_forward(char **words)
{
	struct port port = port_at_end(words, 1);
	const struct host *host = host_asked();
	int signals, ended_by, listeners[2];
	unsigned local;

	/* Whoever ignores it would let no end be waited for. */
	signal(SIGCHLD, SIG_DFL);
	require_own_number();
	require_permission(words, &port);
	local = listen_on_loopback(port.local, listeners);
	signals = hold_awaited_signals();
	printf("127.0.0.1:%u is port %s of %s%s%s%s%s, for your own processes: ^C ends it\n", local, port.port,
	       port.address, *port.address ? " as seen from " : "", words[count_of(words) - 2], host ? " on " : "",
	       host ? name_of_host(host) : "");
	if (fflush(stdout) == EOF)
		fail("cannot write: %s", strerror(errno));
	/* Who reads the messages may end before the connections do; a terminal may stop others that write to it. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	ended_by = serve_connections(listeners, signals, line_of((char *)"exec", words, &port));
	close(listeners[0]);
	close(listeners[1]);
	/* A second signal ends this process at once. */
	unblock_signals();
	end_connections(ended_by);
	die_by(ended_by);
}
