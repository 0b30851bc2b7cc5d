package dev.dbg.resolve.stopped;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The layers of a container, or of an image, in the store that Docker and Podman have for
 * overlayfs: {@code LAYER/diff} has the files of one, and {@code LAYER/lower} names those below it
 * by the links of the directory {@code l}.
 */
final class Layers {
  // The second is one that Docker's BuildKit has made.
  private static final Pattern LAYER = Pattern.compile("[0-9a-f]{64}(-init)?|[0-9a-z]{25}");
  private static final Pattern LINK = Pattern.compile("l/[A-Z0-9]{26}");
  private static final String FILES = "diff";

  /** As many as Docker has at most. The descriptors of all are named in one option of mount(2). */
  static final int MOST = 128;

  private Layers() {}

  /**
   * The directories of the layer and of those below it, the uppermost first.
   *
   * @throws IOException if the store does not have them in this form
   */
  static List<Path> of(Path store, String layer) throws IOException {
    List<Path> all = new ArrayList<>(List.of(files(store, store.resolve(layer).resolve(FILES))));
    List<String> links = lower(store.resolve(layer).resolve("lower"));
    if (links.size() == MOST) {
      throw new IOException("it has more than %d layers".formatted(MOST));
    }
    for (String link : links) {
      if (!LINK.matcher(link).matches()) {
        throw new IOException("%s names a layer in a form that dbg does not know".formatted(layer));
      }
      Path at = store.resolve(link);
      all.add(files(store, at.resolveSibling(Files.readSymbolicLink(at)).normalize()));
    }
    return all;
  }

  /** The lowest layer has no such file. */
  private static List<String> lower(Path file) throws IOException {
    return KernelException.ifThere(() -> TrustedFile.readOutOfReach(file)).stream()
        .flatMap(text -> RawText.pieces(text.strip(), ':'))
        .limit(MOST)
        .toList();
  }

  /** The path itself, if it is that of a layer's files and only root can have made it. */
  private static Path files(Path store, Path path) throws IOException {
    Path layer = store.relativize(path);
    if (layer.getNameCount() != 2
        || !LAYER.matcher(layer.getName(0).toString()).matches()
        || !layer.endsWith(FILES)) {
      throw new IOException(path + " is not a layer of " + store);
    }
    TrustedFile.requireTrustedParents(path);
    return path;
  }
}
