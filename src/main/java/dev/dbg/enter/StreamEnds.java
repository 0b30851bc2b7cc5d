package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.StreamPair;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import dev.dbg.plan.Plan;
import dev.dbg.plan.Streams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Both ends of a tool's standard input, output and error: the tool's and the client's. dbgd makes
 * them, and accepts no descriptor from an operator for itself, dbg-enter or a tool. Such a
 * descriptor could be of a file system that never answers, which blocks the process that closes it;
 * of a socket, to which the tool would write with root's credentials; or of a file, which would be
 * written with the disk space reserved for root.
 *
 * <p>They are pipes; with a relay the client has sockets, because the target may wait for the relay
 * ({@link Plan#holdsTarget}), and who has an end of a pipe can hold the other. But output to an
 * operator's terminal goes through a terminal, so that a tool prints in columns or line by line.
 * With {@code -t} dbg-enter relays the pipes to the tool's {@link #terminal}.
 *
 * <p>For the session's threads, one at a time.
 */
public final class StreamEnds implements AutoCloseable {
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;

  /** Two numbers, in bytes. */
  private static final int COUNTS = 2 * Long.BYTES;

  private final boolean sockets;
  private final List<Fd> tools = new ArrayList<>();
  private final List<Fd> clients = new ArrayList<>();
  private int mask;
  private Optional<Fd> terminal = Optional.empty();
  private Optional<Pipe> counts = Optional.empty();

  private StreamEnds(boolean sockets) {
    this.sockets = sockets;
  }

  /**
   * The requested streams.
   *
   * @param streams how they reach the operator
   * @param input whether the tool reads standard input; otherwise it gets end-of-file, and the
   *     operator's is not read
   * @param counted whether it copies, and says at its end how much
   * @param feed what it reads instead, from dbgd
   * @param terminals the operator's descriptors that are terminals
   * @param size the size of the operator's terminal
   * @param owner the host's ids of the tool's user, to whom a terminal belongs; empty for root
   */
  public record WantedStreams(
      Streams streams,
      boolean input,
      boolean counted,
      Optional<Fd> feed,
      Set<Integer> terminals,
      Terminal.Size size,
      Optional<TerminalOwner> owner) {}

  /** A user and a group of the host. */
  public record TerminalOwner(Uid uid, Gid gid) {}

  /** Creates the streams; the caller closes them. */
  public static StreamEnds open(WantedStreams wanted) throws KernelException {
    StreamEnds ends = new StreamEnds(wanted.streams().areRelayed());
    try {
      if (wanted.feed().isPresent()) {
        ends.tools.add(wanted.feed().get());
      } else {
        ends.addInput(wanted.input() || wanted.streams() == Streams.TERMINAL);
      }
      if (wanted.streams() == Streams.HANDED) {
        ends.addOutputs(wanted);
      } else if (wanted.streams() == Streams.RELAYED) {
        ends.addOutput(OUTPUT);
        ends.addOutput(ERROR);
      } else {
        ends.addOutput(OUTPUT);
        ends.tools.add(ends.tools.get(OUTPUT));
        ends.terminal = Optional.of(openMaster(wanted));
      }
      if (wanted.counted()) {
        ends.counts = Optional.of(Pipe.openForRest());
      }
      return ends;
    } catch (Throwable e) {
      ends.close();
      throw e;
    }
  }

  private void addInput(boolean isRead) throws KernelException {
    if (isRead && sockets) {
      add(INPUT, StreamPair.inward());
      return;
    }
    Pipe pipe = Pipe.open();
    tools.add(pipe.reader());
    if (isRead) {
      client(INPUT, pipe.writer());
    } else {
      pipe.writer().close();
    }
  }

  /** Output and error share one terminal, so that the order of what is printed is kept. */
  private void addOutputs(WantedStreams wanted) throws KernelException {
    Optional<Fd> screen = Optional.empty();
    for (int number : List.of(OUTPUT, ERROR)) {
      if (!wanted.terminals().contains(number)) {
        addOutput(number);
      } else if (screen.isPresent()) {
        tools.add(screen.get());
      } else {
        Fd master = openMaster(wanted);
        client(number, master);
        Fd slave = Terminal.openRawSlave(master);
        tools.add(slave);
        screen = Optional.of(slave);
      }
    }
  }

  private void addOutput(int number) throws KernelException {
    if (sockets) {
      add(number, StreamPair.outward());
      return;
    }
    Pipe pipe = Pipe.open();
    client(number, pipe.reader());
    tools.add(pipe.writer());
  }

  private void add(int number, StreamPair pair) {
    client(number, pair.theirs());
    tools.add(pair.ours());
  }

  private static Fd openMaster(WantedStreams wanted) throws KernelException {
    Fd master = wanted.owner().isEmpty() ? Terminal.openMaster() : openMaster(wanted.owner().get());
    try {
      Terminal.resize(master, wanted.size());
      return master;
    } catch (Throwable e) {
      master.close();
      throw e;
    }
  }

  /** A terminal belongs to the user who opens its master, as seen by file systems. */
  private static Fd openMaster(TerminalOwner owner) throws KernelException {
    return OneUseThread.run(
        "terminal",
        () -> {
          FileSystemIdentity.take(owner.uid(), owner.gid());
          return Terminal.openMaster();
        });
  }

  private void client(int number, Fd end) {
    clients.add(end);
    mask |= 1 << number;
  }

  /** The tool's descriptors 0, 1 and 2; with a relay, the relay's. */
  List<Fd> tools() {
    return tools;
  }

  /** The streams of which the client has an end: bit n for the tool's descriptor n. */
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

  /** Where a tool that copies says how much. */
  Optional<Fd> counts() {
    return counts.map(Pipe::writer);
  }

  /** How many bytes a tool that has ended sent and received; empty if it does not say that. */
  public List<Long> counted() {
    ByteBuffer said = ByteBuffer.wrap(counts.map(pipe -> pipe.rest(COUNTS)).orElse(new byte[0]));
    return said.limit() < COUNTS
        ? List.of()
        : List.of(said.order(ByteOrder.nativeOrder()).getLong(), said.getLong());
  }

  /** Closes dbgd's copies; while one is open, the tool does not see that the client closed it. */
  public void closeClients() {
    clients.forEach(Fd::close);
  }

  /** Closes dbgd's copies of the tool's ends; while one is open, the client sees no end-of-file. */
  void closeTools() {
    tools.forEach(Fd::close);
  }

  /** Sets the size of the tool's terminal, if it has one. */
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
    counts.ifPresent(Pipe::close);
  }
}
