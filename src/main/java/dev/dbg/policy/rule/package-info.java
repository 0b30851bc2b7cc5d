/** Rules: whom a rule is for, what it reaches, and the conditions of its permission. */
@NullMarked
package dev.dbg.policy.rule;

import org.jspecify.annotations.NullMarked;
