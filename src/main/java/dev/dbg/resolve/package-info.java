/**
 * Resolves the name of a container to a process that is held by a pidfd, and verifies that it is
 * the container's.
 *
 * <p>Three ways lead to a container: an engine's API ({@code EngineRuntime}), the engine's files on
 * disk ({@code DiskState}), and both of a user's Podman ({@code UsersPodmans}), which is believed
 * only about processes of that user.
 *
 * <p>May import: {@code kernel} and below. Must not: decide about access. Only {@code
 * EngineRuntime} imports docker-java.
 */
@NullMarked
package dev.dbg.resolve;

import org.jspecify.annotations.NullMarked;
