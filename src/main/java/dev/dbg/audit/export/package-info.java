/**
 * Records in other programs' formats: ECS, OCSF and CSV.
 *
 * <p>May import: {@code file}, {@code message}, {@code record}, {@code model}. Must not: decide who
 * may see what.
 */
@NullMarked
package dev.dbg.audit.export;

import org.jspecify.annotations.NullMarked;
