package dev.dbg.wire;

import dev.dbg.kernel.process.Terminal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** Whether standard output is a terminal. */
  public boolean printsToTerminal() {
    return terminals.contains(OUTPUT);
  }

  /** Whether standard input and output are terminals. */
  public boolean isAtTerminal() {
    return terminals.contains(INPUT) && printsToTerminal();
  }
}
