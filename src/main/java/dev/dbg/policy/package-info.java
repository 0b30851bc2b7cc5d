/**
 * Who may do what: a pure decision from (policy, operator, request, target). Deny is the
 * fall-through; rules only permit.
 *
 * <p>May import: {@code model}, {@code toml}, {@code tools}. Must not: touch a file, a clock or the
 * kernel.
 */
@NullMarked
package dev.dbg.policy;

import org.jspecify.annotations.NullMarked;
