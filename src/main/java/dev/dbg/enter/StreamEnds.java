package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.plan.Streams;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tool's standard input, output and error, by the tool's ends and the client's. dbgd makes them:
 * no descriptor of an operator's ever comes to dbgd, dbg-enter or a tool. A file system of the
 * operator's that does not answer would hold whoever closes such a descriptor; a socket of theirs
 * would carry root's word for who wrote; a file would be written with root's reserve.
 *
 * <p>Pipes, but for output where the operator has a terminal: a tool that prints for people, in
 * columns, or line by line, sees one too. With {@code -t} the pipes are the relay's, and the tool
 * has {@link #terminal}.
 *
 * <p>For the session's threads, one after the other.
 */
public final class StreamEnds implements AutoCloseable {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;

  private final List<Fd> tools = new ArrayList<>();
  private final List<Fd> clients = new ArrayList<>();
  private int mask;
  private Optional<Fd> terminal = Optional.empty();

  private StreamEnds() {}

  /**
   * What the streams are made for.
   *
   * @param streams how they reach the operator
   * @param input whether the tool reads standard input: else it ends at once, and nobody reads the
   *     operator's
   * @param terminals which of the operator's descriptors are terminals
   * @param size of the operator's terminal
   */
  public record Wanted(
      Streams streams, boolean input, Set<Integer> terminals, Terminal.Size size) {}

  /** Makes them. Whoever has them closes them. */
  public static StreamEnds open(Wanted wanted) throws KernelException {
    StreamEnds ends = new StreamEnds();
    boolean whole = false;
    try {
      ends.addInput(wanted.input() || wanted.streams() == Streams.TERMINAL);
      if (wanted.streams() == Streams.HANDED) {
        ends.addOutputs(wanted);
      } else if (wanted.streams() == Streams.RELAYED) {
        ends.addPipe(OUTPUT);
        ends.addPipe(ERROR);
      } else {
        ends.addPipe(OUTPUT);
        ends.tools.add(ends.tools.get(OUTPUT));
        ends.terminal = Optional.of(openMaster(wanted.size()));
      }
      whole = true;
      return ends;
    } finally {
      if (!whole) {
        ends.close();
      }
    }
  }

  private void addInput(boolean isRead) throws KernelException {
    Pipe pipe = Pipe.open();
    tools.add(pipe.reader());
    if (isRead) {
      client(INPUT, pipe.writer());
    } else {
      pipe.writer().close();
    }
  }

  /** A terminal that shows both is one: what is printed first is seen first. */
  private void addOutputs(Wanted wanted) throws KernelException {
    Optional<Fd> screen = Optional.empty();
    for (int number : List.of(OUTPUT, ERROR)) {
      if (!wanted.terminals().contains(number)) {
        addPipe(number);
      } else if (screen.isPresent()) {
        tools.add(screen.get());
      } else {
        Fd master = openMaster(wanted.size());
        client(number, master);
        Fd slave = Terminal.openRawSlave(master);
        tools.add(slave);
        screen = Optional.of(slave);
      }
    }
  }

  private void addPipe(int number) throws KernelException {
    Pipe pipe = Pipe.open();
    client(number, pipe.reader());
    tools.add(pipe.writer());
  }

  private static Fd openMaster(Terminal.Size size) throws KernelException {
    Fd master = Terminal.openMaster();
    boolean sized = false;
    try {
      Terminal.resize(master, size);
      sized = true;
      return master;
    } finally {
      if (!sized) {
        master.close();
      }
    }
  }

  private void client(int number, Fd end) {
    clients.add(end);
    mask |= 1 << number;
  }

  /** The tool's descriptors 0, 1 and 2; with a relay, the relay's. */
  List<Fd> tools() {
    return tools;
  }

  /** Which streams the client has ends of: bit n for the tool's descriptor n. */
  public int mask() {
    return mask;
  }

  /** The client's ends, in the order of the mask's bits. */
  public List<Fd> clients() {
    return clients;
  }

  /** The master of the terminal that a tool has with {@code -t}. */
  Optional<Fd> terminal() {
    return terminal;
  }

  /** The client has its own: whoever else held one would keep it from hearing of an end. */
  public void closeClients() {
    clients.forEach(Fd::close);
  }

  /** The tool has its own, likewise. */
  void closeTools() {
    tools.forEach(Fd::close);
  }

  /** Gives the tool's terminal another size; nothing where it has none, or is gone. */
  void resize(Terminal.Size size) throws KernelException {
    if (terminal.isPresent()) {
      Terminal.resize(terminal.get(), size);
    }
  }

  @Override
  public void close() {
    closeTools();
    closeClients();
    terminal.ifPresent(Fd::close);
  }
}
