/* plugin.c - `kubectl dbg LINE`; plugin.h */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../shared/common.h"
#include "../several/another.h"
#include "../help.h"
#include "../remote/host.h"
#include "../terminal/terminal.h"
#include "../typed.h"
#include "kubectl.h"
#include "plugin.h"
#include "session.h"

#define DEFAULT_NAMESPACE "default"

/* What a pod has of its ServiceAccount. */
#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

enum option { NAMESPACE, CONTAINER, CONTEXT, PASSED_ON, NOT_KUBECTLS };

/* Of kubectl's options those that a session needs. Its --user would be dbg's. */
static const struct {
	const char *name;
	enum option option;
} options_of_kubectl[] = {
	{"-n", NAMESPACE},	  {"--namespace", NAMESPACE},	{"-c", CONTAINER},   {"--container", CONTAINER}, {"--context", CONTEXT},
	{"--kubeconfig", PASSED_ON},  {"--cluster", PASSED_ON}, {"--as", PASSED_ON}, {"--as-group", PASSED_ON},  {"--as-uid", PASSED_ON},
};

static struct {
	const char *values[NOT_KUBECTLS]; /* NULL if it was not given */
	char passed_on[4096];		  /* a line each */
	int options;			  /* in it */
} kubectl;

static void set_variable(const char *name, const char *value)
{
	if (setenv(name, value, 1) < 0)
		fail("out of memory");
}

static void pass_on(const char *name, const char *value)
{
	size_t length = strlen(kubectl.passed_on), room = sizeof(kubectl.passed_on) - length;

	if (++kubectl.options > MOST_OPTIONS)
		fail("a line has at most %d options of kubectl's that dbg passes on", MOST_OPTIONS);
	if (strchr(value, '\n') || snprintf(kubectl.passed_on + length, room, "%s=%s\n", name, value) >= (int)room)
		fail("the value of %s cannot be passed on to kubectl: it is too long, or has a line feed", name);
}

/* Takes an option of kubectl's. Returns how many words it had, or 0 if it is none. */
static size_t take_option_of_kubectl(char **words)
{
	for (size_t i = 0; i < COUNT(options_of_kubectl); i++) {
		const char *name = options_of_kubectl[i].name, *value = words[1];
		size_t length = strlen(name), count = 2;

		if (strncmp(*words, name, length))
			continue;
		/* --namespace=NS, -nNS and -n=NS are one word. */
		if ((*words)[length]) {
			value = *words + length + ((*words)[length] == '=');
			count = 1;
			if (length > 2 && (*words)[length] != '=')
				continue;
		}
		if (!value || !*value)
			fail("%s needs a value", name);
		kubectl.values[options_of_kubectl[i].option] = value;
		if (options_of_kubectl[i].option == PASSED_ON)
			pass_on(name, value);
		return count;
	}
	return 0;
}

/* Into a variable that others, and the shell, inherit. */
static void set_context(const char *context)
{
	char host[sizeof(((struct host *)NULL)->name) + 16];

	if (strchr(context, ',') || snprintf(host, sizeof(host), CLUSTER_SCHEME "%s", context) >= (int)sizeof(host))
		fail("'%s' cannot be the name of a context here: it is too long, or has a comma", context);
	set_variable(HOST_VARIABLE, host);
}

/*
 * kubectl's context, or "", and its namespace. No other program reads a kubeconfig as kubectl does. What is started from here
 * on is for that context, whatever is the current one by then.
 */
static const char *ask_context(const char **namespace)
{
	static const char *const words[] = {
		"config", "view", "--minify", "-o", "jsonpath={.contexts[0].context.namespace} {.current-context}", NULL};
	static char said[512];
	const struct host *host = host_asked();
	int out[2], nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *context;
	size_t got = 0;
	FILE *answer;
	pid_t pid;

	give_up_capabilities();
	open_pipe(out);
	/* Without a context, and so without a namespace, it complains: kubectl proxy will say what matters of that. */
	pid = start_kubectl(host, words, out[1], nowhere);
	close(out[1]);
	answer = fdopen(out[0], "r");
	if (answer) {
		got = fread(said, 1, sizeof(said) - 1, answer);
		fclose(answer);
	}
	said[got] = '\0';
	close(nowhere);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	*namespace = said;
	context = strchr(said, ' ');
	if (!context)
		return "";
	*context++ = '\0';
	if (!*host->name && is_context(context))
		set_context(context);
	return context;
}

void keep_context(void)
{
	const struct host *host = host_asked();
	const char *namespace, *context;

	if (!host || !host->is_cluster || *host->name)
		return;
	context = ask_context(&namespace);
	if (*context && !is_context(context))
		fail("kubectl's current context has a name that dbg does not take: give it one of letters, digits and ._-/:@+=~%%#, by "
		     "kubectl config rename-context");
}

/* What kubectl takes in a pod whose context, if there is one, names none. */
static const char *namespace_of_own_pod(const char *account)
{
	static char namespace[64];
	const char *server = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT"), *told = getenv("POD_NAMESPACE");
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/token", account);
	if (!server || !*server || !port || !*port || access(path, F_OK) < 0)
		return DEFAULT_NAMESPACE;
	if (told && *told)
		return told;
	snprintf(path, sizeof(path), "%s/namespace", account);
	file = fopen(path, "re");
	if (file && fscanf(file, "%63s", namespace) != 1)
		*namespace = '\0';
	if (file)
		fclose(file);
	return *namespace ? namespace : DEFAULT_NAMESPACE;
}

static const char *namespace_asked(void)
{
	const char *namespace = kubectl.values[NAMESPACE];

	if (namespace)
		return namespace;
	ask_context(&namespace);
	return is_name(namespace) ? namespace : namespace_of_own_pod(SERVICE_ACCOUNT);
}

/* POD, pod/POD, or one of these and /CONTAINER. A name for dbg is as it was typed. */
static char *target_of(const char *pod)
{
	const char *container = kubectl.values[CONTAINER];
	char *target;

	if (!strncmp(pod, "k8s://", 6))
		return (char *)pod;
	if (!strncmp(pod, "pod/", 4))
		pod += 4;
	if (container && strchr(pod, '/'))
		fail("a container is given twice, as %s and with -c: leave one out", pod);
	if (asprintf(&target, "k8s://%s/%s%s%s", namespace_asked(), pod, container ? "/" : "",
		     container ? container : "") < 0)
		fail("out of memory");
	return target;
}

/* A verb comes first, and its target where POD was; options of kubectl's are taken out. */
static char **line_of_kubectl(char **words, size_t count)
{
	char **line = calloc(count + 3, sizeof(*line)), **at = line + 2, **pod = NULL;
	const char *verb = "exec";
	int takes_tool = 1, operands = 0;

	if (!line)
		fail("out of memory");
	while (*words && strcmp(*words, "--")) {
		size_t taken = **words == '-' ? take_option_of_kubectl(words) : 0;

		words += taken;
		if (taken)
			continue;
		if (**words == '-') {
			for (int left = words_of_option(verb, *words); left > 0 && *words; left--)
				*at++ = *words++;
			continue;
		}
		if (!pod && !line[1] && is_verb(*words)) {
			verb = line[1] = *words++;
			takes_tool = !strcmp(verb, "exec") || !strcmp(verb, "explain");
			continue;
		}
		if (takes_tool && operands > 0 && !(operands == 1 && is_namespaces(words)))
			break;
		if (operands++ == 0)
			pod = at;
		*at++ = *words++;
	}
	while (*words)
		*at++ = *words++;
	set_context(kubectl.values[CONTEXT] ? kubectl.values[CONTEXT] : "");
	set_variable(KUBECTL_VARIABLE, kubectl.passed_on);
	if (pod)
		*pod = target_of(*pod);
	/* dbg starts others under its first word: that must not be kubectl-dbg. */
	line += !line[1];
	line[0] = (char *)"dbg";
	return line;
}

void read_line_of_kubectl(int *argc, char ***argv)
{
	const char *name = *argc > 0 ? strrchr(**argv, '/') : NULL;

	name = name ? name + 1 : *argc > 0 ? **argv : "";
	if (strcmp(name, "kubectl-dbg"))
		return;
	if (*argc < 2 || !strcmp((*argv)[1], "--help") || !strcmp((*argv)[1], "-h") ||
	    (*argc == 2 && !strcmp((*argv)[1], "help")))
		print_help_of("kubectl");
	if (!strcmp((*argv)[1], "help"))
		return;
	*argv = line_of_kubectl(*argv + 1, (size_t)*argc - 1);
	for (*argc = 0; (*argv)[*argc];)
		++*argc;
}
