package dev.dbg.reader;

import dev.dbg.audit.record.Json;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a recording as asciicast, version 2, which asciinema(1) plays: a JSON heading, then a JSON
 * array a line, without control characters. Bytes that are not UTF-8 become U+FFFD. For one thread.
 */
final class AsciicastWriter {
  /** The format requires a size. The first event has that of the tool's terminal. */
  static final String HEADING = Json.of(Map.of("version", 2, "width", 80, "height", 24));

  private static final Pattern SIZE = Pattern.compile("SIGWINCH ROWS=(\\d{1,5}) COLS=(\\d{1,5})");

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  private Duration time = Duration.ZERO;
  private byte[] begun = {};

  void goesOn(Duration pause) {
    time = time.plus(pause);
  }

  /** Returns the line for output. An incomplete character at its end waits for its other bytes. */
  String printed(byte[] bytes) {
    return line("o", decoded(bytes, false));
  }

  /** Returns the line for a character that stayed incomplete; empty if there is none. */
  Optional<String> ended() {
    return begun.length == 0
        ? Optional.empty()
        : Optional.of(line("o", decoded(new byte[0], true)));
  }

  private String decoded(byte[] bytes, boolean end) {
    ByteBuffer all = ByteBuffer.allocate(begun.length + bytes.length).put(begun).put(bytes).flip();
    CharBuffer text = CharBuffer.allocate(all.remaining() + 1);
    var _ = decoder.decode(all, text, end);
    begun = new byte[all.remaining()];
    all.get(begun);
    return text.flip().toString();
  }

  /**
   * Returns the line for another event of the timing file; empty if asciicast has no such event.
   */
  Optional<String> happened(String event) {
    return Optional.of(SIZE.matcher(event))
        .filter(Matcher::matches)
        .map(size -> line("r", size.group(2) + "x" + size.group(1)));
  }

  private String line(String kind, String text) {
    return Json.of(
        List.of(
            BigDecimal.valueOf(time.toSeconds() * 1_000_000 + time.toNanosPart() / 1000, 6),
            kind,
            text));
  }
}
