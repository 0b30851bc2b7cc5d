package dev.dbg.tools.value;

/**
 * A bundle of letters without a dash, as ps(1) takes them: {@code <letters:afux>}.
 *
 * @param set the letters
 */
public record Letters(String set) implements ValueType {
  private static final int MOST = 16;

  @Override
  public boolean accepts(String text) {
    return !text.isEmpty()
        && text.length() <= MOST
        && text.chars().allMatch(letter -> set.indexOf(letter) >= 0);
  }

  @Override
  public String description() {
    return "some of the letters " + set;
  }

  @Override
  public String notation() {
    return "<letters:" + set + ">";
  }
}
