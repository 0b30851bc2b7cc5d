/** A rule: whom it is for, what it reaches, and what it ties its permission to. */
@NullMarked
package dev.dbg.policy.rule;

import org.jspecify.annotations.NullMarked;
