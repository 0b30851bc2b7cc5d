/**
 * The process that reads the log for people, {@link dev.dbg.enter.ReaderProcess}: what {@code dbg
 * audit} shows, within what dbgd says that the operator may read. No other package uses this one,
 * and nothing in it runs in dbgd's process.
 */
@NullMarked
package dev.dbg.reader;

import org.jspecify.annotations.NullMarked;
