/**
 * The audit log: one JSON object a line, chained by hashes, durable before anything happens. Its
 * packages are in layers too:
 *
 * <pre>
 * export
 *     other programs' formats
 * write   read   verify
 *     appending | reading | checking that it is as it was written
 * seal   recording
 *     signatures and their keys | the output of recorded sessions
 * record   file
 *     what a line says | lines of files
 * </pre>
 *
 * <p>May import: {@code kernel} and below. Must not: decide, or delay anything beyond the disk.
 */
@NullMarked
package dev.dbg.audit;

import org.jspecify.annotations.NullMarked;
