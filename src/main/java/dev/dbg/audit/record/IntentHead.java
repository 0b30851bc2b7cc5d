package dev.dbg.audit.record;

import java.util.Optional;

/**
 * Who runs what where, read from the line of an INTENT without parsing JSON, as {@link LineHead}.
 *
 * @param target the JSON of the member
 */
public record IntentHead(String user, String target, String tool) {
  private static final TextSearch OPERATOR = new TextSearch("\"operator\":{\"uid\":");
  private static final TextSearch USER = new TextSearch(",\"user\":\"");
  private static final TextSearch TARGET = new TextSearch(",\"target\":{\"runtime\":\"");
  private static final TextSearch TARGET_END = new TextSearch("},\"namespaces\":[");
  private static final TextSearch TOOL = new TextSearch("],\"tool\":{\"name\":\"");

  /** Empty if the line has another form, or one of the texts is escaped. */
  public static Optional<IntentHead> of(String line, LineHead head) {
    int operator = OPERATOR.in(line, head.end());
    int user = operator < 0 ? -1 : USER.in(line, operator);
    int target = user < 0 ? -1 : TARGET.in(line, user);
    int targetEnd = target < 0 ? -1 : TARGET_END.in(line, target);
    int tool = targetEnd < 0 ? -1 : TOOL.in(line, targetEnd);
    if (tool < 0) {
      return Optional.empty();
    }
    String targetText = line.substring(target + ",\"target\":".length(), targetEnd + 1);
    Optional<String> userText = text(line, user + USER.length());
    Optional<String> toolText = text(line, tool + TOOL.length());
    return userText.isPresent() && toolText.isPresent()
        ? Optional.of(new IntentHead(userText.get(), targetText, toolText.get()))
        : Optional.empty();
  }

  private static Optional<String> text(String line, int from) {
    int end = line.indexOf('"', from);
    String text = end < 0 ? "\\" : line.substring(from, end);
    return text.indexOf('\\') < 0 ? Optional.of(text) : Optional.empty();
  }
}
