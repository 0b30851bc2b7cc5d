package dev.dbg.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.LogFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.ChainLink;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.recording.RecordingFiles;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.verify.Verification.Witness;
import dev.dbg.audit.verify.Verification.Witness.By;
import dev.dbg.model.QuotedText.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a log and its recordings are as they were written, by reading the log from its
 * first line to its last. The files are enough; a verifying key and a head that were kept elsewhere
 * prove more. Memory does not grow with the log.
 *
 * <p>For one thread and one log.
 */
public final class Verifier {
  /** The events that end a session and contain the hashes of its recording. */
  private static final Set<String> ENDS = Set.of(Event.RESULT.word(), Event.ORPHANED.word());

  private static final String DBGD_STARTED = Event.member(RecordField.ACTION, Event.START);

  /** The files that are opened. */
  private static final Pattern OPENED =
      Pattern.compile("audit(-\\d{12})?\\.jsonl(\\.gz)?|seals\\.jsonl|seal\\.key");

  private static final int MOST_FILES = 50_000;
  private static final long MOST_BYTES = 1L << 40;

  private static final byte[] EVENT = name(RecordField.EVENT);
  private static final byte[] TIME = name(RecordField.TIME);

  private static byte[] name(RecordField field) {
    return "\"%s\":\"".formatted(field.word()).getBytes(StandardCharsets.US_ASCII);
  }

  private final Path directory;
  private final TrustAnchors known;
  private final long until;
  private final Verification.Findings findings = new Verification.Findings();
  private final ChainCheck chain = new ChainCheck(findings);
  private final HeadCheck heads;
  private final HeadCheck stamps;
  private final StampedSpans spans = new StampedSpans();
  private final SealCheck seals;
  private final RecordingCheck recordings;
  private final MessageDigest sha256 = Sha256.digest();

  private boolean ended = true;
  private @Nullable JsonNode retention;

  public Verifier(Path directory, TrustAnchors known) {
    this.directory = directory;
    this.known = known;
    this.until = known.until();
    this.heads = new HeadCheck(known.heads());
    this.stamps =
        new HeadCheck(
            known.stamped().stream().filter(claim -> claim.seq().orElse(0) <= until).toList());
    this.seals =
        new SealCheck(
            findings,
            chain,
            known.keys(),
            seal -> {
              heads.isCovered(seal.hash(), seal.seq());
              stamps.isCovered(seal.hash(), seal.seq());
            });
    this.recordings = new RecordingCheck(findings, directory);
  }

  /**
   * Verifies the log.
   *
   * @throws IOException if there is no log or it may not be read; nothing is then known about it
   */
  public Verification verify() throws IOException {
    requireFiles();
    Optional<KeyFile.Shown> key = KeyFile.show(directory);
    try (LogFiles files = LogFiles.of(directory)) {
      if (files.segments().isEmpty()) {
        throw new NoSuchFileException(directory.resolve(Segment.FILE).toString());
      }
      RetiredSeals.read(
          directory,
          (seal, line) -> seals.retired(seal, new ChainCheck.LinePlace(RetiredSeals.FILE, line)));
      for (Segment segment : files.segments()) {
        readWhole(segment, files);
      }
    }
    if (beginningIsAccountedFor()) {
      chain.forgiveBeginning();
    }
    chain.end(ended);
    seals.end();
    for (HeadCheck each : List.of(heads, stamps)) {
      each.isThere(chain.beforeFirst(), chain.first() - 1, "");
      each.end(chain.first(), chain.head().seq(), findings);
    }
    if (!known.live()) {
      // If the log is being written, the keys and the seals of removed segments may be of later
      // epochs than the records checked here.
      seals.checkEnd();
      key.ifPresent(this::checkKey);
    }
    return new Verification(
        chain.records(),
        chain.first(),
        chain.head(),
        findings.kept(),
        findings.more(),
        chain.strangeLines().torn(),
        chain.strangeLines().moreTorn(),
        chain.tornTail(),
        seals.good(),
        recordings.checked(),
        recordings.failed(),
        seals.firstKey(),
        witness(key),
        spans.all());
  }

  /**
   * A log may be a copy from a host whose root is not trusted: to open a FIFO may take for ever,
   * and so may reading what a link leads to. Each name of a file takes memory.
   */
  private void requireFiles() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!OPENED.matcher(name).matches()) {
          continue;
        }
        if (!isRegular(file)) {
          throw new IOException(
              name + " is not a regular file: see who made it so, and copy the log again");
        }
        if (++count > MOST_FILES || file.toFile().length() > MOST_BYTES) {
          throw new IOException(
              "the log has more than %d files, or one of more than %d bytes"
                  .formatted(MOST_FILES, MOST_BYTES));
        }
      }
    }
  }

  private static boolean isRegular(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile();
    } catch (NoSuchFileException e) {
      // Renamed, compressed or removed since the listing.
      return true;
    }
  }

  /** Reads a segment. If it is removed meanwhile, so are its recordings, and verification fails. */
  private void readWhole(Segment segment, LogFiles files) throws IOException {
    boolean there;
    try {
      read(segment, files);
      there = files.isThere(segment);
    } catch (NoSuchFileException e) {
      there = false;
    }
    if (!there) {
      throw new IOException(
          segment.name()
              + " was removed, for its age or the log's size, while it was read: verify it again");
    }
  }

  private void read(Segment segment, LogFiles files) throws IOException {
    String name = segment.name();
    boolean opensFile = true;
    try (InputStream in = files.open(segment);
        LineReader lines = new LineReader(in)) {
      while (isToBeRead() && lines.next()) {
        ended = lines.ended();
        opensFile &= !line(lines, new ChainCheck.LinePlace(name, lines.number()), opensFile);
      }
    } catch (ZipException | EOFException e) {
      findings.add(Kind.UNREADABLE, name, "it is damaged or cut off: " + e.getMessage());
    }
  }

  /** Whether to read on: records behind the head account for segments that were removed later. */
  private boolean isToBeRead() {
    return chain.head().seq() < until || (chain.first() > 1 && !beginningIsAccountedFor());
  }

  /** Checks a line; returns whether it is a record. */
  private boolean line(LineReader lines, ChainCheck.LinePlace place, boolean opensFile) {
    ChainLink frame = ChainLink.of(lines.bytes(), lines.start(), lines.end(), sha256);
    if (frame == null) {
      chain.strange(place, ParsedRecord.object(lines.text()).isPresent());
      return false;
    }
    boolean inTurn = chain.record(frame, place, opensFile, () -> lookLater(lines, place));
    if (frame.isGenuine()) {
      if (heads.isSought(frame.hash(), frame.seq())) {
        heads.isThere(frame.hash(), frame.seq(), member(lines, TIME));
      }
      if (!known.stamped().isEmpty()) {
        stamped(frame, member(lines, TIME));
      }
      seals.isThere(frame.hash(), frame.seq());
    }
    if (inTurn) {
      look(lines, place);
    }
    return true;
  }

  private void stamped(ChainLink frame, String time) {
    spans.record(frame.seq(), time);
    if (stamps.isSought(frame.hash(), frame.seq())) {
      stamps.isThere(frame.hash(), frame.seq(), time);
      spans.end(frame.seq(), frame.hash());
    }
  }

  /** Returns {@link #look} with a copy of the line, for later. */
  private Runnable lookLater(LineReader lines, ChainCheck.LinePlace place) {
    LineReader copy = LineReader.of(lines.text());
    return () -> look(copy, place);
  }

  private void look(LineReader lines, ChainCheck.LinePlace place) {
    String event = member(lines, EVENT);
    if (event.equals(Event.SEAL.word())) {
      ParsedRecord.of(lines.text())
          .flatMap(Seal::of)
          .ifPresent(signed -> seals.seal(signed, place));
    } else {
      // Before it says that it has started, dbgd records the sessions that a dead one left open.
      boolean start =
          event.equals(Event.ORPHANED.word())
              || (event.equals(Event.DAEMON.word()) && lines.text().contains(DBGD_STARTED));
      seals.record(member(lines, TIME), start, place);
    }
    if (known.recordings() && ENDS.contains(event)) {
      recordings.end(lines, place);
    }
    if (event.equals(Event.RETENTION.word())) {
      // The next segment to be removed may have such a record already while it still exists.
      ParsedRecord.of(lines.text())
          .filter(this::leadsToBeginning)
          .ifPresent(record -> retention = record);
    }
  }

  /**
   * The value of a member before those of the event; empty if it is not there. Within a string JSON
   * escapes each quote, so no text that somebody chose looks like a member's name.
   */
  private static String member(LineReader lines, byte[] name) {
    byte[] bytes = lines.bytes();
    int at = lines.find(name, lines.start(), lines.end());
    if (at < 0) {
      return "";
    }
    int from = at + name.length;
    int to = from;
    while (to < lines.end() && bytes[to] != '"') {
      to++;
    }
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }

  /** Whether a missing beginning is legitimate: a sealed RETENTION record says what was removed. */
  private boolean beginningIsAccountedFor() {
    JsonNode removed = retention;
    return removed != null
        && leadsToBeginning(removed)
        && seals.good().filter(seal -> seal.seq() >= RecordField.SEQ.number(removed)).isPresent();
  }

  private boolean leadsToBeginning(JsonNode removed) {
    return RecordField.LAST.number(removed) == chain.first() - 1
        && RecordField.HEAD.text(removed).equals(chain.beforeFirst());
  }

  /** What vouches for the last record that anything vouches for; none of a removed one does. */
  private Optional<Witness> witness(Optional<KeyFile.Shown> key) {
    By giver = known.live() ? By.DBGD : By.HEAD;
    Optional<Witness> head =
        heads.last().map(found -> new Witness(giver, found.seq(), found.time()));
    Optional<Witness> seal =
        known.live() || known.keys().isEmpty()
            ? Optional.empty()
            : seals
                .good()
                .filter(last -> key.filter(shown -> shown.follows(last)).isPresent())
                .map(last -> new Witness(By.SEAL_KEY, last.seq(), last.at()));
    return Stream.of(head, seal)
        .flatMap(Optional::stream)
        .filter(witness -> chain.records() > 0 && witness.seq() >= chain.first())
        .filter(witness -> witness.seq() <= chain.head().seq())
        .max(Comparator.comparingLong(Witness::seq));
  }

  private void checkKey(KeyFile.Shown key) {
    // A seal that does not match the log was made nevertheless, so its epoch counts.
    Optional<Seal> last = seals.last();
    long sealed = last.map(Seal::epoch).orElse(-1L);
    if (sealed < key.epoch() - 1) {
      findings.add(
          Kind.TRUNCATED,
          "the end",
          "%s is of epoch %d, and %s"
              .formatted(
                  KeyFile.FILE,
                  key.epoch(),
                  last.isPresent()
                      ? "the last seal of epoch %d: what came between is gone".formatted(sealed)
                      : "there is no seal: what was sealed is gone"));
    } else if (sealed == key.epoch() - 1 && last.isPresent() && !key.follows(last.get())) {
      findings.add(
          Kind.FORKED,
          "the end",
          "%s does not hold the key that the last seal names".formatted(KeyFile.FILE));
    }
  }

  static final class RecordingCheck {
    private static final byte[] RECORDING =
        ",\"%s\":{".formatted(RecordField.RECORDING.word()).getBytes(StandardCharsets.US_ASCII);

    /**
     * {@code recording} is the last member before the hashes; it begins within this many bytes from
     * the line's end.
     */
    private static final int WHERE_IT_BEGINS = 1024;

    private final Verification.Findings findings;
    private final Path log;
    private long checked;
    private long failed;

    RecordingCheck(Verification.Findings findings, Path log) {
      this.findings = findings;
      this.log = log;
    }

    /** Takes a genuine RESULT or ORPHANED record. */
    void end(LineReader lines, ChainCheck.LinePlace place) {
      int from = Math.max(lines.start(), lines.end() - WHERE_IT_BEGINS);
      if (lines.find(RECORDING, from, lines.end()) < 0) {
        return;
      }
      // Only a forged record is not JSON; the seals show that it is forged.
      ParsedRecord.of(lines.text()).ifPresent(record -> check(record, place));
    }

    private void check(JsonNode record, ChainCheck.LinePlace place) {
      failed += RecordField.RECORDING_FAILED.isIn(record) ? 1 : 0;
      Optional<RecordingFiles> files = Recordings.found(log, RecordField.SESSION.text(record));
      if (files.isPresent() && RecordField.RECORDING_SHA256.isIn(record)) {
        checked++;
        check(files.get(), record, place);
      }
    }

    private void check(RecordingFiles files, JsonNode record, ChainCheck.LinePlace place) {
      String said =
          "the recording of session %s, of which this record has the hash, "
              .formatted(files.session());
      try {
        if (!files.areThere()) {
          findings.add(Kind.RECORDING_MISSING, place, said + "is gone");
        } else if (!files.isAsNoted(record)) {
          findings.add(Kind.RECORDING_EDITED, place, said + "is not what was written");
        }
      } catch (IOException e) {
        findings.add(Kind.UNREADABLE, place, said + "cannot be read: " + e.getMessage());
      }
    }

    /** Of how many sessions the record of the end says that there is no recording. */
    long failed() {
      return failed;
    }

    /** How many recordings were checked. */
    long checked() {
      return checked;
    }
  }
}
