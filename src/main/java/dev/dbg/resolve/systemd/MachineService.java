package dev.dbg.resolve.systemd;

import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Uid;
import dev.dbg.resolve.engine.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * systemd-machined, asked by Varlink at {@code /run/systemd/machine/io.systemd.Machine}: a question
 * and its answer are each a JSON object that ends with a NUL byte. The directory and the socket
 * belong to root, and root must listen there.
 *
 * @param directory has the socket
 */
record MachineService(Path directory) {
  private static final String SOCKET = "io.systemd.Machine";
  private static final String UNKNOWN = "io.systemd.Machine.NoSuchMachine";
  private static final int LONGEST_ANSWER = 1 << 18;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private static final Set<String> WANTED =
      Set.of(
          "error",
          "parameters.name",
          "parameters.class",
          "parameters.id",
          "parameters.unit",
          "parameters.uid",
          "parameters.leader.pid",
          "parameters.leader.pidfdId",
          "parameters.leader.bootId");

  /**
   * Asks for a machine.
   *
   * @param name letters, digits and {@code . _ -}
   * @return empty if there is no such machine
   * @throws IOException if machined does not answer in time
   */
  Optional<Machine> find(String name) throws IOException {
    long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
    byte[] answer;
    try (OwnedTree tree = OwnedTree.open(directory, Uid.ROOT);
        StreamConnection connection = tree.connect(SOCKET, deadline)) {
      String question =
          "{\"method\":\"io.systemd.Machine.List\",\"parameters\":{\"name\":\"%s\"}}\0"
              .formatted(name);
      connection.send(question.getBytes(StandardCharsets.UTF_8));
      answer = connection.receiveToNul(LONGEST_ANSWER);
    }
    JsonFields fields = JsonFields.of(answer, WANTED);
    if (fields.text("error").equals(UNKNOWN)) {
      return Optional.empty();
    }
    if (!fields.text("error").isEmpty() || !fields.text("parameters.name").equals(name)) {
      throw new IOException("machined answers with an error: " + fields.text("error"));
    }
    return Optional.of(machine(fields));
  }

  private static Machine machine(JsonFields fields) throws IOException {
    String user = fields.text("parameters.uid");
    return new Machine(
        fields.text("parameters.name"),
        fields.text("parameters.class"),
        fields.text("parameters.id"),
        fields.text("parameters.unit"),
        fields.number("parameters.leader.pid"),
        inode(fields),
        !user.isEmpty() && !user.equals("0"));
  }

  /** Of this boot only: machined keeps none from an earlier one. */
  private static Optional<Long> inode(JsonFields fields) throws IOException {
    String boot = Files.readString(BOOT).strip().replace("-", "");
    String inode = fields.text("parameters.leader.pidfdId");
    return inode.matches("[1-9][0-9]{0,17}")
            && fields.text("parameters.leader.bootId").replace("-", "").equals(boot)
        ? Optional.of(Long.valueOf(inode))
        : Optional.empty();
  }
}
