/**
 * The log that people review: one JSON object a line, chained by hashes, durable before anything
 * happens. Its own rooms keep the same rule:
 *
 * <pre>
 * export                                others' forms
 * write     read      verify            the log's end | for people and receivers | is it what it was?
 * seal      recording                   signatures and their keys | what tools wrote
 * record    file                        what a line says | lines of files
 * </pre>
 *
 * <p>May import: {@code kernel} and below. Must not: decide or delay beyond the disk.
 */
@NullMarked
package dev.dbg.audit;

import org.jspecify.annotations.NullMarked;
