/*
 * plugin.h - `kubectl dbg LINE`: kubectl runs this program as kubectl-dbg, with the words behind dbg. The line is one of
 * dbg's for a pod, in which the target is POD[/CONTAINER] and options of kubectl's may stand before the tool.
 */
#ifndef DBG_PLUGIN_H
#define DBG_PLUGIN_H

/*
 * If this program was run as kubectl-dbg, makes the line one of dbg's, whose target is k8s://NAMESPACE/POD[/CONTAINER], and
 * puts the cluster into variables, so that every other dbg that this one starts, and the shell, is for it.
 */
void read_line_of_kubectl(int *argc, char ***argv);

#endif
