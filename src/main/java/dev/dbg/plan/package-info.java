/**
 * Decides what a session joins and what its tool gets, before a thread joins anything. Pure
 * functions.
 */
@NullMarked
package dev.dbg.plan;

import org.jspecify.annotations.NullMarked;
