/*
 * plugin.h - `kubectl dbg LINE`: kubectl runs this program as kubectl-dbg, with the words behind dbg. The line is one of
 * dbg's for a pod, in which the target is POD[/CONTAINER] and options of kubectl's may stand before the tool.
 */
#pragma once

/*
 * If this program was run as kubectl-dbg, makes the line one of dbg's, whose target is k8s://NAMESPACE/POD[/CONTAINER], and
 * puts the cluster into variables, so that every other dbg that this one starts, and the shell, is for it.
 */
void read_line_of_kubectl(int *argc, char ***argv);

/*
 * If the line is for the cluster of kubectl's current context, it and all that it starts are for that context from here on: `kubectl
 * config use-context` must not lead a shell or a forwarded port into another cluster.
 */
void keep_context(void);
