/*
 * kubectl.h - kubectl, which has the operator's credentials and the cluster's address: login, TLS and the kubeconfig are
 * its work.
 */
#pragma once

#include <sys/types.h>

#include "../remote/host.h"

/* Options for kubectl, a line each, such as --as=carol. */
#define KUBECTL_VARIABLE "DBG_KUBECTL"

/* The most lines of it that are read. */
#define MOST_OPTIONS 32

/* The most words that start_kubectl() takes. */
#define MOST_KUBECTL_WORDS 8

/*
 * Starts kubectl for the cluster with these words, of which NULL is the last, and OUT and ERRORS as its standard output
 * and error. It ends when this process does. In the foreground it may ask for a login at the terminal. Returns -1 with
 * errno if it cannot be started.
 */
pid_t start_kubectl(const struct host *cluster, const char *const *words, int out, int errors);

/*
 * Starts kubectl proxy, which lets through only the requests of a session with this pod, and connects to it. Returns NULL,
 * or why that failed. Before stop_proxy() another cannot be started.
 */
const char *start_proxy(const struct host *cluster, const char *namespace, const char *pod, int sockets[2]);

/* Ends it, and removes what it left. */
void stop_proxy(void);
