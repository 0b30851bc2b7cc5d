/**
 * The audit log: one JSON object a line, chained by hashes, durable before anything happens. Its
 * packages are in layers too:
 *
 * <pre>
 * export   journal
 *     other programs' formats | a copy in the host's journal
 * write   read   verify   message
 *     appending | reading | checking that it is as it was written | a record as receivers get it
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
