package dev.dbg.resolve.user;

import dev.dbg.resolve.container.Allowance;

/**
 * What goes with a question to a user's engine.
 *
 * @param deadline when nobody waits for the answer any more, by {@link System#nanoTime}
 * @param allowance what may be made of the answer
 */
record EngineQuestion(long deadline, Allowance allowance) {}
