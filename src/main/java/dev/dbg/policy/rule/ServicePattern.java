package dev.dbg.policy.rule;

import dev.dbg.model.Glob;
import dev.dbg.model.Replica;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;

/**
 * {@code compose:PROJECT/SERVICE}, or the same after {@code compose://}: containers of services of
 * Compose, by their labels. What {@code compose run} made for one command is among them.
 *
 * @param glob for PROJECT/SERVICE
 */
record ServicePattern(Glob glob) implements ContainerPattern {
  private static final String SHORT = Replica.SCHEME + ":";
  private static final String LONG = SHORT + "//";

  static boolean isOne(String text) {
    return text.startsWith(SHORT);
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it can match nothing: PROJECT/SERVICE has one slash
   */
  static ServicePattern parse(String text) {
    String path = text.substring((text.startsWith(LONG) ? LONG : SHORT).length());
    NameForms.require(text, Replica.SCHEME, path);
    return new ServicePattern(new Glob(path));
  }

  @Override
  public boolean matches(Target target) {
    return target.owner().isEmpty() && isOfService(target);
  }

  @Override
  public boolean spares(Target target) {
    return target.labels().isEmpty() || isOfService(target);
  }

  private boolean isOfService(Target target) {
    return Replica.of(target).flatMap(Replica::path).filter(glob::matches).isPresent();
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  @Override
  public boolean coversAll(TargetName name) {
    return Replica.path(name).filter(glob::matches).isPresent();
  }

  @Override
  public boolean mightCover(TargetName name) {
    return Replica.path(name).map(glob::matches).orElse(true);
  }
}
