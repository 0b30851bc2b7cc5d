/** The rootless engines of users, Docker and Podman, queried with the rights of their user. */
@NullMarked
package dev.dbg.resolve.user;

import org.jspecify.annotations.NullMarked;
