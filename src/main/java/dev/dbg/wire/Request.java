package dev.dbg.wire;

import dev.dbg.kernel.process.Terminal;
import java.util.List;
import java.util.Set;

/**
 * A client's request.
 *
 * @param window the terminal's size
 * @param terminals which of the client's descriptors 0, 1 and 2 are terminals, as the client says;
 *     it decides only how the answer looks
 * @param terminal the client's TERM, empty if it has none
 * @param directory the client's working directory, only for the record; nothing is opened there
 * @param arguments the command line without the program's name, as {@link dev.dbg.model.RawText}
 */
public record Request(
    Terminal.Size window,
    Set<Integer> terminals,
    String terminal,
    String directory,
    List<String> arguments) {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;

  public Request {
    terminals = Set.copyOf(terminals);
    arguments = List.copyOf(arguments);
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
