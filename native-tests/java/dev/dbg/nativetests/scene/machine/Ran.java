package dev.dbg.nativetests.scene.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.log.AuditRecord;
import java.util.List;

/** The outcome of a command: how it ended, what it printed, and what dbgd recorded about it. */
public final class Ran {
  /** The status for a failure of dbg or dbgd. */
  public static final int DBG_FAILED = 125;

  public static final int REFUSED = 126;
  private static final int NO_SUCH_TOOL = 127;

  private final List<String> words;
  private final End end;
  private final byte[] out;
  private final String err;
  private final List<AuditRecord> records;

  Ran(List<String> words, End end, byte[] out, String err, List<AuditRecord> records) {
    this.words = words;
    this.end = end;
    this.out = out;
    this.err = err;
    this.records = records;
  }

  public Ran recordedAs(List<AuditRecord> found) {
    return new Ran(words, end, out, err, found);
  }

  public String out() {
    return new String(out, Text.BYTES);
  }

  public List<String> lines() {
    return out().lines().toList();
  }

  public byte[] bytes() {
    return out.clone();
  }

  /** How it ended, in a form to compare with another command's. */
  public String end() {
    return end.toString();
  }

  public String err() {
    return err;
  }

  /**
   * The same without a question whether a container with nearly that name is meant, which the
   * operator may see.
   */
  public String errWithoutQuestion() {
    return err.replaceAll("did you mean [^?]*[?] ", "");
  }

  public Ran exits(int status) {
    assertEquals(new End.Exited(status), end, this::toString);
    return this;
  }

  public Ran diesBy(int signal) {
    assertEquals(new End.Signalled(signal), end, this::toString);
    return this;
  }

  /** Asserts that it printed what the oracle printed, ended in the same way, and was recorded. */
  public Ran sees(Ran oracle) {
    assertFalse(oracle.out().isBlank(), () -> "the oracle prints nothing: " + oracle);
    assertEquals(oracle.out(), out(), this::toString);
    assertEquals(oracle.end, end, this::toString);
    return isRecorded();
  }

  /** Asserts its whole standard output. */
  public Ran prints(String text) {
    assertEquals(text, out(), this::toString);
    return this;
  }

  public Ran prints(byte[] bytes) {
    assertEquals(bytes.length, out.length, () -> "bytes of output: " + this);
    assertArrayEquals(bytes, out);
    return this;
  }

  /** Asserts that its standard error contains each of these. */
  public Ran says(String... parts) {
    for (String part : parts) {
      assertTrue(err.contains(part), () -> "'%s' is not said: %s".formatted(part, this));
    }
    return this;
  }

  /**
   * Asserts that the policy or a tool's grammar refused it, with a message and its status, and that
   * the refusal was recorded.
   */
  public Ran isRefused(String... parts) {
    exits(REFUSED).says("dbg: refused: ").says(parts).prints("");
    leaves("denied").says("/outcome/status", REFUSED).says("/decision/allowed", false);
    assertEquals(List.of(), all("intent"), this::toString);
    return this;
  }

  /** Asserts that it failed before a tool ran, with a message and this status, and was recorded. */
  public Ran fails(int status, String... parts) {
    exits(status).says("dbg: ").says(parts);
    leaves("denied").says("/outcome/status", status).says("/decision/allowed", false);
    assertEquals(List.of(), all("intent"), this::toString);
    return this;
  }

  /**
   * Asserts that it was permitted and recorded, and that no tool ran: it printed one message and
   * ended with this status, which its RESULT contains too.
   */
  public Ran isNotRun(int status, String... parts) {
    exits(status).says("dbg: the tool was not run: ").says(parts).prints("");
    assertEquals(1, err.lines().count(), this::toString);
    AuditRecord intent = leaves("intent");
    AuditRecord result =
        leaves("result").says("/session", intent.text("/session")).says("/outcome/not_run", status);
    for (String part : parts) {
      assertTrue(result.text("/outcome/why").contains(part), this::toString);
    }
    return this;
  }

  /** Whether the status and message are dbg's, not a tool's. */
  public boolean isNoTools() {
    return end instanceof End.Exited exited
        && exited.status() >= DBG_FAILED
        && exited.status() <= NO_SUCH_TOOL
        && err.contains("dbg: ");
  }

  /** Whether dbg says that it could not know all containers, as engines of users were too slow. */
  public boolean isUnheard() {
    return err.contains("dbg: ") && err.contains("no answer from");
  }

  /** Whether an engine told dbgd of the container that was entered, and not the engine's files. */
  public boolean wasTold() {
    return all("intent").stream().anyMatch(intent -> intent.text("/target/way").equals("api"));
  }

  /** Whether dbg failed, which no argument may cause. */
  public boolean isDbgsFailure() {
    return end.equals(new End.Exited(DBG_FAILED)) && err.contains("dbg: ");
  }

  /** Whether the policy or a tool's grammar refused it. */
  public boolean wasRefused() {
    return end.equals(new End.Exited(REFUSED)) && err.contains("dbg: refused: ");
  }

  /** Asserts that nothing ran: it was refused, or the container was reported as missing. */
  public Ran isRefusedOrMissing() {
    return end.equals(new End.Exited(REFUSED))
        ? isRefused("no container of that name")
        : fails(DBG_FAILED, "no container");
  }

  /**
   * Asserts an INTENT and a RESULT of one session, and that the RESULT has the end that was seen.
   */
  public Ran isRecorded() {
    AuditRecord intent = leaves("intent").says("/decision/allowed", true);
    AuditRecord result = leaves("result").says("/session", intent.text("/session"));
    switch (end) {
      case End.Exited exited -> result.says("/outcome/exit", exited.status());
      case End.Signalled signalled -> result.says("/outcome/signal", signalled.signal());
    }
    return this;
  }

  /** Asserts that it left exactly one record of this event, and returns it. */
  public AuditRecord leaves(String event) {
    List<AuditRecord> found = all(event);
    assertEquals(1, found.size(), () -> "records of %s: %s".formatted(event, this));
    return found.get(0);
  }

  /** Its records of this event. */
  public List<AuditRecord> all(String event) {
    return records.stream().filter(record -> record.event().equals(event)).toList();
  }

  /** A short form: its words, how it ended, and the beginning of its output. */
  public String brief() {
    return "%s: %s: %.200s %.300s".formatted(String.join(" ", words), end, out(), err);
  }

  @Override
  public String toString() {
    return "%s%n  %s%n  stdout: %s%n  stderr: %s%n  records: %s"
        .formatted(String.join(" ", words), end, shortened(out()), err, records);
  }

  private static String shortened(String text) {
    int most = 4000;
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
