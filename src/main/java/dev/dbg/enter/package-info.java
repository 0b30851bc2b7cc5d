/**
 * Enters a container: the one-use thread that joins namespaces and spawns ({@code Entry}), the
 * program that it spawns ({@code Helper}), and that program's arguments and descriptors.
 *
 * <p>May import: {@code toolroot}, {@code plan}, {@code cgroup}, {@code resolve} and below. Must
 * not: authorize.
 */
@NullMarked
package dev.dbg.enter;

import org.jspecify.annotations.NullMarked;
