/**
 * Records in others' forms: ECS, OCSF, CEF, a page for auditors.
 *
 * <p>May import: {@code read} and below. Must not: know who may see what.
 */
@NullMarked
package dev.dbg.audit.export;

import org.jspecify.annotations.NullMarked;
