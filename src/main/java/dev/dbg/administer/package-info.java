/**
 * The verbs of {@code dbgd} that do not connect to a daemon, dbgd(8). They run with their caller's
 * rights.
 */
@NullMarked
package dev.dbg.administer;

import org.jspecify.annotations.NullMarked;
