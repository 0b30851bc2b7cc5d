package dev.dbg.deliver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.deliver.sink.OtlpLogs;
import dev.dbg.deliver.sink.OtlpSink;
import dev.dbg.deliver.sink.Sink;
import dev.dbg.deliver.sink.SyslogForm;
import dev.dbg.deliver.sink.SyslogTcp;
import dev.dbg.deliver.sink.SyslogUdp;
import dev.dbg.http.ServerAddress;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real receivers on the loopback interface that are down, slow, or go down meanwhile. */
class DeliveryTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Delivery.Backoff SHORT =
      new Delivery.Backoff(Duration.ofMillis(10), Duration.ofMillis(50));
  private static final SyslogForm FORM = new SyslogForm(10);

  @TempDir private Path directory;
  @TempDir private Path notes;

  @Test
  void what_was_written_while_the_server_was_away_arrives_when_it_comes_through_every_segment()
      throws Exception {
    // Bound, so that nobody else gets it; nobody listens there until the server does, beside this.
    try (Socket taken = new Socket();
        AuditLog log = Written.open(directory)) {
      taken.setReuseAddress(true);
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = taken.getLocalPort();
      arrivesWhenItComes(log, port);
    }
  }

  private void arrivesWhenItComes(AuditLog log, int port) throws Exception {
    try (Delivery delivery = toTcp(port, LONG)) {
      write(log, 40);
      assertEquals(0, delivery.had().seq());
      try (SyslogServer server = new SyslogServer(port, SyslogServer.ParsingStyle.READS)) {
        await(() -> delivery.had().seq() == 40);
        write(log, 40);
        await(() -> delivery.had().seq() == 80);
        assertEquals(upTo(80), server.numbers());
        assertEquals(log.head(), delivery.had());
      }
    }
  }

  /**
   * The kernel has accepted records that the server never read; after the reset they are sent
   * again.
   */
  @RepeatedTest(20)
  @Tag("whole")
  void records_lost_by_a_reset_connection_are_sent_again() throws Exception {
    int port;
    try (AuditLog log = Written.open(directory)) {
      write(log, 30);
    }
    List<Long> got;
    try (SyslogServer server = new SyslogServer(0, SyslogServer.ParsingStyle.DROPS_AFTER_THREE)) {
      port = server.address().port();
      try (Delivery delivery = toTcp(port, LONG)) {
        await(() -> server.connections() > 2);
        assertEquals(0, delivery.had().seq());
        server.goes();
        try (SyslogServer better = new SyslogServer(port, SyslogServer.ParsingStyle.READS)) {
          await(() -> delivery.had().seq() == 30);
          got = better.numbers();
        }
      }
    }
    assertEquals(upTo(30), got);
  }

  @Test
  void a_server_that_never_reads_delays_no_record_and_is_given_up_for_one_that_does()
      throws Exception {
    int port;
    try (AuditLog log = Written.open(directory);
        SyslogServer mute = new SyslogServer(0, SyslogServer.ParsingStyle.NEVER_READS)) {
      port = mute.address().port();
      write(log, 400);
      try (Delivery delivery = toTcp(port, Duration.ofMillis(300))) {
        await(() -> mute.connections() >= 1);
        // Write while the receiver hangs: each append returns as it would without a receiver.
        write(log, 100);
        assertEquals(500, log.head().seq());
        assertEquals(0, delivery.had().seq());
        await(() -> mute.connections() >= 2);
        mute.goes();
        try (SyslogServer server = new SyslogServer(port, SyslogServer.ParsingStyle.READS)) {
          await(() -> delivery.had().seq() == 500);
          // A slow machine may take longer than the patience, and is then sent a batch again.
          assertEquals(upTo(500), server.numbers().stream().distinct().toList());
        }
      }
    }
  }

  @Test
  void another_delivery_goes_on_where_the_last_one_noted_that_it_was() throws Exception {
    try (AuditLog log = Written.open(directory);
        SyslogServer server = new SyslogServer(0, SyslogServer.ParsingStyle.READS)) {
      write(log, 20);
      try (Delivery delivery = toTcp(server.address().port(), LONG)) {
        await(() -> delivery.had().seq() == 20);
      }
      assertEquals(Optional.of(log.head()), CursorFile.of(notes, "test").read());
      assertEquals(Map.of("test", 20L, "new", 0L), have("test", "new"));
      write(log, 20);
      try (Delivery delivery = toTcp(server.address().port(), LONG)) {
        await(() -> delivery.had().seq() == 40);
      }
      assertEquals(upTo(40), server.numbers());
    }
  }

  @Test
  void the_end_of_a_log_is_sent_before_the_delivery_ends() throws Exception {
    try (AuditLog log = Written.open(directory);
        SyslogServer server = new SyslogServer(0, SyslogServer.ParsingStyle.READS)) {
      int written = 0;
      // Within three seconds: a busy machine may take longer, and not each time.
      do {
        try (Delivery _ = toTcp(server.address().port(), LONG)) {
          log.beginEnding();
          write(log, 3);
        }
        written += 3;
      } while (server.numbers().stream().distinct().count() < written && written < 30);
      assertEquals(upTo(written), server.numbers().stream().distinct().toList());
    }
  }

  @Test
  void an_unreadable_note_counts_as_nothing_delivered() throws Exception {
    Files.writeString(CursorFile.of(notes, "a").path(), "rubbish");
    Path _ = Files.createSymbolicLink(CursorFile.of(notes, "b").path(), Path.of("/dev/zero"));
    Files.writeString(CursorFile.of(notes, "c").path(), "7:" + "0".repeat(64) + "\n");
    assertEquals(Map.of("a", 0L, "b", 0L, "c", 7L), have("a", "b", "c"));
    assertEquals(Map.of("x", 0L), new DeliveryProgress(notes.resolve("none"), List.of("x")).have());
    assertEquals(Map.of(), new DeliveryProgress(notes, List.of()).have());
  }

  @Test
  void datagrams_to_a_port_where_nobody_listens_are_sent_again() throws Exception {
    int port;
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (AuditLog log = Written.open(directory)) {
      write(log, 10);
      Sink sink = new SyslogUdp(new ServerAddress("127.0.0.1", port), FORM);
      try (Delivery delivery = start(sink)) {
        pause(200);
        assertEquals(0, delivery.had().seq());
        List<String> messages = new ArrayList<>();
        try (DatagramSocket server =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
          server.setSoTimeout(20_000);
          DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
          while (!SyslogServer.numbers(messages).contains(10L)) {
            server.receive(packet);
            messages.add(
                new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
          }
          await(() -> delivery.had().seq() == 10);
        }
        assertEquals(
            upTo(10), SyslogServer.numbers(messages).stream().distinct().sorted().toList());
      }
    }
  }

  @Test
  void a_collector_gets_what_the_published_protocol_knows() throws Exception {
    try (AuditLog log = Written.open(directory);
        Collector collector = new Collector()) {
      log.append(Written.intent(List.of("-t", "a\nb")));
      log.append(Written.denied("secret"));
      log.append(Written.result(3));
      try (Delivery delivery = toCollector(collector)) {
        await(() -> delivery.had().seq() == 3);
      }
      assertEquals(List.of(), collector.mistakes);
      assertEquals(List.of("Bearer secret"), collector.authorizations);
      List<KeyValue> resource =
          collector.requests.getFirst().getResourceLogs(0).getResource().getAttributesList();
      assertEquals("dbgd", value(resource, "service.name").getStringValue());
      assertEquals("-", value(resource, "host.name").getStringValue());

      LogRecord intent = collector.records.get(0);
      assertEquals("oncall in adguard-1 runs ss -t $'a\\012b'", intent.getBody().getStringValue());
      assertEquals(1795521600123456000L, intent.getTimeUnixNano());
      assertEquals(SeverityNumber.SEVERITY_NUMBER_INFO, intent.getSeverityNumber());
      assertEquals("dbg.intent", intent.getEventName());
      List<KeyValue> of = intent.getAttributesList();
      assertEquals("oncall", value(of, "user.name").getStringValue());
      assertEquals(1007, value(of, "user.id").getIntValue());
      assertEquals("adguard-1", value(of, "container.name").getStringValue());
      assertEquals(
          List.of("-t", "a\\x0ab"),
          value(of, "process.command_args").getArrayValue().getValuesList().stream()
              .map(AnyValue::getStringValue)
              .toList());
      LogRecord denied = collector.records.get(1);
      assertEquals(SeverityNumber.SEVERITY_NUMBER_WARN, denied.getSeverityNumber());
      assertEquals(126, value(denied.getAttributesList(), "process.exit.code").getIntValue());
      assertTrue(!denied.toString().contains("secret"), denied.toString());
      assertEquals(
          3,
          value(collector.records.get(2).getAttributesList(), "process.exit.code").getIntValue());
    }
  }

  @Test
  void a_collector_that_is_not_well_gets_all_when_it_is() throws Exception {
    try (AuditLog log = Written.open(directory);
        Collector collector = new Collector()) {
      collector.answers(request -> new Collector.Answer(503, ""));
      write(log, 50);
      try (Delivery delivery = toCollector(collector)) {
        pause(200);
        assertEquals(0, delivery.had().seq());
        collector.answers(request -> new Collector.Answer(200, "not JSON, and who cares"));
        await(() -> delivery.had().seq() == 50);
      }
      assertEquals(upTo(50), numbers(collector));
    }
  }

  @Test
  void a_record_that_a_collector_refuses_does_not_keep_back_the_others() throws Exception {
    try (AuditLog log = Written.open(directory);
        Collector collector = new Collector()) {
      collector.answers(
          request -> new Collector.Answer(numbers(request).contains(17L) ? 400 : 200, "{}"));
      write(log, 50);
      try (Delivery delivery = toCollector(collector)) {
        await(() -> delivery.had().seq() == 50);
      }
      assertEquals(upTo(50).stream().filter(n -> n != 17).toList(), numbers(collector));
    }
  }

  /** A filter before the collector answers 403 to what it takes for an attack. */
  @Test
  void words_that_are_refused_hold_nothing_back_and_their_record_is_told_without_them()
      throws Exception {
    try (AuditLog log = Written.open(directory);
        Collector collector = new Collector()) {
      collector.answers(
          request ->
              new Collector.Answer(request.toString().contains("/etc/passwd") ? 403 : 200, "{}"));
      write(log, 20);
      log.append(Written.intent(List.of("/etc/passwd")));
      write(log, 20);
      try (Delivery delivery = toCollector(collector)) {
        await(() -> delivery.had().seq() == 41);
      }
      assertEquals(upTo(41), numbers(collector));
      LogRecord bare = collector.records.get(20);
      assertEquals(
          "record 21, intent: its words were refused, and are in the log",
          bare.getBody().getStringValue());
      assertTrue(!bare.toString().contains("adguard") && !bare.toString().contains("oncall"));
      assertEquals(1007, value(bare.getAttributesList(), "user.id").getIntValue());
    }
  }

  /** A mistake in a sink must not end its thread: the log would wait for it for ever. */
  @Test
  void a_sink_that_fails_otherwise_than_it_may_is_asked_again() throws Exception {
    try (AuditLog log = Written.open(directory)) {
      write(log, 3);
    }
    AtomicInteger asked = new AtomicInteger();
    Sink sink =
        new Sink() {
          @Override
          public int send(List<AuditReader.Read> records) {
            if (asked.incrementAndGet() < 3) {
              throw new IllegalStateException("unforeseen");
            }
            return records.size();
          }

          @Override
          public void close() {}
        };
    try (Delivery delivery = start(sink)) {
      await(() -> delivery.had().seq() == 3);
    }
    assertEquals(3, asked.get());
  }

  private Delivery toTcp(int port, Duration patience) throws Exception {
    return start(new SyslogTcp(new ServerAddress("127.0.0.1", port), FORM, patience));
  }

  private Delivery toCollector(Collector collector) throws Exception {
    OtlpLogs logs = new OtlpLogs("1.2.3", Written.CLOCK);
    Map<String, String> headers = Map.of("Authorization", "Bearer secret");
    return start(new OtlpSink("test", collector.uri(), headers, logs, LONG));
  }

  private Delivery start(Sink sink) throws Exception {
    CursorFile cursor = CursorFile.of(notes, "test");
    ChainHead had = cursor.read().orElse(ChainHead.NONE);
    return new Delivery("test", directory, cursor, had, sink, SHORT).started();
  }

  private Map<String, Long> have(String... names) throws Exception {
    return new DeliveryProgress(notes, List.of(names)).have();
  }

  private static void write(AuditLog log, int records) throws AuditFailure {
    for (int i = 0; i < records; i++) {
      log.append(i % 2 == 0 ? Written.intent(List.of("-tlnH")) : Written.result(0));
    }
  }

  private static AnyValue value(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no %s in %s".formatted(key, attributes)))
        .getValue();
  }

  private static List<Long> numbers(Collector collector) {
    return collector.records.stream().map(DeliveryTest::number).toList();
  }

  private static List<Long> numbers(ExportLogsServiceRequest request) {
    return request.getResourceLogs(0).getScopeLogs(0).getLogRecordsList().stream()
        .map(DeliveryTest::number)
        .toList();
  }

  private static long number(LogRecord record) {
    return value(record.getAttributesList(), "dbg.seq").getIntValue();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    // For what never happens: a busy machine takes long.
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it never came to that");
      Thread.sleep(10);
    }
  }

  private static void pause(int millis) throws InterruptedException {
    Thread.sleep(millis);
  }
}
