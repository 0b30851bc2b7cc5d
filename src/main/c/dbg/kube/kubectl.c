/* kubectl.c - kubectl, and kubectl proxy; kubectl.h */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../../shared/flow.h"
#include "../../shared/signals.h"
#include "../several/another.h"
#include "../shell/shell.h"
#include "../typed.h"
#include "http.h"
#include "kubectl.h"

/* What kubectl proxy prints before a connection can be made. */
#define SERVES "Starting to serve"

/* DIRECTORY is empty if there is none. */
static struct {
	pid_t pid;
	char directory[96];
	struct sockaddr_un socket;
} proxy = {.socket.sun_family = AF_UNIX};

static _Noreturn void become_kubectl(const struct host *cluster, const char *const *words)
{
	const char *all[MOST_KUBECTL_WORDS + MOST_OPTIONS + 3] = {"kubectl"};
	const char *path = getenv(PATH_OF_SHELL), *options = getenv(KUBECTL_VARIABLE);
	char context[sizeof(cluster->name) + 16], *lines = strdup(options ? options : "");
	size_t count = 1;

	for (char *line = strtok(lines, "\n"); line && count <= MOST_OPTIONS; line = strtok(NULL, "\n"))
		all[count++] = line;
	snprintf(context, sizeof(context), "--context=%s", cluster->name);
	if (*cluster->name)
		all[count++] = context;
	while (*words)
		all[count++] = *words++;
	if (getenv("DBG_SHELL") && path && *path)
		setenv("PATH", path, 1);
	/* It is short-lived: collecting its memory less often makes it serve a sixth sooner. What the operator set counts. */
	setenv("GOGC", "400", 0);
	execvp("kubectl", (char *const *)all);
	dprintf(STDERR_FILENO, "dbg: cannot run kubectl: %s: is it installed, and in the PATH?\n", strerror(errno));
	_exit(DBG_FAILED);
}

pid_t start_kubectl(const struct host *cluster, const char *const *words, int out, int errors)
{
	pid_t parent = getpid(), kubectl = fork();
	int terminal;

	if (kubectl)
		return kubectl;
	/* What is piped into the line is the tool's. */
	terminal = open(may_ask() ? "/dev/tty" : "/dev/null", O_RDWR | O_CLOEXEC);
	if (terminal < 0)
		terminal = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent || dup2(terminal, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
		_exit(DBG_FAILED);
	syscall(SYS_close_range, 3, ~0U, 0);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	unblock_signals();
	become_kubectl(cluster, words);
}

static void remove_directory(void)
{
	if (!*proxy.directory)
		return;
	unlink(proxy.socket.sun_path);
	rmdir(proxy.directory);
	*proxy.directory = '\0';
}

void stop_proxy(void)
{
	remove_directory();
	if (proxy.pid > 0) {
		kill(proxy.pid, SIGTERM);
		waitpid(proxy.pid, NULL, 0);
	}
	proxy.pid = 0;
}

/*
 * A directory that only this user can look into: who reaches the socket is the operator to the cluster. No variable
 * says where: su(1) leaves those of whoever typed it, who could put another socket in the place of kubectl's.
 */
static int make_directory(void)
{
	strcpy(proxy.directory, "/tmp/dbg-XXXXXX");
	if (!mkdtemp(proxy.directory)) {
		*proxy.directory = '\0';
		return -1;
	}
	snprintf(proxy.socket.sun_path, sizeof(proxy.socket.sun_path), "%s/s", proxy.directory);
	return 0;
}

/* Returns whether it serves; it may first ask for a login. */
static int await_service(int out)
{
	char said[256] = "";
	size_t length = 0;
	ssize_t got = 1;

	while (!strstr(said, SERVES) && length < sizeof(said) - 1 && got != 0) {
		got = read(out, said + length, sizeof(said) - 1 - length);
		length += got > 0 ? (size_t)got : 0;
		said[length] = '\0';
		if (got < 0 && errno == EAGAIN && !await_events(out, POLLIN))
			got = 0;
	}
	return strstr(said, SERVES) != NULL;
}

static const char *connect_to_proxy(int sockets[2])
{
	for (int i = 0; i < 2; i++) {
		sockets[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (sockets[i] < 0 || connect(sockets[i], (struct sockaddr *)&proxy.socket, sizeof(proxy.socket)) < 0)
			return strerror(errno);
		never_block(sockets[i]);
	}
	return NULL;
}

const char *start_proxy(const struct host *cluster, const char *namespace, const char *pod, int sockets[2])
{
	char socket[128], paths[1536];
	/* kubectl's own list, which this one replaces, might get port-forward one day. */
	const char *const words[] = {"proxy", socket, paths, "--reject-paths=^$", NULL};
	const char *problem;
	int out[2];

	if (make_directory() < 0)
		return strerror(errno);
	snprintf(socket, sizeof(socket), "--unix-socket=%s", proxy.socket.sun_path);
	snprintf(paths, sizeof(paths),
		 "--accept-paths=^/api/v1/namespaces/%s/pods/%s$,^/api/v1/namespaces/dbg-system/pods(/[^/]+/portforward)?$,"
		 "^/apis/dbg\\.dev/v1alpha1/namespaces/%s/debugsessions(/[^/]+)?$,^/api/v1/namespaces/%s$,"
		 "^/apis/authentication\\.k8s\\.io/v1/selfsubjectreviews$", namespace, pod, namespace, namespace);
	open_pipe(out);
	never_block(out[0]);
	proxy.pid = start_kubectl(cluster, words, out[1], STDERR_FILENO);
	close(out[1]);
	if (proxy.pid < 0)
		return strerror(errno);
	problem = await_service(out[0]) ? connect_to_proxy(sockets) : "it ended before it served";
	/* Nobody else is to connect. It may still print: the pipe stays open. */
	remove_directory();
	return problem;
}
