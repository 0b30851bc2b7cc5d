/**
 * A house built wrong: each class breaks a rule of {@code Rooms}, to show that the rule sees it.
 */
@NullMarked
package dev.dbg.wrong;

import org.jspecify.annotations.NullMarked;
