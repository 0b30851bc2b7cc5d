package dev.dbg.audit.verify;

import dev.dbg.audit.seal.Seal;
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
    text.append(found.isIntact() ? "intact" : "NOT INTACT").append(": " + records(found.records()));
    if (found.records() > 0) {
      text.append(", %d to %d".formatted(found.first(), found.head().seq()));
    }
    text.append("\nhead: %d:%s\n".formatted(found.head().seq(), found.head().hash()));
    text.append(seals(found, keyGiven));
    if (found.recordings() > 0) {
      text.append("recordings: %d looked at\n".formatted(found.recordings()));
    }
    for (Verification.Damage finding : found.findings()) {
      text.append("%s: %s: %s\n".formatted(finding.kind().word(), finding.where(), finding.what()));
    }
    if (found.more() > 0) {
      text.append("and %d more\n".formatted(found.more()));
    }
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
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("seq", found.head().seq());
    head.put("hash", found.head().hash());
    facts.put("head", head);
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
    List<Map<String, Object>> findings = new ArrayList<>();
    for (Verification.Damage finding : found.findings()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("kind", finding.kind().word());
      one.put("where", finding.where());
      one.put("what", finding.what());
      findings.add(one);
    }
    facts.put("findings", findings);
    facts.put("more_findings", found.more());
    facts.put("torn", found.torn());
    facts.put("more_torn", found.moreTorn());
    facts.put("torn_tail", found.tornTail());
    return facts;
  }
}
