package dev.dbg.administer;

import dev.dbg.audit.record.Json;
import dev.dbg.audit.verify.KeptHeads;
import dev.dbg.audit.verify.TimeStamps;
import dev.dbg.audit.verify.TrustAnchors;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.VerificationText;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code dbgd verify DIR}: checks that a log, or a copy, is unchanged; with kept heads also the
 * logs of many hosts. Runs on any machine, with its caller's rights. Exit status 0: no change
 * found; 1: not intact; 2: no change found, but a crash left the last line incomplete.
 */
@Command(
    name = "verify",
    header = {
      "  dbgd verify /var/log/dbg                           the log on this host",
      "  dbgd verify /copy/dbg --key FILE --heads FILE      a copy, with a kept key and heads",
      "  dbgd verify /copy/dbg --head 1205:9c0f...          with a known record",
      "  dbgd verify /fleet/* --key FILE --heads FILE       the logs of many hosts",
      "  dbgd verify /copy/dbg --stamps DIR --tsa-ca FILE   with an authority's time-stamps",
      ""
    },
    description = "Check that the log in DIR, or a copy of it, is unchanged.",
    customSynopsis = {
      "dbgd verify DIR... [--key FILE] [--heads FILE] [--head [NUMBER:]HASH]",
      "       [--stamps DIR --tsa-ca FILE] [--live] [--without-recordings] [--json]"
    })
public final class VerifyCommand implements DaemonVerb {
  private static final int NOT_INTACT = 1;
  private static final int TORN_TAIL = 2;
  private static final String ROW = "%-24s %-10s %-18s %-60s %s%n";

  /** Has the file of heads and the numbers of epochs. */
  private static final String GAP =
      "gap: %s has no seal of epochs %s: the seals were not delivered, or were removed there%n";

  @Parameters(
      paramLabel = "DIR",
      arity = "1..*",
      description = "The log's directory; with --heads also several, named after their hosts.")
  List<Path> directories = List.of();

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
      description = "Records that the log must contain, as receivers have them.")
  @Nullable Path heads;

  @Option(
      names = "--stamps",
      paramLabel = "DIR",
      description = "Time-stamps of records, as dbgd deliver keeps them.")
  @Nullable Path stamps;

  @Option(
      names = "--tsa-ca",
      paramLabel = "FILE",
      description = "The certificates of the time-stamps' authority.")
  @Nullable Path authority;

  @Option(names = "--live", description = "The log is being written: check up to --head.")
  boolean live;

  @Option(names = "--without-recordings", description = "Do not check recordings.")
  boolean withoutRecordings;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Result run() throws IOException {
    Set<String> keys = known(this::keys);
    boolean one = directories.size() == 1;
    if (!one && (heads == null || head != null || live || stamps != null)) {
      throw mistake("several logs need --heads FILE, without --head, --live and --stamps");
    }
    if ((stamps == null) != (authority == null)) {
      throw mistake("--stamps and --tsa-ca go together");
    }
    List<String> hosts = directories.stream().map(VerifyCommand::host).toList();
    Map<String, KeptHeads> kept = heads == null ? Map.of() : KeptHeads.read(heads, hosts);
    if (heads != null && kept.isEmpty()) {
      throw mistake(heads + " holds no head: one is NUMBER:HASH at the end of a line, or a record");
    }
    if (!KeptHeads.areOfMany(kept) && one) {
      return one(keys, KeptHeads.together(kept));
    }
    if (head != null || live || stamps != null) {
      throw mistake(heads + " has heads of many hosts: leave out --head, --live and --stamps");
    }
    return several(keys, kept);
  }

  private static String host(Path directory) {
    return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
  }

  private Result one(Set<String> keys, KeptHeads kept) throws IOException {
    List<Claim> claims = new ArrayList<>(kept.claims());
    String word = head;
    if (word != null) {
      // The typed head comes first: a log that is being written is checked up to this one.
      claims.addFirst(known(() -> Claim.parse(word)));
    }
    TimeStamps stamped = known(this::timeStamps);
    Verification found = verified(directories.getFirst(), keys, claims, stamped.claims());
    StringBuilder text = new StringBuilder(VerificationText.of(found, !keys.isEmpty()));
    kept.gaps().forEach(gap -> text.append(GAP.formatted(heads, gap)));
    text.append(stamped.text(found.stamped()));
    int status = found.tornTail() ? TORN_TAIL : ExitStatus.OK;
    boolean isWell = found.isUnbroken() && kept.gaps().isEmpty() && stamped.wrong().isEmpty();
    Map<String, Object> facts = VerificationText.facts(found);
    if (stamps != null) {
      facts.putAll(stamped.facts(found.stamped()));
    }
    return new Result(isWell ? status : NOT_INTACT, json ? json(facts, kept) : text.toString(), "");
  }

  private String json(Map<String, Object> facts, KeptHeads kept) {
    if (heads != null) {
      facts.put("heads", kept.claims().size());
      facts.put("gaps", kept.gaps());
    }
    return Json.of(facts) + "\n";
  }

  /**
   * Prints a row for each log and each host without a log, and then the problems. Host names are
   * quoted: a receiver's client may choose them, and a name with spaces could forge another row.
   */
  private Result several(Set<String> keys, Map<String, KeptHeads> kept) {
    String title = ROW.formatted("LOG", "IS", "RECORDS", "VOUCHED FOR UNTIL", "HEADS");
    StringBuilder rows = new StringBuilder(json ? "" : title);
    List<String> wrong = new ArrayList<>();
    Map<String, KeptHeads> ofOthers = new TreeMap<>(kept);
    int well = ExitStatus.OK;
    for (Path directory : directories) {
      String host = host(directory);
      KeptHeads its = kept.getOrDefault(host, KeptHeads.none());
      ofOthers.remove(host);
      List<String> itsWrong = new ArrayList<>();
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("log", host);
      String row = ROW.formatted(RawText.quoted(host), "NOT READ", "-", "-", its.claims().size());
      try {
        Verification found = verified(directory, keys, its.claims(), List.of());
        facts.putAll(VerificationText.facts(found));
        row = row(host, found, its.claims().size());
        itsWrong.addAll(VerificationText.findings(found));
        well = found.tornTail() ? TORN_TAIL : well;
      } catch (IOException e) {
        facts.put("unread", String.valueOf(e.getMessage()));
        itsWrong.add("cannot be read: %s%n".formatted(e.getMessage()));
      }
      if (its.claims().isEmpty()) {
        itsWrong.add(
            "no-head: %s has no head of this log: its end may be missing%n".formatted(heads));
      }
      its.gaps().forEach(gap -> itsWrong.add(GAP.formatted(heads, gap)));
      itsWrong.forEach(what -> wrong.add(RawText.quoted(host) + ": " + what));
      facts.put("wrong", itsWrong.stream().map(String::strip).toList());
      rows.append(json ? json(facts, its) : row);
    }
    for (Map.Entry<String, KeptHeads> other : ofOthers.entrySet()) {
      String host = other.getKey().equals(KeptHeads.NO_HOST) ? "-" : other.getKey();
      int count = other.getValue().claims().size();
      String what =
          "no-log: %d heads in %s belong to a log that is not here".formatted(count, heads);
      String shown = RawText.quoted(host);
      wrong.add("%s: %s%n".formatted(shown, what));
      Map<String, Object> facts = new LinkedHashMap<>(Map.of("log", host));
      facts.put("wrong", List.of(what));
      rows.append(
          json ? json(facts, other.getValue()) : ROW.formatted(shown, "-", "-", "-", count));
    }
    String told = json ? rows.toString() : rows + String.join("", wrong);
    return new Result(wrong.isEmpty() ? well : NOT_INTACT, told, "");
  }

  private static String row(String host, Verification found, int heads) {
    String unbroken = found.isIntact() ? "intact" : "unbroken";
    String until =
        found
            .witness()
            .map(by -> "%d, %s, by %s".formatted(by.seq(), by.time(), by.by().shown()))
            .orElse("-");
    String range = "%d to %d".formatted(found.first(), found.head().seq());
    String is = found.isUnbroken() ? unbroken : "NOT INTACT";
    return ROW.formatted(RawText.quoted(host), is, range, until, heads);
  }

  private Verification verified(
      Path directory, Set<String> keys, List<Claim> claims, List<Claim> stamped)
      throws IOException {
    return new Verifier(
            directory,
            known(() -> new TrustAnchors(keys, claims, stamped, live, !withoutRecordings)))
        .verify();
  }

  @Override
  public String failure() {
    return "the log cannot be read";
  }

  private ParameterException mistake(String what) {
    return new ParameterException(new CommandLine(this), what);
  }

  /** Reads keys or heads. A mistake in these is a usage error, unlike a mistake in the log. */
  private <T> T known(Outside<T> read) throws IOException {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw mistake(String.valueOf(e.getMessage()));
    }
  }

  /** Reads data from outside the log. */
  private interface Outside<T> {
    T get() throws IOException;
  }

  private TimeStamps timeStamps() throws IOException {
    return stamps == null || authority == null
        ? TimeStamps.NONE
        : TimeStamps.read(stamps, authority);
  }

  /** Reads the keys, one on each line; other lines are ignored. */
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
