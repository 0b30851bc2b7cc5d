package dev.dbg.doctor;

/**
 * What a check found about one thing.
 *
 * @param area what kind of thing it is, in a word: {@code kernel}, {@code tool}
 * @param what the thing
 * @param verdict how it is
 * @param audience who may know
 */
public record Finding(String area, String what, CheckStatus verdict, Audience audience) {
  static Finding forEverybody(String area, String what, CheckStatus verdict) {
    return new Finding(area, what, verdict, new Audience.Everybody());
  }

  static Finding forRoot(String area, String what, CheckStatus verdict) {
    return new Finding(area, what, verdict, new Audience.Root());
  }
}
