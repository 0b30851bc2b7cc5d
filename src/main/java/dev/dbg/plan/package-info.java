/** What a session joins and gives a tool, decided before a thread joins anything. Pure. */
@NullMarked
package dev.dbg.plan;

import org.jspecify.annotations.NullMarked;
