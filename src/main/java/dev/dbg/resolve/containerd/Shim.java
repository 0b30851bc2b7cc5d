package dev.dbg.resolve.containerd;

import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The shim of a container, asked for its state over its own socket, which it also answers while
 * containerd is stopped. The shim is the parent that waits for the container's process, so its
 * answer is current.
 */
final class Shim {
  private static final Duration WITHIN = Duration.ofMillis(500);
  private static final String SERVICE = "containerd.task.v2.Task";
  private static final long RUNNING = 2;
  private static final long PAUSED = 4;
  private static final long PAUSING = 5;

  private Shim() {}

  /**
   * A task's state.
   *
   * @param word {@code running}, {@code paused} or {@code ended}
   * @param pid 0 if it has no process
   */
  record TaskState(String word, int pid) {
    static final String RUNNING = "running";
    static final TaskState ENDED = new TaskState("ended", 0);
  }

  /**
   * Asks for the state of a bundle's container.
   *
   * @return {@link TaskState#ENDED} also if the shim knows no such container
   * @throws IOException if there is no shim of root, it does not answer in time, or its answer is
   *     not about this container
   */
  static TaskState of(Bundle bundle) throws IOException {
    Optional<String> socket = bundle.shim();
    if (socket.isEmpty()) {
      throw new IOException("its shim's address is not known");
    }
    long deadline = System.nanoTime() + WITHIN.toNanos();
    // The sockets are in a directory of mode 0600.
    try (StreamConnection shim =
        StreamConnection.connectRaised(socket.get(), "the shim of " + bundle.id(), deadline)) {
      if (!shim.peer().equals(Uid.ROOT)) {
        throw new IOException("uid %s listens for its shim, not root".formatted(shim.peer()));
      }
      ProtobufMessage request = new ProtobufMessage().with(1, bundle.id());
      Optional<byte[]> answer = Ttrpc.call(shim, SERVICE, "State", request);
      return answer.isEmpty() ? TaskState.ENDED : state(bundle, ProtobufFields.of(answer.get()));
    }
  }

  static TaskState state(Bundle bundle, ProtobufFields answer) throws IOException {
    if (!answer.text(1).equals(bundle.id())) {
      throw new IOException("its shim answers about another container");
    }
    long pid = answer.number(3);
    if (pid <= 0 || pid > Integer.MAX_VALUE) {
      return TaskState.ENDED;
    }
    long status = answer.number(4);
    if (status == RUNNING) {
      return new TaskState(TaskState.RUNNING, (int) pid);
    }
    return status == PAUSED || status == PAUSING
        ? new TaskState("paused", (int) pid)
        : TaskState.ENDED;
  }
}
