package dev.dbg.wire;

import dev.dbg.kernel.process.Terminal;
import java.util.List;
import java.util.Set;

/**
 * What a client asks.
 *
 * @param window the terminal's size
 * @param terminals which of the client's descriptors 0, 1 and 2 are terminals: the client's word,
 *     which decides only what it is shown
 * @param terminal the client's TERM, empty when it has none
 * @param directory where the client stands, only for the record: nothing is opened there
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

  /** Whether what is printed is shown at a terminal. */
  public boolean printsToTerminal() {
    return terminals.contains(OUTPUT);
  }

  /** Whether a person types what is read, and sees what is printed. */
  public boolean isAtTerminal() {
    return terminals.contains(INPUT) && printsToTerminal();
  }
}
