/**
 * dbgd's front door: reads the configuration, opens the house, serves, tidies up.
 *
 * <p>Seven floors; a room reads only rooms below it, never beside it, and a test holds that.
 *
 * <pre>
 * Dbgd                                  main: load, self-check, take the socket, serve, drain
 * session                               the only room that sees every stage
 * doctor                                what this host lets dbgd do, found out by doing it
 * enter             deliver             what to join and show, and the one-use thread that does it |
 *                                       the log sent on
 * wire    policy    resolve    audit    packets | the pure decision | runtimes to targets | the log
 * kernel  tools     grammar             the only room with jnr | the catalogue | picocli
 * model   toml                          the shared nouns | strict configuration text
 * </pre>
 */
@NullMarked
package dev.dbg;

import org.jspecify.annotations.NullMarked;
