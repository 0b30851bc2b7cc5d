package dev.dbg.wrong.grammar;

import java.time.Clock;

/** Decides by the time of day. */
public final class AsksTheClock {
  Clock clock = Clock.systemUTC();
}
