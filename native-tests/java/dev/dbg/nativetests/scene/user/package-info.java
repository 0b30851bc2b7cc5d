/**
 * Those who are not root: operators, who run dbg, and users of the host with rootless engines.
 *
 * <p>May import: {@code engine}, {@code log}, {@code machine}, {@code measure}, {@code target}.
 * Must not: know how their dbgd was started.
 */
@NullMarked
package dev.dbg.nativetests.scene.user;

import org.jspecify.annotations.NullMarked;
