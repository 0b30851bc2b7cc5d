package dev.dbg.deliver;

import dev.dbg.audit.write.Receivers;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far the configured receivers have come, as whoever sends to them has noted it. That is
 * another process and another user, so what lies there is read with care: no link is followed, no
 * pipe waited for.
 *
 * @param directory where the notes are
 */
public record DeliveryProgress(Path directory, List<String> names) implements Receivers {
  @Override
  public Map<String, Long> have() throws IOException {
    Map<String, Long> have = new LinkedHashMap<>();
    if (names.isEmpty()) {
      return have;
    }
    if (!Files.isDirectory(directory)) {
      names.forEach(name -> have.put(name, 0L));
      return have;
    }
    Uid owner = new Uid((Integer) Files.getAttribute(directory, "unix:uid"));
    try (OwnedTree notes = opened(owner)) {
      for (String name : names) {
        have.put(name, had(notes, name));
      }
    }
    return have;
  }

  /** Nobody but its owner may read what lies there, or who may read all. */
  private OwnedTree opened(Uid owner) throws IOException {
    try (Capabilities.Raised _ = Capabilities.raise()) {
      return OwnedTree.open(directory, owner);
    }
  }

  private static byte[] read(OwnedTree notes, String path) throws IOException {
    try (Capabilities.Raised _ = Capabilities.raise()) {
      return notes.read(path, CursorFile.MOST_BYTES).bytes();
    }
  }

  /** What cannot be read, or says nothing, counts as nothing had. */
  private long had(OwnedTree notes, String name) {
    CursorFile file = CursorFile.of(directory, name);
    try {
      String path = String.valueOf(file.path().getFileName());
      return file.parse(read(notes, path)).seq();
    } catch (IOException e) {
      return 0;
    }
  }
}
