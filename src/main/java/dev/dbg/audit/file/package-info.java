/**
 * Reads the log's files as bytes and lines: segments, compressed or not, forwards and backwards.
 *
 * <p>May import: {@code kernel}, {@code model}. Must not: interpret lines.
 */
@NullMarked
package dev.dbg.audit.file;

import org.jspecify.annotations.NullMarked;
