/**
 * What dbg promises, on a real kernel with real engines: each test is a sentence, and {@code
 * nsenter} is the oracle. {@code native-tests/run} runs them, as root.
 *
 * <p>May import: {@code scene}. Must not: import anything of dbg's own, which is driven from
 * outside only, as an operator and an administrator drive it.
 */
@NullMarked
package dev.dbg.nativetests;

import org.jspecify.annotations.NullMarked;
