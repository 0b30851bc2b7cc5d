package dev.dbg.deliver;

import dev.dbg.audit.write.Receivers;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The positions of the configured receivers, from the cursor files of {@code dbgd deliver}. Another
 * user writes these files, so they are read without following links or blocking on pipes.
 *
 * @param directory the directory of the cursor files
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
    // Only its owner may read the directory.
    try (OwnedTree notes = OwnedTree.openRaised(directory, owner)) {
      for (String name : names) {
        have.put(name, had(notes, name));
      }
    }
    return have;
  }

  /** 0 if the file cannot be read or parsed. */
  private long had(OwnedTree notes, String name) {
    CursorFile file = CursorFile.of(directory, name);
    try {
      String path = String.valueOf(file.path().getFileName());
      return file.parse(notes.read(path, CursorFile.MOST_BYTES).bytes()).seq();
    } catch (IOException e) {
      return 0;
    }
  }
}
