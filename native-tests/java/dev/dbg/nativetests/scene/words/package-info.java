/**
 * What operators type and send: kinds of namespace, lines that a tool's entry accepts, hostile
 * words, damaged requests; and what such words leave in a log.
 *
 * <p>May import: {@code user}. Must not: run a tool.
 */
@NullMarked
package dev.dbg.nativetests.scene.words;

import org.jspecify.annotations.NullMarked;
