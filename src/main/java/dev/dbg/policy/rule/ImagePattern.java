package dev.dbg.policy.rule;

import dev.dbg.model.Glob;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;

/**
 * {@code image://GLOB}: the files of images, by any name that root's engines have for one, or with
 * {@code sha256:} by the id. No other pattern matches an image, but as an exception.
 */
record ImagePattern(Glob glob) implements ContainerPattern {
  static final String START = Image.SCHEME + "://";
  private static final String ID = "sha256:";

  /** What brief names do not begin with. */
  private static final List<String> LONG = List.of("docker.io/", "index.docker.io/", "library/");

  private static final int WHOLE_ID = ID.length() + 64;

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it can match nothing: a name is whole, and brief
   */
  static ImagePattern parse(String text) {
    String glob = text.substring(START.length());
    String last = glob.substring(glob.lastIndexOf('/') + 1);
    boolean hasTag = last.contains("*") || last.contains(":") || last.contains("@");
    boolean isWhole = glob.contains("*") || !glob.startsWith(ID) || glob.length() == WHOLE_ID;
    if (LONG.stream().anyMatch(glob::startsWith) || !hasTag || !isWhole) {
      throw new IllegalArgumentException(
          "'%s' matches no image: write image://NAME:TAG, image://NAME:* or image://sha256:ID, without docker.io/"
              .formatted(text));
    }
    return new ImagePattern(new Glob(glob));
  }

  /** Only a pattern for ids is compared with one: others may begin like it by chance. */
  @Override
  public boolean matches(Target target) {
    return target.isImage()
        && (isForIds() ? glob.matches(target.image().id()) : matchesName(target.image()));
  }

  private boolean isForIds() {
    return glob.toString().startsWith(ID);
  }

  private boolean matchesName(Image image) {
    return image.names().stream().anyMatch(glob::matches);
  }

  /** An image without a name may have lost the one that is meant: a tag that was moved. */
  @Override
  public boolean spares(Target target) {
    return target.isImage()
        && (glob.matches(target.image().id())
            || matchesName(target.image())
            || (target.image().mayHaveOthers() && !isForIds()));
  }

  /** An id may be that of any image, also of one without a name. */
  @Override
  public boolean coversAll(TargetName name) {
    return mightCover(name)
        && !isForIds()
        && !name.mayBeId()
        && !name.name().startsWith(ID)
        && glob.matches(Image.brief(name.name()));
  }

  /** An image of that name may have another one, too. */
  @Override
  public boolean mightCover(TargetName name) {
    return name.isImage();
  }

  @Override
  public boolean isForContainers() {
    return false;
  }

  @Override
  public boolean isForImages() {
    return true;
  }
}
