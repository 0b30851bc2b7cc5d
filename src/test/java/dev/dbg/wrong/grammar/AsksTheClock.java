package dev.dbg.wrong.grammar;

import java.time.Clock;

/** Uses a clock in a room that must not. */
public final class AsksTheClock {
  Clock clock = Clock.systemUTC();
}
