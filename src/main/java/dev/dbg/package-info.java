/**
 * dbgd's front door: reads the configuration, makes what serves, serves, tidies up.
 *
 * <p>Eleven floors; a room reads only rooms below it, never beside it, and a test holds that.
 *
 * <pre>
 * Dbgd                       main: load, self-check, take the socket, serve, drain
 * serve                      clients: who is let in, what each may take, who answers
 * review                     dbg audit: the log for people
 * answer                     the verbs that run no tool
 * session                    a session from request to record: the list of its stages
 * doctor      administer     what this host lets dbgd do | dbgd's verbs that talk to no daemon
 * enter       config         the one-use thread that goes in | dbgd.toml
 * authorize   toolroot   deliver
 *                            the one decision | what a tool sees as / | the log sent on
 * wire   policy   resolve   audit   plan   cgroup
 *                            packets | rules | runtimes to containers | the log | what a session
 *                            joins, shows and gives | limits and what they counted
 * kernel      tools      grammar
 *                            system calls, the only room with jnr | the catalogue | picocli
 * model       toml           the shared nouns | strict configuration text
 * </pre>
 *
 * <p>A room with rooms of its own (kernel, tools, policy, resolve, audit, deliver) keeps the same
 * rule within.
 */
@NullMarked
package dev.dbg;

import org.jspecify.annotations.NullMarked;
