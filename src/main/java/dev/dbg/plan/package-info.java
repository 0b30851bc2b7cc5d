/**
 * What a session joins, shows and gives a tool, decided before a thread enters anything. Pure: no
 * file, clock or kernel.
 */
@NullMarked
package dev.dbg.plan;

import org.jspecify.annotations.NullMarked;
