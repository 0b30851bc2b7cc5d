package dev.dbg.model;

/**
 * What a container was made from.
 *
 * @param name as its runtime was asked for it, which may mean another image by now; empty when
 *     there is none
 * @param id the runtime's id, which always means this one; empty when it is not known
 */
public record Image(String name, String id) {
  /** A bare process has none. */
  public static final Image NONE = new Image("", "");

  private static final String ALGORITHM = "sha256:";

  /** Where a runtime leaves out the algorithm, there is one only. */
  public Image {
    id = id.matches("[0-9a-f]{64}") ? ALGORITHM + id : id;
  }
}
