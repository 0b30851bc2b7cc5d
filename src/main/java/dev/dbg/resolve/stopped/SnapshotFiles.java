package dev.dbg.resolve.stopped;

import static java.util.stream.Collectors.toSet;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What containerd keeps of a container, with its snapshotter overlayfs. */
public final class SnapshotFiles {
  /** Of one store, with colons between them. */
  private static final Pattern LAYERS =
      Pattern.compile(
          "((/[^:]+)/io\\.containerd\\.snapshotter\\.v1\\.overlayfs/snapshots/)[0-9]+/fs(:\\1[0-9]+/fs)*");

  /** Others may change what is seen. */
  private static final Pattern KNOWN =
      Pattern.compile("(upper|lower|work)dir=.*|index=o(n|ff)|volatile|r[ow]|rbind");

  private static final String MAPPINGS = "linux.uidMappings";

  private static final Set<String> WANTED =
      Stream.concat(Stream.of(MAPPINGS + ".#.size"), StoppedMounts.MOUNTS.stream())
          .collect(toSet());

  private SnapshotFiles() {}

  /**
   * The files of a container that does not run.
   *
   * @param type of the mount of its snapshot: {@code overlay}, or {@code bind} for a single layer
   * @param specification config.json of the OCI's runtime specification
   * @throws IOException if they are not kept in this form; the message says why
   */
  public static StoppedFiles of(
      String type, String source, List<String> options, byte[] specification) throws IOException {
    InputStream json = new ByteArrayInputStream(specification);
    JsonFields specified = JsonFields.of(json, WANTED, Allowance.ofOne());
    if (!specified.each(MAPPINGS).isEmpty()) {
      throw new IOException("it has a user namespace, in which its files have other owners");
    }
    List<String> names = layers(type, source, options);
    Matcher match = LAYERS.matcher(String.join(":", names));
    // A match of many takes a deep stack.
    if (names.size() > Layers.MOST || !match.matches()) {
      throw new IOException(
          "its layers are not those of containerd's overlayfs, or more than %d"
              .formatted(Layers.MOST));
    }
    List<Path> layers = names.stream().map(Path::of).toList();
    for (Path layer : layers) {
      TrustedFile.requireTrustedParents(layer);
    }
    StoppedMounts mounted = new StoppedMounts(List.of(Path.of(match.group(2))));
    specified.each("mounts").forEach(mounted::take);
    return mounted.over(layers);
  }

  /** The uppermost first. */
  private static List<String> layers(String type, String source, List<String> options)
      throws IOException {
    for (String option : options) {
      if (!KNOWN.matcher(option).matches()) {
        throw new IOException("containerd mounts it with %s".formatted(option));
      }
    }
    return switch (type) {
      case "overlay" ->
          Stream.of("upperdir=", "lowerdir=")
              .flatMap(key -> options.stream().filter(option -> option.startsWith(key)))
              .flatMap(option -> RawText.pieces(option.substring("upperdir=".length()), ':'))
              .limit(Layers.MOST + 1L)
              .toList();
      case "bind" -> List.of(source);
      default -> throw new IOException("containerd keeps it as '%s', not overlay".formatted(type));
    };
  }
}
