package dev.dbg.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image that a container was made from, or of which the files are asked for.
 *
 * @param name as given to the runtime; by now it may refer to another image; empty if there is none
 * @param id the runtime's id, which always means this image; empty if not known
 * @param names the name alone; of an image that is asked for all that engines have, {@link #brief},
 *     and an empty one for those that are not known
 */
public record Image(String name, String id, List<String> names) {
  /** A bare process has none. */
  public static final Image NONE = new Image("", "");

  /** Of {@code image://REFERENCE}, the files of an image. */
  public static final String SCHEME = "image";

  private static final String ALGORITHM = "sha256:";

  /** What a record has of the names: who made an image chooses how many it has. */
  private static final int MOST_RECORDED = 32;

  private static final int MOST_CHARACTERS = 2048;

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

  /** The names for a record: as many as it has room for, and then {@code N more}. */
  public List<String> recorded() {
    List<String> some = new ArrayList<>();
    int size = 0;
    for (String name : names) {
      size += name.length();
      if (size > MOST_CHARACTERS || some.size() == MOST_RECORDED) {
        some.add("%d more".formatted(names.size() - some.size()));
        break;
      }
      some.add(name);
    }
    return some;
  }

  /** The image of a record. A name has no space: what has one stands for what was left out. */
  public static Image ofRecord(String name, String id, List<String> recorded) {
    return new Image(
        name, id, recorded.stream().map(text -> text.contains(" ") ? "" : text).toList());
  }

  /** Whether it may have a name that is not known, such as one that was moved to another image. */
  public boolean mayHaveOthers() {
    return names.isEmpty() || names.contains("");
  }

  /** Whether the reference is one of its names, or its id, or the beginning of that. */
  public boolean isMeantBy(String reference) {
    return names.contains(brief(reference))
        || (reference.matches("(sha256:)?[0-9a-f]{12,64}")
            && id.startsWith(ALGORITHM + reference.replace(ALGORITHM, "")));
  }
}
