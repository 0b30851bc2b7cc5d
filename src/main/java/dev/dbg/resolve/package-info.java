/**
 * Resolves the name of a container to a process that is held by a pidfd, and verifies that it is
 * the container's.
 *
 * <p>There are three sources: an engine's API ({@code EngineRuntime}), the engine's files on disk
 * ({@code DiskState}), and the API and files of a user's Podman ({@code UsersPodmans}), which is
 * trusted only about processes of that user.
 *
 * <p>May import: {@code kernel} and below. Must not: make access decisions. Only {@code
 * EngineRuntime} imports docker-java.
 */
@NullMarked
package dev.dbg.resolve;

import org.jspecify.annotations.NullMarked;
