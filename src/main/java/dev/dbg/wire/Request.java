package dev.dbg.wire;

import dev.dbg.kernel.process.Terminal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client's request.
 *
 * @param window the terminal's size
 * @param terminals which of the client's descriptors 0, 1 and 2 are terminals, as the client says;
 *     it decides only how the answer looks
 * @param environment the client's environment variables that concern dbgd, those of {@link
 *     #TERMINAL} and the other names here; unset ones are missing
 * @param directory the client's working directory, only for the record; nothing is opened there
 * @param arguments the command line without the program's name, as {@link dev.dbg.model.RawText}
 */
public record Request(
    Terminal.Size window,
    Set<Integer> terminals,
    Map<String, String> environment,
    String directory,
    List<String> arguments) {
  /** The type of the client's terminal. */
  public static final String TERMINAL = "TERM";

  /** The time zone in which the operator reads times, tzset(3). */
  public static final String ZONE = "TZ";

  /** Set, and not empty, if the operator wants no colours: no-color.org. */
  public static final String NO_COLOUR = "NO_COLOR";

  /** The number of the {@code dbg shell} that the client was started in. */
  public static final String SHELL = "DBG_SHELL";

  /** Set, and not empty, if Tab asked, and nobody typed the line. */
  public static final String TAB = "DBG_TAB";

  /** A name of the zone database. TZ may also hold a path, which nobody opens here. */
  private static final Pattern ZONE_NAME = Pattern.compile(":?([A-Za-z][A-Za-z0-9_+/-]{0,63})");

  /** POSIX's form without summer time: its hours count to the west of Greenwich. */
  private static final Pattern ZONE_HOURS =
      Pattern.compile("(?:[A-Za-z]{3,9}|<[A-Za-z0-9+-]{3,9}>)([+-]?)([0-9]{1,2})(?::([0-9]{2}))?");

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;

  public Request {
    terminals = Set.copyOf(terminals);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    arguments = List.copyOf(arguments);
  }

  /** The value of an environment variable; empty if it is not set. */
  public String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /**
   * The zone of the client's clock. Its TZ is any text that the client likes: one that names no
   * known zone, such as a path or a rule for summer time, stands for the zone of the host.
   */
  public ZoneId zone() {
    return zone(variable(ZONE)).orElseGet(ZoneId::systemDefault).normalized();
  }

  private static Optional<ZoneId> zone(String text) {
    try {
      Matcher name = ZONE_NAME.matcher(text);
      if (name.matches() && ZoneId.getAvailableZoneIds().contains(name.group(1))) {
        return Optional.of(ZoneId.of(name.group(1)));
      }
      Matcher posix = ZONE_HOURS.matcher(text);
      if (posix.matches()) {
        int minutes = posix.group(3) == null ? 0 : Integer.parseInt(posix.group(3));
        int seconds = Integer.parseInt(posix.group(2)) * 3600 + minutes * 60;
        return Optional.of(
            ZoneOffset.ofTotalSeconds(posix.group(1).equals("-") ? seconds : -seconds));
      }
    } catch (DateTimeException e) {
      // No zone is so far from Greenwich.
    }
    return Optional.empty();
  }

  /** Whether standard output is a terminal. */
  public boolean printsToTerminal() {
    return terminals.contains(OUTPUT);
  }

  /** Whether standard input and output are terminals. */
  public boolean isAtTerminal() {
    return terminals.contains(INPUT) && printsToTerminal();
  }
}
