package dev.dbg.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * The image that a container was made from, or of which the files are asked for.
 *
 * @param name as given to the runtime; by now it may refer to another image; empty if there is none
 * @param id the runtime's id, which always means this image; empty if not known
 * @param names the name alone; of an image that is asked for all that engines have, {@link #brief}
 */
public record Image(String name, String id, List<String> names) {
  /** A bare process has none. */
  public static final Image NONE = new Image("", "");

  /** Of {@code image://REFERENCE}, the files of an image. */
  public static final String SCHEME = "image";

  private static final String ALGORITHM = "sha256:";

  /** If a runtime leaves out the algorithm of the id, it is SHA-256. */
  public Image {
    id = id.matches("[0-9a-f]{64}") ? ALGORITHM + id : id;
    names = List.copyOf(names);
  }

  public Image(String name, String id) {
    this(name, id, name.isEmpty() ? List.of() : List.of(name));
  }

  /** A reference with its tag, and without the registry that is meant if none is named. */
  public static String brief(String reference) {
    String brief = reference.replaceFirst("^docker\\.io/(library/(?=[^/]*$))?", "");
    return brief.indexOf(':', brief.lastIndexOf('/')) < 0 ? brief + ":latest" : brief;
  }

  /** Its names as engines and people spell them: also with the registry, and without the tag. */
  public Stream<String> spellings() {
    return names.stream()
        .flatMap(name -> Stream.of(name, "docker.io/" + name, "docker.io/library/" + name))
        .flatMap(name -> Stream.of(name, name.replaceFirst(":latest$", "")));
  }

  /** Whether the reference is one of its names, or its id, or the beginning of that. */
  public boolean isMeantBy(String reference) {
    return names.contains(brief(reference))
        || (reference.matches("(sha256:)?[0-9a-f]{12,64}")
            && id.startsWith(ALGORITHM + reference.replace(ALGORITHM, "")));
  }
}
