/**
 * Tests of dbg on a real kernel with real engines: each test's name is a sentence, and {@code
 * nsenter} is the oracle. {@code native-tests/run} runs them, as root.
 *
 * <p>The packages say what the tests are about. May import: {@code scene}. Must not: import
 * anything of dbg itself. The tests use dbg only from outside, as an operator and an administrator
 * do.
 */
@NullMarked
package dev.dbg.nativetests;

import org.jspecify.annotations.NullMarked;
