package dev.dbg.model;

/**
 * The image that a container was made from.
 *
 * @param name as given to the runtime; by now it may refer to another image; empty if there is none
 * @param id the runtime's id, which always means this image; empty if not known
 */
public record Image(String name, String id) {
  /** A bare process has none. */
  public static final Image NONE = new Image("", "");

  private static final String ALGORITHM = "sha256:";

  /** If a runtime leaves out the algorithm of the id, it is SHA-256. */
  public Image {
    id = id.matches("[0-9a-f]{64}") ? ALGORITHM + id : id;
  }
}
