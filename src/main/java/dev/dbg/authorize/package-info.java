/**
 * The one place that decides: takes a command line through the policy, the tool's grammar and the
 * runtimes to what may be run, or to a refusal. Everything that asks "may they?" asks here: {@code
 * dbg}, {@code dbg explain}, {@code dbg tools}, {@code dbgd test}.
 *
 * <p>Starts nothing, joins nothing, writes nothing.
 */
@NullMarked
package dev.dbg.authorize;

import org.jspecify.annotations.NullMarked;
