/**
 * The vocabulary of the native tests. {@code host} is a host with its own dbgd, {@code user} those
 * who are not root on it, {@code engine} real engines, and {@code target} what they start and a
 * tool enters. {@code words} is what operators type. {@code machine} runs commands and says how
 * they ended, {@code log} what dbgd recorded about them. {@code measure} is how long and how much.
 */
@NullMarked
package dev.dbg.nativetests.scene;

import org.jspecify.annotations.NullMarked;
