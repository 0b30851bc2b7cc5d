/** The rootless Podmans of users, asked with the rights of their user. */
@NullMarked
package dev.dbg.resolve.user;

import org.jspecify.annotations.NullMarked;
