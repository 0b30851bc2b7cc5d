package dev.dbg.altered;

import java.util.Set;

/**
 * Which alterations are in force, where all of them are in one jar: those that the option {@code
 * -Ddbg.altered} of this JVM names. What asks may be a thread that has no files, so nothing is
 * opened and nothing allocated.
 */
public final class Switches {
  /** Names as {@link Class#getName} has them, separated by commas. */
  public static final String PROPERTY = "dbg.altered";

  private static final Set<String> ON = Set.of(System.getProperty(PROPERTY, "").split(",", -1));

  private Switches() {}

  public static boolean isOn(String alteration) {
    return ON.contains(alteration);
  }
}
