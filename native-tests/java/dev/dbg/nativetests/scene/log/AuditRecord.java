package dev.dbg.nativetests.scene.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A line of the audit log, dbg-audit(5). */
public record AuditRecord(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of another line of JSON that dbg prints. */
  public static AuditRecord of(String line) {
    try {
      return new AuditRecord(JSON.readTree(line));
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  public String event() {
    return text("/event");
  }

  /** The text of the member at a JSON pointer; empty if there is no such member. */
  public String text(String pointer) {
    return json.at(pointer).asText();
  }

  /** Asserts that a member has this value. */
  public AuditRecord says(String pointer, Object value) {
    assertEquals(value.toString(), text(pointer), () -> pointer + " in " + json);
    return this;
  }

  /** Asserts that a number is within a quarter of this one. */
  public AuditRecord isAround(String pointer, long number) {
    long got = json.at(pointer).asLong();
    assertTrue(Math.abs(got - number) <= number / 4, () -> pointer + " in " + json);
    return this;
  }

  /** Asserts that the text of a member contains this part. */
  public AuditRecord mentions(String pointer, String part) {
    assertTrue(json.at(pointer).toString().contains(part), () -> pointer + " in " + json);
    return this;
  }
}
