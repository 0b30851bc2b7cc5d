package dev.dbg.audit.verify;

import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.verify.Verification.Witness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The result of a verification as text and as JSON, dbg-audit(5). */
public final class VerificationText {
  private VerificationText() {}

  /** As text; {@code keyGiven} says whether a kept verifying key was given. */
  public static String of(Verification found, boolean keyGiven) {
    StringBuilder text = new StringBuilder();
    text.append(verdict(found));
    text.append("head: %d:%s\n".formatted(found.head().seq(), found.head().hash()));
    text.append(seals(found, keyGiven));
    if (found.recordings() > 0 || found.failedRecordings() > 0) {
      text.append("recordings: %d looked at".formatted(found.recordings()));
      text.append(
          found.failedRecordings() > 0
              ? ", and %d that failed\n".formatted(found.failedRecordings())
              : "\n");
    }
    findings(found).forEach(text::append);
    for (String torn : found.torn()) {
      text.append(
          "torn: %s: incomplete record left by a crash; it had not been acknowledged\n"
              .formatted(torn));
    }
    if (found.moreTorn() > 0) {
      text.append("torn: %d lines more\n".formatted(found.moreTorn()));
    }
    if (found.tornTail()) {
      text.append(
          "The log ends in a torn line. Start dbgd: it keeps that line and continues after it.\n");
    }
    return text.toString();
  }

  /** What is wrong, a line each. */
  public static List<String> findings(Verification found) {
    List<String> lines = new ArrayList<>();
    for (Verification.Damage finding : found.findings()) {
      lines.add("%s: %s: %s\n".formatted(finding.kind().word(), finding.where(), finding.what()));
    }
    if (found.more() > 0) {
      lines.add("and %d more\n".formatted(found.more()));
    }
    return lines;
  }

  /** The word "intact" is used up to a record for which something vouches, and no further. */
  private static String verdict(Verification found) {
    long end = found.head().seq();
    if (!found.isUnbroken()) {
      return "NOT INTACT: %s\n".formatted(range(found.records(), found.first(), end));
    }
    if (found.witness().isEmpty()) {
      return "unbroken: %s\n".formatted(range(found.records(), found.first(), end))
          + "end: nothing vouches for it, and a log that was cut looks like this too:"
          + " give a head that was kept, --heads\n";
    }
    Witness witness = found.witness().get();
    long after = end - witness.seq();
    String vouched =
        "intact: %s, of %s, says %s\n"
            .formatted(
                range(found.records() - after, found.first(), witness.seq()),
                witness.time(),
                witness.by().shown());
    return after == 0
        ? vouched
        : vouched
            + "unbroken: %s: nothing vouches that these are all\n"
                .formatted(range(after, witness.seq() + 1, end));
  }

  private static String range(long count, long first, long last) {
    return records(count) + (count == 0 ? "" : ", %d to %d".formatted(first, last));
  }

  private static String seals(Verification found, boolean keyGiven) {
    if (found.sealed().isEmpty()) {
      return "sealed: nothing\n";
    }
    Seal seal = found.sealed().get();
    long after = found.head().seq() - seal.seq();
    return "sealed: to record %d, epoch %d, %s; %s after it %s not\n"
            .formatted(
                seal.seq(),
                seal.epoch(),
                seal.at(),
                records(Math.max(after, 0)),
                after == 1 ? "is" : "are")
        + (keyGiven
            ? ""
            : "key: %s, if that is what dbgd setup-keys showed: --key compares it\n"
                .formatted(found.firstKey().orElse("")));
  }

  private static String records(long count) {
    return count == 1 ? "1 record" : count + " records";
  }

  /** The same as a tree of maps, lists and values. */
  public static Map<String, Object> facts(Verification found) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("intact", found.isIntact());
    facts.put("records", found.records());
    facts.put("first", found.first());
    facts.put("head", found.head());
    found
        .sealed()
        .ifPresent(
            seal -> {
              Map<String, Object> sealed = new LinkedHashMap<>();
              sealed.put("seq", seal.seq());
              sealed.put("epoch", seal.epoch());
              sealed.put("at", seal.at());
              sealed.put("next_key", seal.next());
              facts.put("sealed", sealed);
            });
    found.firstKey().ifPresent(key -> facts.put("first_key", key));
    facts.put("recordings", found.recordings());
    facts.put("failed_recordings", found.failedRecordings());
    facts.put("findings", found.findings());
    facts.put("more_findings", found.more());
    facts.put("torn", found.torn());
    facts.put("more_torn", found.moreTorn());
    facts.put("torn_tail", found.tornTail());
    facts.put("unbroken", found.isUnbroken());
    found.witness().ifPresent(witness -> facts.put("witness", witness));
    return facts;
  }
}
