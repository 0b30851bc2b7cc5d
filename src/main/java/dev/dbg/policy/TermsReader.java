package dev.dbg.policy;

import dev.dbg.model.amount.Durations;
import dev.dbg.policy.rule.Hours;
import dev.dbg.policy.rule.RecordingMode;
import dev.dbg.policy.rule.Terms;
import dev.dbg.toml.Mistakes;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the conditions and limits of a rule. */
record TermsReader(TomlTable table) {
  private static final String ALLOWED = "allowed";
  private static final String REQUIRED = "required";
  private static final int MOST_SESSIONS = 10_000;

  Terms terms() throws TomlMistake {
    Mistakes mistakes = new Mistakes();
    Optional<Optional<Duration>> timeout =
        mistakes.of(
            () -> table.parsed("timeout", Durations::parse, "a duration: " + Durations.FORM));
    Optional<Optional<Long>> sessions =
        mistakes.of(() -> table.integer("sessions", 1, MOST_SESSIONS));
    Optional<RecordingMode> record = mistakes.of(this::record);
    Optional<Boolean> reason = mistakes.of(this::reason);
    Optional<Boolean> userSwitch = mistakes.of(() -> table.flag("user-switch"));
    mistakes.rejectAny();
    return new Terms(
        timeout.orElseThrow(),
        sessions.orElseThrow().map(Long::intValue),
        record.orElseThrow(),
        reason.orElseThrow(),
        userSwitch.orElseThrow());
  }

  private RecordingMode record() throws TomlMistake {
    if (!table.isString("record")) {
      return table.flag("record") ? RecordingMode.ALWAYS : RecordingMode.NEVER;
    }
    String text = table.requiredString("record");
    if (!text.equals(ALLOWED)) {
      throw table.mistake(
          "record",
          "'record' accepts true, false or \"allowed\" (if asked for with --record), not '%s'"
              .formatted(text));
    }
    return RecordingMode.ALLOWED;
  }

  private boolean reason() throws TomlMistake {
    Optional<String> text = table.string("reason");
    if (text.isPresent() && !text.get().equals(REQUIRED)) {
      throw table.mistake(
          "reason", "'reason' accepts only \"required\", not '%s'".formatted(text.get()));
    }
    return text.isPresent();
  }

  List<Hours> hours() throws TomlMistake {
    ZoneId zone = zone();
    List<Hours> hours = new ArrayList<>();
    if (table.has("hours")) {
      for (String text : table.requiredStrings("hours")) {
        hours.add(table.converted("hours", () -> Hours.parse(text, zone)));
      }
    }
    return hours;
  }

  private ZoneId zone() throws TomlMistake {
    String name = table.string("zone").orElse("UTC");
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw table.mistake(
          "zone", "'%s' is not a time zone: write one as Europe/Berlin".formatted(name));
    }
  }
}
