/**
 * Decides who may do what: a pure function of policy, operator, request and target. The default is
 * to deny; rules only permit.
 *
 * <p>May import: {@code model}, {@code toml}, {@code tools}. Must not: touch a file, a clock or the
 * kernel.
 */
@NullMarked
package dev.dbg.policy;

import org.jspecify.annotations.NullMarked;
