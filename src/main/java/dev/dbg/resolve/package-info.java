/**
 * From what an operator typed to a process that is held: the runtimes' APIs, and the proof that the
 * process they name is the one whose descriptor we have.
 *
 * <p>Three ways lead to a container: an engine's API ({@code EngineRuntime}), what the engine has
 * noted on the disk ({@code DiskState}), and users' own Podmans by both ({@code UsersPodmans}),
 * whose word is believed only about what is theirs.
 *
 * <p>May import: {@code kernel} and below. Must not: decide who may. Only {@code EngineRuntime}
 * imports docker-java.
 */
@NullMarked
package dev.dbg.resolve;

import org.jspecify.annotations.NullMarked;
