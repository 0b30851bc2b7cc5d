package dev.dbg.audit.record;

/**
 * The first members of a line in the form in which dbgd writes it, read without parsing JSON. A
 * line in another form has empty ones: it may be valid too, or no record, as one that a crash tore.
 *
 * <p>The positions are safe: within a string JSON escapes each quote, so no text that somebody
 * chose looks like the name of a member.
 *
 * @param end the position behind the members read
 */
public record LineHead(String time, String event, String session, int end) {
  private static final LineHead NONE = new LineHead("", "", "", 0);
  private static final String TIME = ",\"time\":\"";
  private static final String BOOT = "\",\"boot\":\"";
  private static final String HOST = ",\"host\":{";
  private static final String EVENT = ",\"event\":\"";
  private static final String SESSION = ",\"session\":\"";

  public static LineHead of(String line) {
    int comma = line.indexOf(',');
    if (comma < 0 || !line.startsWith(TIME, comma) || !ChainLink.isIn(line)) {
      return NONE;
    }
    int timeAt = comma + TIME.length();
    int timeEnd = line.indexOf('"', timeAt);
    if (timeEnd < 0 || !line.startsWith(BOOT, timeEnd)) {
      return NONE;
    }
    int at = line.indexOf('"', timeEnd + BOOT.length()) + 1;
    if (line.startsWith(HOST, at)) {
      at = line.indexOf("}" + EVENT, at) + 1;
    }
    if (at == 0 || !line.startsWith(EVENT, at)) {
      return NONE;
    }
    int eventAt = at + EVENT.length();
    int eventEnd = line.indexOf('"', eventAt);
    if (eventEnd < 0) {
      return NONE;
    }
    String time = line.substring(timeAt, timeEnd);
    String event = line.substring(eventAt, eventEnd);
    if (!line.startsWith(SESSION, eventEnd + 1)) {
      return new LineHead(time, event, "", eventEnd + 1);
    }
    int sessionAt = eventEnd + 1 + SESSION.length();
    int sessionEnd = line.indexOf('"', sessionAt);
    String session = line.substring(sessionAt, sessionEnd);
    return session.indexOf('\\') < 0 ? new LineHead(time, event, session, sessionEnd + 1) : NONE;
  }

  public boolean is(Event asked) {
    return event.equals(asked.word());
  }

  /** Whether the line ends a session. */
  public boolean isEnd() {
    return is(Event.RESULT) || is(Event.ORPHANED);
  }
}
