package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.SealedLog.hash;

import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Chain;
import java.util.ArrayList;
import java.util.List;

/**
 * An attacker with write access to the log and enough time: computes every hash again, also for new
 * records. He has the seals of past epochs, but cannot create such seals.
 */
final class Forger {
  private Forger() {}

  /** Returns a forged record that follows {@code before}. */
  static String forged(String before, long seq) {
    return framed(
        "{\"seq\":%d,\"event\":\"denied\",\"session\":\"forged\"".formatted(seq), hash(before));
  }

  /** Returns a record that begins with these members. */
  static String framed(String fields, String prev) {
    String body = fields + ",\"prev\":\"" + prev + "\"}";
    return body.substring(0, body.length() - 1) + ",\"hash\":\"" + Logs.sha256(body) + "\"}";
  }

  /**
   * Returns the lines with one word changed in line {@code from}, and with every hash after it
   * recomputed.
   */
  static List<String> rewritten(List<String> lines, int from) {
    List<String> rewritten = new ArrayList<>(lines);
    rewritten.set(from, lines.get(from).replace("n\":\"s", "n\":\"x"));
    return renumbered(rewritten);
  }

  /** Returns the lines as a valid chain: with new numbers and hashes. */
  static List<String> renumbered(List<String> lines) {
    return renumbered(lines, 1, Chain.START);
  }

  /** Returns the lines as a valid chain that follows removed records. */
  static List<String> renumbered(List<String> lines, long first, String before) {
    List<String> all = new ArrayList<>();
    String prev = before;
    for (String line : lines) {
      String fields = line.substring(0, line.lastIndexOf(",\"prev\":"));
      all.add(framed(fields.replaceFirst("\\d+", "" + (first + all.size())), prev));
      prev = hash(all.getLast());
    }
    return all;
  }
}
