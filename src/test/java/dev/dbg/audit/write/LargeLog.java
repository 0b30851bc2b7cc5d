package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.Seal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a large log as dbgd does in months, without waiting for the disk: {@code LargeLog
 * DIRECTORY RECORDS}. Records, chain, seals and segments are dbgd's; the segments are not
 * compressed.
 *
 * <p>Several users run tools in several containers. One request in ten is refused; one session in
 * twenty is long and ends after two hundred others. One session in 5000 is of the user {@code
 * rare}, another one in the container {@code rare-1}, both through the whole log.
 */
public final class LargeLog {
  private static final long SEGMENT = 64 << 20;
  private static final int SEAL_RECORDS = 1000;
  private static final int SEAL_SECONDS = 300;
  private static final int RARE = 5000;
  private static final int LONG = 20;
  private static final int MEANWHILE = 200;

  /** The records that end the log: of long sessions, the stop and the seal. */
  private static final int MARGIN = MEANWHILE / LONG + 2;

  private static final List<String> USERS = List.of("oncall", "ana", "bela", "chris", "dina");
  private static final List<String> CONTAINERS =
      List.of("adguard-server-1", "adguard-server-2", "web-1", "db-1", "cache-7");
  private static final List<String> TOOLS = List.of("ss", "netstat", "ip");

  private final Path directory;
  private final KeyFile keys;
  private final Chain chain = new Chain("0731c78b-a342-4d02-9ab5-b57588e0f92d", ChainHead.NONE);
  private final Random random = new Random(7);
  private final Deque<LongSession> open = new ArrayDeque<>();
  private Instant now = Instant.parse("2026-01-02T03:04:05.678901Z");
  private OutputStream out;
  private long first = 1;
  private long size;
  private long sealed;
  private final OpenSessions sessions = new OpenSessions();

  private record LongSession(RecordBuilder end, long until) {}

  private LargeLog(Path directory) throws IOException {
    this.directory = directory;
    this.keys = KeyFile.create(directory);
    this.out = begin();
    chain.writtenOn(HostIdentity.of("dns-1", "e08d2021fbdd6f894fde550c98aff54d"));
  }

  public static void main(String[] words) throws IOException {
    new LargeLog(Path.of(words[0])).write(Long.parseLong(words[1]));
  }

  private void write(long records) throws IOException {
    append(RecordBuilder.of(Event.DAEMON).with(ACTION, Event.START).with(VERSION, "1"));
    for (long session = 1; chain.head().seq() < records - MARGIN; session++) {
      now = now.plusMillis(900 + random.nextInt(200));
      add(session);
      while (!open.isEmpty() && open.getFirst().until <= session) {
        append(open.removeFirst().end);
      }
      if (chain.head().seq() - sealed >= SEAL_RECORDS) {
        seal();
      }
    }
    while (!open.isEmpty()) {
      append(open.removeFirst().end);
    }
    append(RecordBuilder.of(Event.DAEMON).with(ACTION, Event.STOP));
    seal();
    out.close();
    keys.close();
  }

  private void add(long session) throws IOException {
    String user = session % RARE == 0 ? "rare" : USERS.get(random.nextInt(USERS.size()));
    String container =
        session % RARE == RARE / 2 ? "rare-1" : CONTAINERS.get(random.nextInt(CONTAINERS.size()));
    String number = "%016x".formatted(random.nextLong());
    if (session % 10 == 5) {
      append(refusal(number, user, container));
      return;
    }
    append(intent(number, user, container));
    RecordBuilder end =
        about(Event.RESULT, number, user)
            .with(OUTCOME_EXIT, 0)
            .with(OUTCOME_DURATION_US, 20_000 + random.nextInt(10_000))
            .with(OUTCOME_CPU_US, 1000 + random.nextInt(1000))
            .with(OUTCOME_MEMORY_BYTES, 2_326_528);
    if (session % LONG == 3) {
      open.addLast(new LongSession(end, session + MEANWHILE));
    } else {
      append(end);
    }
  }

  private RecordBuilder about(Event event, String session, String user) {
    int uid = 1000 + (user.equals("rare") ? USERS.size() : USERS.indexOf(user));
    return RecordBuilder.of(event)
        .with(SESSION, session)
        .with(OPERATOR_UID, uid)
        .with(OPERATOR_USER, user)
        .with(OPERATOR_GID, uid)
        .with(OPERATOR_GROUPS, List.of(user, "dbg", "dns-ops"))
        .with(OPERATOR_PID, 11_769 + random.nextInt(20_000))
        .with(CWD, "/home/" + user);
  }

  private RecordBuilder refusal(String session, String user, String container) {
    return about(Event.DENIED, session, user)
        .with(TARGET_ASKED, container)
        .with(NAMESPACES, List.of("net"))
        .with(TOOL_NAME, "ss")
        .with(TOOL_ARGV_TYPED, List.of("-tlnH"))
        .with(DECISION_ALLOWED, false)
        .with(DECISION_KIND, "rule")
        .with(DECISION_POLICY, "4d".repeat(32))
        .with(DECISION_WHY, "no rule lets %s run ss in net".formatted(user))
        .with(OUTCOME_STATUS, 126);
  }

  private RecordBuilder intent(String session, String user, String container) {
    String tool = TOOLS.get(random.nextInt(TOOLS.size()));
    return about(Event.INTENT, session, user)
        .with(TARGET_RUNTIME, "docker")
        .with(TARGET_WAY, "api")
        .with(TARGET_ID, "c0ffee%02x".formatted(container.hashCode() & 0xFF).repeat(8))
        .with(TARGET_NAME, container)
        .with(TARGET_IMAGE, "adguardhome:v0")
        .with(TARGET_IMAGE_ID, "sha256:" + "2f57e62b".repeat(8))
        .with(TARGET_PID, 25_043 + random.nextInt(100))
        .with(TARGET_START_TIME, 2_819_808)
        .with(TARGET_NAMESPACES, Map.of("net", "net:[4026532189]"))
        .with(NAMESPACES, List.of("net"))
        .with(TOOL_NAME, tool)
        .with(TOOL_ARGV_TYPED, List.of("-tulpn"))
        .with(TOOL_PATH, "/usr/bin/" + tool)
        .with(TOOL_SHA256, "f3892363".repeat(8))
        .with(TOOL_ARGV_RUN, List.of(tool, "-t", "-u", "-l", "-p", "-n"))
        .with(DECISION_ALLOWED, true)
        .with(DECISION_RULE, "/etc/dbg/policy.d/10-dns.toml:1")
        .with(DECISION_POLICY, "4d".repeat(32))
        .with(CONFINEMENT_UID, 0)
        .with(CONFINEMENT_GID, 0)
        .with(CONFINEMENT_CAPS, List.of("DAC_READ_SEARCH", "SYS_PTRACE"))
        .with(CONFINEMENT_VIEW, "own")
        .with(CONFINEMENT_STREAMS, "handed")
        .with(CONFINEMENT_TIMEOUT_S, 3600);
  }

  private void seal() throws IOException {
    ChainHead head = chain.head();
    Seal seal =
        new Seal(
            keys.epoch(),
            keys.current().verifying(),
            head.seq(),
            head.hash(),
            now.toString(),
            2 * SEAL_RECORDS,
            100 * SEAL_SECONDS,
            keys.next().verifying());
    append(
        seal.record(keys.current().sign(seal.text()))
            .with(OPEN_FROM, sessions.from(head.seq() + 1)));
    keys.evolve();
    sealed = chain.head().seq();
  }

  private void append(RecordBuilder draft) throws IOException {
    if (size >= SEGMENT) {
      out.close();
      Files.move(directory.resolve(Segment.FILE), Segment.pathOf(directory, first));
      out = begin();
      size = 0;
      first = chain.head().seq() + 1;
    }
    FittedRecord record = FittedRecord.of(draft);
    String line = chain.line(record, now) + "\n";
    sessions.take(record, chain.head().seq());
    out.write(line.getBytes(StandardCharsets.US_ASCII));
    size += line.length();
  }

  private OutputStream begin() throws IOException {
    return new BufferedOutputStream(
        Channels.newOutputStream(
            PrivateFiles.open(
                directory.resolve(Segment.FILE),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)),
        1 << 20);
  }
}
