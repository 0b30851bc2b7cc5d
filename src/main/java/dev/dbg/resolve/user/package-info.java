/** The rootless Podmans of users, queried with the rights of their user. */
@NullMarked
package dev.dbg.resolve.user;

import org.jspecify.annotations.NullMarked;
