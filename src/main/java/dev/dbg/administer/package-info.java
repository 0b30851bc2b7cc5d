/**
 * The verbs of {@code dbgd} that talk to no daemon, dbgd(8): they run with the rights of whoever
 * calls them.
 */
@NullMarked
package dev.dbg.administer;

import org.jspecify.annotations.NullMarked;
