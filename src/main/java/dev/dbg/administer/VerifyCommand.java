package dev.dbg.administer;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.verify.TrustAnchors;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.VerificationText;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.model.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code dbgd verify DIR}: whether a log, or a copy of one, is as it was written. Runs with its
 * caller's rights on any machine. Exit status 0: no sign of a change; 1: not intact; 2: as 0, and
 * the last line is torn, left by a crash.
 */
@Command(
    name = "verify",
    header = {
      "  dbgd verify /var/log/dbg                           the log on this host",
      "  dbgd verify /copy/dbg --key FILE --heads FILE      a copy, with what was kept",
      "  dbgd verify /copy/dbg --head 1205:9c0f...          with a known record",
      ""
    },
    description = "Check whether the log in DIR, or a copy of it, is as it was written.",
    customSynopsis = {
      "dbgd verify DIR [--key FILE] [--heads FILE] [--head [NUMBER:]HASH]",
      "       [--live] [--without-recordings] [--json]"
    })
public final class VerifyCommand implements DaemonVerb {
  private static final int NOT_INTACT = 1;
  private static final int TORN_TAIL = 2;

  @Parameters(paramLabel = "DIR", description = "The directory of the log.")
  Path directory = Path.of("");

  @Option(names = "--key", paramLabel = "FILE", description = "Verifying keys, one on each line.")
  @Nullable Path key;

  @Option(
      names = "--head",
      paramLabel = "[NUMBER:]HASH",
      description = "A record that the log must contain, as dbgd or verify printed it.")
  @Nullable String head;

  @Option(
      names = "--heads",
      paramLabel = "FILE",
      description = "Such records, one at the end of each line.")
  @Nullable Path heads;

  @Option(names = "--live", description = "The log is being written: check up to --head.")
  boolean live;

  @Option(names = "--without-recordings", description = "Do not check recordings.")
  boolean withoutRecordings;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Result run() throws IOException {
    TrustAnchors known = known();
    Verification found = new Verifier(directory, known).verify();
    String text =
        json
            ? new JsonMapper().writeValueAsString(VerificationText.facts(found)) + "\n"
            : VerificationText.of(found, !known.keys().isEmpty());
    int status = found.tornTail() ? TORN_TAIL : ExitStatus.OK;
    return new Result(found.isUnbroken() ? status : NOT_INTACT, text, "");
  }

  @Override
  public String failure() {
    return "the log cannot be read";
  }

  private TrustAnchors known() throws IOException {
    try {
      return new TrustAnchors(keys(), claims(), live, !withoutRecordings);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(new CommandLine(this), String.valueOf(e.getMessage()), e);
    }
  }

  /** The head that is given first, as that is the one of a log that is being written. */
  private List<TrustAnchors.Claim> claims() throws IOException {
    List<TrustAnchors.Claim> claims = new ArrayList<>();
    if (head != null) {
      claims.add(TrustAnchors.Claim.parse(head));
    }
    if (heads != null) {
      int given = claims.size();
      for (String line : Files.readAllLines(heads, StandardCharsets.ISO_8859_1)) {
        TrustAnchors.Claim.ending(line).ifPresent(claims::add);
      }
      if (claims.size() == given) {
        throw new IllegalArgumentException(
            heads + " holds no head: one is NUMBER:HASH at the end of a line");
      }
    }
    return claims;
  }

  /** Reads one key from each line; other lines are ignored. */
  private Set<String> keys() throws IOException {
    Set<String> keys = new HashSet<>();
    if (key != null) {
      for (String line : Files.readAllLines(key)) {
        String word = line.strip();
        if (word.matches("[0-9a-f]{64}")) {
          keys.add(word);
        }
      }
      if (keys.isEmpty()) {
        throw new IllegalArgumentException(
            key + " holds no key: one is 64 hexadecimal digits on a line");
      }
    }
    return keys;
  }
}
