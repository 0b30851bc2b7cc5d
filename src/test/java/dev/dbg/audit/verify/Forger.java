package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.SealedLog.hash;

import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Chain;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody with the log, the time and the will: computes every hash anew, of records of his own
 * making as well. What he cannot make are the seals of epochs that are over; those that were made
 * he has.
 */
final class Forger {
  private Forger() {}

  /** A record of his own making that follows {@code before}. */
  static String forged(String before, long seq) {
    return framed(
        "{\"seq\":%d,\"event\":\"denied\",\"session\":\"forged\"".formatted(seq), hash(before));
  }

  /** A record with these first members. */
  static String framed(String fields, String prev) {
    String body = fields + ",\"prev\":\"" + prev + "\"}";
    return body.substring(0, body.length() - 1) + ",\"hash\":\"" + Logs.sha256(body) + "\"}";
  }

  /** The lines with a word changed in the one at {@code from}, and every hash after it. */
  static List<String> rewritten(List<String> lines, int from) {
    List<String> rewritten = new ArrayList<>(lines);
    rewritten.set(from, lines.get(from).replace("n\":\"s", "n\":\"x"));
    return renumbered(rewritten);
  }

  /** The chain is closed over whatever was done to the lines: numbers and hashes are anew. */
  static List<String> renumbered(List<String> lines) {
    return renumbered(lines, 1, Chain.START);
  }

  /** The same, behind what is gone. */
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
