/**
 * The one place that decides whether an operator may run a command line, from the policy, the
 * tool's grammar and the runtimes. {@code dbg}, {@code dbg explain}, {@code dbg tools} and {@code
 * dbgd test} all ask it.
 *
 * <p>Starts nothing, joins nothing, writes nothing.
 */
@NullMarked
package dev.dbg.authorize;

import org.jspecify.annotations.NullMarked;
