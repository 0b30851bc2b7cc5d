/**
 * dbgd's start: reads the configuration, creates the services, serves, and shuts down.
 *
 * <p>The packages are in eleven layers. A package may use only packages of lower layers, never of
 * its own or a higher one. Where a package's comment says what it may import, that is the rule. A
 * test holds both, and this drawing.
 *
 * <pre>
 * Dbgd
 *     main: load, self-check, take the socket, serve, drain
 * serve   reader
 *     clients: admission, limits, handling of requests | in another process: the log for people
 * review   shell   complete
 *     dbg audit: who may read the log, on record | dbg shell | what could be typed next
 * answer
 *     the verbs that run no tool
 * session
 *     a session from request to record: its stages in order
 * doctor   administer
 *     checks of this host | dbgd's verbs that do not connect to a daemon
 * enter   config   status
 *     the one-use thread that enters a container | dbgd.toml | what dbg status tells of a container
 * authorize   toolroot   deliver   kube
 *     all access decisions | what a tool sees as / | sending the log on | for a cluster's users
 * wire   policy   resolve   audit   plan   cgroup   metrics   apiserver
 *     packets | rules | finding containers | the log | what a session joins and what its tool gets |
 *     resource limits and usage | for monitoring | asking a cluster's API server
 * kernel   tools   grammar   http
 *     system calls, the only package with jnr | the catalogue | picocli | asking servers
 * model   toml   trace
 *     shared values | strict parsing of configuration | where time goes
 * </pre>
 *
 * <p>The same rule applies within packages that have sub-packages (model, kernel, tools, grammar,
 * policy, resolve, audit, deliver).
 */
@NullMarked
package dev.dbg;

import org.jspecify.annotations.NullMarked;
