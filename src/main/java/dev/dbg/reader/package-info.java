/**
 * Processes beside dbgd, {@link dev.dbg.enter.ReaderProcess}, that read what strangers wrote: one
 * shows the log to people, within what dbgd says that the operator may read; one for each user
 * reads what that user's engines say. No other package uses this one, and nothing in it runs in
 * dbgd's process.
 */
@NullMarked
package dev.dbg.reader;

import org.jspecify.annotations.NullMarked;
