package dev.dbg.resolve.lxc;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.HostProcess;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.SentMessage;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The command socket at which the monitor of a running container answers, commands.c of liblxc. A
 * question and its answer are each a struct of 16 bytes, and a connection is for one question.
 *
 * <p>The socket has an abstract name, so while the container is down, anybody in the host's network
 * namespace may listen under that name: a user, or root of a container that has no network
 * namespace of its own. A listener is therefore believed only if its uid was 0 when it called
 * listen(2), and if the process that sends the answer is root in the host's pid, mount and user
 * namespaces. That process is held while it is asked again for the container's pidfd, and must
 * still be alive afterwards, so it is the one that was checked. No descriptor is received before.
 */
record CommandSocket(String address) {
  private static final int GET_STATE = 3;
  private static final int GET_INIT_PIDFD = 18;
  private static final int SIZE = 16;

  /** In the order of liblxc's numbers, state.h; a state that is newer counts as stopped. */
  private static final List<String> STATES =
      List.of(
          ContainerState.STOPPED,
          "starting",
          ContainerState.RUNNING,
          "stopping",
          "aborting",
          "paused",
          "paused",
          ContainerState.RUNNING);

  private static final int RESULT_AT = 0;
  private static final int DATA_AT = 8;

  /** The longest name in a struct sockaddr_un, with a NUL at both ends as liblxc counts. */
  private static final int LONGEST_NAME = 105;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private static final Set<NamespaceKind> HOSTS =
      EnumSet.of(NamespaceKind.PID, NamespaceKind.MNT, NamespaceKind.USER);

  /**
   * The socket of a container.
   *
   * @param lxcPath the directory that has a directory for each container
   */
  static CommandSocket of(Path lxcPath, String container) {
    String name = lxcPath + "/" + container + "/command";
    return new CommandSocket(
        name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
            ? "@" + name
            : "@lxc/%016x/command".formatted(hash(lxcPath + "/" + container)));
  }

  /** FNV-1a with 64 bits, by which liblxc shortens a name that is too long. */
  private static long hash(String text) {
    long hash = FNV_OFFSET;
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ Byte.toUnsignedLong(one)) * FNV_PRIME;
    }
    return hash;
  }

  /** Who listens is not the container's monitor. */
  static final class NotTheMonitor extends IOException {
    private final String who;

    private NotTheMonitor(String address, String who) {
      super(address + ": " + who);
      this.who = who;
    }

    /** Who it is, for the container's state: {@code uid 1001 listens there}. */
    String who() {
      return who;
    }
  }

  /**
   * Asks the container's monitor, in the host's network. If nobody listens, the container does not
   * run.
   *
   * @param deadline by {@link System#nanoTime}
   * @throws NotTheMonitor if somebody else listens
   * @throws IOException if there is no answer in time, or none that can be understood
   */
  ContainerState ask(long deadline) throws IOException {
    try (StreamConnection connection = connect(deadline)) {
      ask(connection, GET_STATE);
      PeerCredentials sender = connection.awaitSender();
      try (PidFd monitor = PidFd.open(sender.pid())) {
        requireMonitor(sender);
        try (SentMessage answer = connection.receive(SIZE)) {
          int state = (int) number(answer, DATA_AT);
          boolean isKnown = state >= 0 && state < STATES.size();
          ContainerState whole =
              init(isKnown ? STATES.get(state) : ContainerState.STOPPED, sender, deadline);
          if (!monitor.isAlive()) {
            throw new IOException(address + ": who answers has ended meanwhile");
          }
          return whole;
        }
      }
    } catch (KernelException e) {
      if (e.isRefused()) {
        return ContainerState.stopped(ContainerState.STOPPED);
      }
      throw e;
    }
  }

  private ContainerState init(String state, PeerCredentials monitor, long deadline)
      throws IOException {
    try (StreamConnection connection = connect(deadline)) {
      ask(connection, GET_INIT_PIDFD);
      PeerCredentials sender = connection.awaitSender();
      if (!sender.equals(monitor)) {
        throw new NotTheMonitor(address, "two processes answer");
      }
      try (SentMessage answer = connection.receive(SIZE)) {
        long result = (int) number(answer, RESULT_AT);
        Optional<Fd> passed = answer.release();
        if (passed.isEmpty()) {
          throw new IOException("%s passes no pidfd: error %d".formatted(address, -result));
        }
        try (PidFd process = new PidFd(passed.get())) {
          Pid init =
              process.pid().orElseThrow(() -> new IOException(address + " names no process"));
          try (ProcDir directory = ProcDir.open(init)) {
            return ContainerState.held(state, init, process, directory, ResolvedBy.API);
          }
        }
      }
    }
  }

  private StreamConnection connect(long deadline) throws IOException {
    StreamConnection connection = StreamConnection.connectAtOnce(address, deadline);
    if (!connection.peer().equals(Uid.ROOT)) {
      String who = "uid %s listens there".formatted(connection.peer());
      connection.close();
      throw new NotTheMonitor(address, who);
    }
    connection.tellSenders();
    return connection;
  }

  private void requireMonitor(PeerCredentials sender) throws IOException {
    if (!sender.uid().equals(Uid.ROOT)) {
      throw new NotTheMonitor(address, "uid %s answers there".formatted(sender.uid()));
    }
    try (ProcDir process = ProcDir.open(sender.pid())) {
      if (!HostProcess.shares(process, HOSTS)) {
        throw new NotTheMonitor(
            address, "process %s of a container answers there".formatted(sender.pid()));
      }
    }
  }

  private static void ask(StreamConnection connection, int command) throws IOException {
    connection.send(
        ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder()).putInt(command).array());
  }

  private long number(SentMessage answer, int at) throws IOException {
    if (answer.bytes().length != SIZE) {
      throw new IOException(address + " answers with less than 16 bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(answer.bytes()).order(ByteOrder.nativeOrder());
    return at == DATA_AT ? bytes.getLong(DATA_AT) : bytes.getInt(at);
  }
}
