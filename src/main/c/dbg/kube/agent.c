/* agent.c - the line to a session's agent; agent.h */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "agent.h"

#define GREETING_OF_AGENT "dbg-agent 1 "

/* As much as the agent says before frames. */
#define LONGEST_ANSWER (1000 + sizeof(GREETING_OF_AGENT "refused \n"))

/* In milliseconds: after how long without a byte a ping is sent, so that no proxy in between takes the connection for dead. */
#define SILENCE (30 * 1000)

/* What came, for the courier, as much as there is room for. */
static void take_from_agent(void)
{
	if (take_data(&here.tunnel, &here.courier) < 0)
		leave_with(DBG_FAILED, "the connection to the agent is not one of port-forward: something between changes it");
}

static void require_agent(void)
{
	if (has_error(&here.tunnel))
		leave_with(DBG_FAILED, "the agent on node %s cannot be reached: %s: see kubectl logs -n dbg-system %s --all-containers",
			   here.session.node, here.tunnel.error, here.session.agent);
}

static void send_to_agent(void)
{
	struct frames *far = &here.tunnel.socket.frames;

	if (has_unsent(far) && send_frames(far) < 0)
		far->has_ended = 1;
}

/* The line with which the agent answers, without its end, or NULL if it has ended before. */
static const char *line_of_agent(void)
{
	struct frames *far = &here.tunnel.socket.frames, *near = &here.courier;
	unsigned char *end;

	for (;;) {
		take_from_agent();
		end = memchr(near->out_bytes, '\n', near->put);
		if (end)
			break;
		require_agent();
		if (far->has_ended || near->put > LONGEST_ANSWER)
			return NULL;
		if (!await_events(far->in, (short)(POLLIN | (has_unsent(far) ? POLLOUT : 0))))
			leave(0);
		send_to_agent();
		receive_frames(far);
	}
	*end = '\0';
	near->sent = (size_t)(end - near->out_bytes) + 1;
	return (const char *)near->out_bytes;
}

void introduce(void)
{
	static const char ok[] = GREETING_OF_AGENT "ok", refused[] = GREETING_OF_AGENT "refused ";
	const struct session *session = &here.session;
	struct pollfd gone = {.fd = STDIN_FILENO};
	char line[4 * NAME_ROOM];
	const char *answer;
	int length = snprintf(line, sizeof(line), "dbg-session 1 %s %s %s\n", session->asked.namespace, session->name, session->key);

	/* Who has ended the line while the object was made begins nothing. */
	if (poll(&gone, 1, 0) > 0)
		leave(0);
	put_message(&here.tunnel.socket, DATA_CHANNEL, line, (size_t)length);
	answer = line_of_agent();
	if (answer && !strncmp(answer, refused, strlen(refused)))
		leave_with(REFUSED_THERE, "the agent on node %s refused: %s", session->node, answer + strlen(refused));
	if (!answer && !here.courier.put)
		leave_with(DBG_FAILED, "the agent on node %s closed the connection before it answered: try again, or see kubectl logs -n "
			   "dbg-system %s --all-containers", session->node, session->agent);
	if (!answer || strcmp(answer, ok))
		leave_with(DBG_FAILED, "the agent on node %s answers nothing that this dbg understands: it must be of the same "
			   "version: see kubectl logs -n dbg-system %s --all-containers", session->node, session->agent);
	here.has_begun = 1;
}

/* Nothing is read for which there is no room: who reads slowly stops who writes. */
_Noreturn void copy(void)
{
	struct frames *far = &here.tunnel.socket.frames, *near = &here.courier;

	for (;;) {
		struct pollfd ready[] = {
			{.fd = near->in, .events = near->taken < near->received ? 0 : POLLIN},
			{.fd = has_unsent(near) ? near->out : -1, .events = POLLOUT},
			{.fd = far->has_ended ? -1 : far->in,
			 .events = (short)((has_room(near) ? POLLIN : 0) | (has_unsent(far) ? POLLOUT : 0))},
		};
		int count = poll(ready, COUNT(ready), SILENCE);

		if (count < 0)
			continue;
		if (count == 0)
			put_ping(&here.tunnel.socket);
		if (ready[0].revents & POLLIN)
			receive_frames(near);
		else if (ready[0].revents)
			near->has_ended = 1;
		if (ready[1].revents && send_frames(near) < 0)
			near->has_ended = 1;
		if (ready[2].revents & ~POLLOUT)
			receive_frames(far);
		send_to_agent();
		take_from_agent();
		require_agent();
		put_data(&here.tunnel, near);
		/* The end of standard input is that of the line, and with it of all: then the agent ends what runs. */
		if (near->has_ended || (far->has_ended && !has_unsent(near)))
			leave(0);
	}
}
