package dev.dbg.tools.value;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values of one type with commas between them: {@code <list:pid>}. */
public record CommaList(ValueType type) implements ValueType {
  private static final int MOST = 64;

  @Override
  public boolean accepts(String text) {
    List<String> values = values(text);
    return values.size() <= MOST && values.stream().allMatch(type::accepts);
  }

  @Override
  public String description() {
    return type.description() + ", or several with commas between them";
  }

  @Override
  public String notation() {
    return "<list:" + type.notation().replaceAll("^<|>$", "") + ">";
  }

  /** Each of the values must match, unless the text has commas too. */
  @Override
  public Optional<ValuePattern> pattern(String text) {
    return text.contains(",")
        ? Optional.of(ValuePattern.list(text))
        : type.pattern(text).map(one -> value -> values(value).stream().allMatch(one::matches));
  }

  @Override
  public String patternForm() {
    return type.patternForm();
  }

  @Override
  public String given(String text) {
    return values(text).stream().map(type::given).collect(Collectors.joining(","));
  }

  private static List<String> values(String text) {
    return List.of(text.split(",", -1));
  }
}
