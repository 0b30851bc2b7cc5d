package dev.dbg.policy.rule;

import dev.dbg.model.Glob;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;

/**
 * {@code image://GLOB}: the files of images, by any name that root's engines have for one, or with
 * {@code sha256:} by the id. No other pattern matches an image, but as an exception.
 */
record ImagePattern(Glob glob) implements ContainerPattern {
  static final String START = Image.SCHEME + "://";
  private static final String ID = "sha256:";
  private static final int WHOLE_ID = ID.length() + 64;

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it can match nothing: a name is whole, and brief
   */
  static ImagePattern parse(String text) {
    String glob = text.substring(START.length());
    boolean isWhole =
        Image.brief(glob).equals(glob) && (!glob.startsWith(ID) || glob.length() == WHOLE_ID);
    if (glob.startsWith("docker.io/") || !(glob.contains("*") || isWhole)) {
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

  @Override
  public boolean spares(Target target) {
    return target.isImage() && (glob.matches(target.image().id()) || matchesName(target.image()));
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
}
