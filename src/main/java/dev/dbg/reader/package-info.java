/**
 * The programs of processes beside dbgd that read untrusted data, {@link
 * dev.dbg.enter.ReaderProcess}: the log's reader answers operators, within the permissions that
 * dbgd sends; a reader for each user reads that user's engines. No other package uses this one, and
 * nothing in it runs in dbgd's process.
 */
@NullMarked
package dev.dbg.reader;

import org.jspecify.annotations.NullMarked;
