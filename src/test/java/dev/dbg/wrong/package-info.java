/**
 * Wrong on purpose: each class violates a rule of {@code Rooms}, to show that the rule detects it.
 */
@NullMarked
package dev.dbg.wrong;

import org.jspecify.annotations.NullMarked;
