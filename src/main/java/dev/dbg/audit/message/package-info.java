/**
 * A record as receivers get it: its fields, its severity, and a sentence.
 *
 * <p>May import: {@code record}, {@code model}. Must not: send anything.
 */
@NullMarked
package dev.dbg.audit.message;

import org.jspecify.annotations.NullMarked;
