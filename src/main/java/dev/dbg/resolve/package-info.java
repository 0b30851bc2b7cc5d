/**
 * Resolves the name of a container to a process that is held by a pidfd, and verifies that it is
 * the container's.
 *
 * <p>{@code Runtimes} is the list of root's runtimes, which all implement {@code ContainerRuntime}:
 * a new one is a room with that class, and its line in the list. {@code Search} asks them what a
 * name means; {@code Resolver} pins the process, and trusts only a {@code Evidence} that it is the
 * container's. The engines of users ({@code UsersEngines}) are not in the list: they are asked with
 * the rights of their user, only about containers that the operator may see, and trusted only about
 * processes of that user. {@code StoppedContainers} finds the files of one that does not run, in
 * what root's engines keep ({@code stopped}).
 *
 * <p>May import: {@code kernel} and below. Must not: make access decisions. Only {@code
 * EngineRuntime} imports docker-java.
 */
@NullMarked
package dev.dbg.resolve;

import org.jspecify.annotations.NullMarked;
