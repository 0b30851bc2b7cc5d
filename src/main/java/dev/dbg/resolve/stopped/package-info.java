/**
 * The files of containers that do not run, as root's engines keep them on the disk: layers, and
 * what is mounted over these when the container starts. Here they are only named; {@code enter}
 * mounts them.
 *
 * <p>Every path is one that only root can have made: all its directories belong to root, and nobody
 * else can write to them.
 *
 * <p>May import: {@code untrusted}, {@code kernel} and below. Must not: open what a container
 * wrote.
 */
@NullMarked
package dev.dbg.resolve.stopped;

import org.jspecify.annotations.NullMarked;
