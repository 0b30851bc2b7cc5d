/*
 * cluster.c - the way to the agent of a pod's node; cluster.h
 *
 * The steps are in the order of become_way(). Each that fails says who refused: the cluster, which is its API server with
 * RBAC and admission, or the agent; dbgd on the node and the tool speak for themselves.
 *
 * The connection to the agent is made while the API server makes the object, whose name is the first that it says.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/flow.h"
#include "../terminal/terminal.h"
#include "../typed.h"
#include "agent.h"
#include "cluster.h"
#include "http.h"
#include "json.h"
#include "kubectl.h"
#include "session.h"
#include "tunnel.h"

/* The namespace of agents. */
#define OF_AGENTS "dbg-system"
#define AGENTS "/api/v1/namespaces/" OF_AGENTS "/pods?labelSelector=app%3Ddbg"

/*
 * What the pods of agents have as an annotation where the cluster does not fill in who asks: the overlay before-1.36 writes
 * it. It decides nothing: the API server refuses an object that says something else than it knows, and one that says nothing.
 * The pod's own node is asked: each kubelet can make a pod with that label on its node, and would speak for all of them.
 */
#define FILLED_IN "metadata.annotations.dbg-user-is-filled-in-by"
#define BY_CLIENT "kubectl-dbg"

#define REVIEWS "/apis/authentication.k8s.io/v1/selfsubjectreviews"

static const char to_create[] = "create debugsessions.dbg.dev";

/* In milliseconds: how long a request may take. An API server gives up after a minute, and says so. */
#define LONGEST_REQUEST (75 * 1000)

/* How long removing the object may take when nobody waits for it any more. */
#define LONGEST_REMOVAL (5 * 1000)

struct line_there here;

static void await_object(const char *otherwise);

static void remove_object(void)
{
	char path[2 * NAME_ROOM];
	struct answer answer;

	here.http.is_urgent = 1;
	here.http.within = LONGEST_REMOVAL;
	snprintf(path, sizeof(path), DEBUG_SESSIONS "/%s", here.session.asked.namespace, here.session.name);
	if (!send_http(&here.http, "DELETE", path, "", NULL))
		read_http(&here.http, &answer);
}

_Noreturn void leave(int status)
{
	if (here.is_made && !here.has_begun)
		remove_object();
	stop_proxy();
	exit(status);
}

_Noreturn void leave_with(int status, const char *format, ...)
{
	char text[2048];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	for (char *at = text; *at; at++)
		if ((*at > 0 && *at < ' ') || *at == 0x7f)
			*at = '?';
	if (here.is_asked_for)
		await_object(text);
	dprintf(STDERR_FILENO, "dbg: %s\n", text);
	leave(status);
}

/*
 * The API server's answer to what it does not do: a Status with a message, or a proxy's text. RIGHT is what was needed, in
 * words of kubectl auth can-i.
 */
static _Noreturn void leave_for(const struct answer *answer, const char *right, const char *namespace)
{
	struct json status = json_of(answer->body, answer->length);
	char message[1024];

	if (string_of(member_of(status, "message"), message, sizeof(message)) < 0)
		snprintf(message, sizeof(message), "%.*s", (int)strcspn(answer->body, "\r\n"), answer->body);
	if (answer->status == 403)
		leave_with(REFUSED_THERE, "the cluster refused: %s: kubectl auth can-i %s -n %s", message, right, namespace);
	if (answer->status == 401 || answer->status == 422)
		leave_with(REFUSED_THERE, "the cluster refused: %s", message);
	leave_with(DBG_FAILED, "the cluster answers %d: %s", answer->status, message);
}

static _Noreturn void leave_without_answer(const char *problem)
{
	leave_with(DBG_FAILED, "no answer from the cluster: %s", problem);
}

/* Returns the answer's object. */
static struct json object_of(const struct answer *answer, const char *right, const char *namespace)
{
	if (answer->status == 404 && right == to_create)
		leave_with(DBG_FAILED, "the cluster has no debugsessions.dbg.dev: ask who runs it to install dbg there, dbg-kubernetes(7)");
	if (answer->status < 200 || answer->status > 299)
		leave_for(answer, right, namespace);
	return json_of(answer->body, answer->length);
}

/* Reads an answer, unless there was a problem with its request. Returns its object. */
static struct json object_from(struct http *http, const char *problem, const char *right, const char *namespace)
{
	struct answer answer;

	if (!problem)
		problem = read_http(http, &answer);
	if (problem)
		leave_without_answer(problem);
	return object_of(&answer, right, namespace);
}

static struct json look_up(struct http *http, const char *path, const char *right, const char *namespace)
{
	return object_from(http, send_http(http, "GET", path, "", NULL), right, namespace);
}

static void require_name(struct json object, const char *path, char *to, size_t room, const char *what)
{
	if (string_of(member_of(object, path), to, room) < 0 || !is_name(to))
		leave_with(DBG_FAILED, "the cluster's answer has no usable %s", what);
}

static void find_pod(void)
{
	const struct asked *line = &here.session.asked;
	char path[2 * NAME_ROOM], phase[32] = "";
	struct json pod, node;

	snprintf(path, sizeof(path), "/api/v1/namespaces/%s/pods/%s", line->namespace, line->pod);
	pod = look_up(&here.http, path, "get pods", line->namespace);
	node = member_of(pod, "spec.nodeName");
	string_of(member_of(pod, "status.phase"), phase, sizeof(phase));
	if (!node.at)
		leave_with(DBG_FAILED, "pod %s is on no node yet, its phase is %s: kubectl describe pod -n %s %s says why", line->pod,
			   *phase ? phase : "unknown", line->namespace, line->pod);
	require_name(pod, "spec.nodeName", here.session.node, sizeof(here.session.node), "name of the pod's node");
	require_name(pod, "metadata.uid", here.session.pod_uid, sizeof(here.session.pod_uid), "UID of the pod");
}

/* Those of the pod's node. Who may not list them is told so when the object is asked for: require_agent_there(). */
static void list_agents(struct answer *answer)
{
	char path[3 * NAME_ROOM];
	const char *problem;

	snprintf(path, sizeof(path), "%s&fieldSelector=spec.nodeName%%3D%s", AGENTS, here.session.node);
	problem = send_http(&here.beside, "GET", path, "", NULL);
	if (!problem)
		problem = read_http(&here.beside, answer);
	if (problem)
		leave_without_answer(problem);
}

/* The newest may still start: whichever runs. */
static struct json agent_in(const struct answer *answer)
{
	struct json pod = first_of(member_of(json_of(answer->body, answer->length), "items"));
	char phase[32];

	while (pod.at && (string_of(member_of(pod, "status.phase"), phase, sizeof(phase)) <= 0 || strcmp(phase, "Running") ||
			  member_of(pod, "metadata.deletionTimestamp").at))
		pod = next_of(pod);
	return pod;
}

static int must_fill_in(struct json agent)
{
	char by[32];

	return string_of(member_of(agent, FILLED_IN), by, sizeof(by)) > 0 && !strcmp(by, BY_CLIENT);
}

static void require_agent_there(const struct answer *answer)
{
	struct json agent = agent_in(answer);

	object_of(answer, "list pods", OF_AGENTS);
	if (!agent.at)
		leave_with(DBG_FAILED, "no agent of dbg runs on node %s, where pod %s is: see kubectl get pods -n dbg-system -l app=dbg "
			   "-o wide", here.session.node, here.session.asked.pod);
	require_name(agent, "metadata.name", here.session.agent, sizeof(here.session.agent), "name of the agent's pod");
}

static void copy_member(FILE *to, const char *name, struct json object, const char *path)
{
	struct json value = member_of(object, path);

	if (value.at) {
		fprintf(to, ",\"%s\":", name);
		write_value(to, value);
	}
}

/*
 * Who asks, as the API server answers the same credential, impersonated or not; and the labels of the namespace. A copy, since
 * the API server compares it with what it knows, in its order.
 */
static void fill_in(void)
{
	static const char review[] = "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}";
	const char *namespace = here.session.asked.namespace;
	char path[NAME_ROOM];
	size_t length;
	FILE *to = open_memstream(&here.session.filled_in, &length);

	snprintf(path, sizeof(path), "/api/v1/namespaces/%s", namespace);
	if (to) {
		copy_member(to, "user",
			    object_from(&here.http, send_http(&here.http, "POST", REVIEWS, "", review),
					"create selfsubjectreviews.authentication.k8s.io", namespace), "status.userInfo");
		copy_member(to, "namespaceLabels", look_up(&here.http, path, "get namespaces", namespace), "metadata.labels");
	}
	if (!to || fclose(to) != 0)
		leave_with(DBG_FAILED, "out of memory");
}

/* The API server begins to make it. */
static void ask_for_object(void)
{
	char path[2 * NAME_ROOM], *object;
	const char *problem;

	make_key(&here.session);
	object = session_object(&here.session);
	if (!object)
		leave_with(DBG_FAILED, "out of memory");
	snprintf(path, sizeof(path), DEBUG_SESSIONS, here.session.asked.namespace);
	/* Who ends the line now would leave an object whose name nobody has read. */
	here.http.is_urgent = 1;
	problem = send_http(&here.http, "POST", path, "", object);
	free(object);
	if (problem)
		leave_without_answer(problem);
	here.is_asked_for = 1;
}

/* OTHERWISE is what is told anyway, unless the object was refused; it may be NULL. */
static void await_object(const char *otherwise)
{
	struct answer answer;
	struct json made;
	const char *problem = read_http(&here.http, &answer);

	here.is_asked_for = 0;
	if (otherwise && (problem || answer.status > 499))
		return;
	if (problem)
		leave_without_answer(problem);
	made = object_of(&answer, to_create, here.session.asked.namespace);
	require_name(made, "metadata.name", here.session.name, sizeof(here.session.name), "name of the session");
	here.is_made = 1;
	here.http.is_urgent = 0;
	if (!otherwise && !is_object_of(&here.session, made))
		leave_with(REFUSED_THERE, "the cluster changed the session: who runs it must exempt debugsessions.dbg.dev from mutating "
			   "webhooks and policies, dbg-kubernetes(7)");
}

static void ask_for_tunnel(void)
{
	char path[2 * NAME_ROOM];
	const char *problem;

	snprintf(path, sizeof(path), "/api/v1/namespaces/" OF_AGENTS "/pods/%s/portforward?ports=4242", here.session.agent);
	problem = send_http(&here.beside, "GET", path, headers_of_websocket(PROTOCOL_OF_TUNNEL), NULL);
	if (problem)
		leave_without_answer(problem);
}

static void await_tunnel(void)
{
	struct answer answer;
	const char *problem = read_http(&here.beside, &answer);

	if (problem)
		leave_with(DBG_FAILED, "no connection to the agent on node %s: %s", here.session.node, problem);
	if (answer.status != 101)
		leave_for(&answer, "create pods/portforward", OF_AGENTS);
	begin_websocket(&here.tunnel.socket, here.beside.fd, answer.body, answer.length);
}

static _Noreturn void become_way(const struct host *host, char **words)
{
	const char *problem = read_asked(words, &here.session.asked);
	struct answer agents;
	int sockets[2];

	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	never_block(STDIN_FILENO);
	never_block(STDOUT_FILENO);
	here.courier.in = STDIN_FILENO;
	here.courier.out = STDOUT_FILENO;
	if (!problem)
		problem = start_proxy(host, here.session.asked.namespace, here.session.asked.pod, sockets);
	if (problem)
		leave_with(DBG_FAILED, "kubectl proxy does not lead to the cluster: %s: try kubectl get pod -n %s %s", problem,
			here.session.asked.namespace, here.session.asked.pod);
	here.http.fd = sockets[0];
	here.beside.fd = sockets[1];
	find_pod();
	/* Before the first answer kubectl may have asked for a login. */
	here.http.within = here.beside.within = LONGEST_REQUEST;
	list_agents(&agents);
	if (agents.status / 100 == 2)
		require_agent_there(&agents);
	if (must_fill_in(agent_in(&agents)))
		fill_in();
	ask_for_object();
	require_agent_there(&agents);
	ask_for_tunnel();
	await_object(NULL);
	await_tunnel();
	introduce();
	copy();
}

static const char *explain_way(const struct host *host, int is_greeted, int *status)
{
	(void)host;
	if (*status && *status != WAY_LOST)
		return NULL;
	*status = DBG_FAILED;
	return is_greeted ? "the connection to the agent is cut, and with it ends what ran there: the session was deleted, or see "
			    "kubectl logs -n dbg-system -l app=dbg"
			  : "the agent's dbg stdio has not answered: see kubectl logs -n dbg-system -l app=dbg";
}

const struct way way_into_cluster = {
	.program = "the way to the cluster",
	.silent = "what runs there ends when its agent notices that, too: kubectl get debugsessions -A lists it, and who "
		  "deletes its object ends it",
	.become = become_way,
	.explain = explain_way,
};

void require_line_for_cluster(char **words)
{
	struct asked line;
	const char *problem = read_asked(words, &line);

	if (getenv("DBG_TAB") || (words[0] && words[1] && !strcmp(words[0], "completion") && !strcmp(words[1], "--line")))
		exit(0);
	if (problem)
		fail("%s", problem);
}
