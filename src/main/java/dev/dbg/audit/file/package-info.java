/**
 * The log's files as bytes and lines: segments, compressed or not, from the beginning and from the
 * end.
 *
 * <p>May import: nothing of the log beside it. Must not: know what a line means.
 */
@NullMarked
package dev.dbg.audit.file;

import org.jspecify.annotations.NullMarked;
