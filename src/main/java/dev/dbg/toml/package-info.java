/**
 * Reads configuration strictly: TOML text to typed values. Every mistake has a file, a line and a
 * column.
 *
 * <p>May import: nothing of dbg. Must not: open files; the caller has read and trusted the text.
 */
@NullMarked
package dev.dbg.toml;

import org.jspecify.annotations.NullMarked;
