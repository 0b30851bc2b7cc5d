package dev.dbg.wire;

import java.util.List;

/**
 * What a client asks.
 *
 * @param rows the terminal's size, 0 when there is no terminal
 * @param columns likewise
 * @param terminal the client's TERM, empty when it has none
 * @param directory where the client stands, only for the record: nothing is opened there
 * @param arguments the command line without the program's name, as {@link dev.dbg.model.RawText}
 */
public record Request(
    int rows, int columns, String terminal, String directory, List<String> arguments) {
  public Request {
    arguments = List.copyOf(arguments);
  }
}
