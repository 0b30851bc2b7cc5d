package dev.dbg.nativetests.start;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.OwnTree;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.reader.AlteredReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The memory of the processes beside dbgd. What they have written is theirs, whatever else the host
 * does; how many pages of files they have mapped depends on how the kernel has read these, so of
 * them only is looked at whether they are given back.
 */
@Tag("native")
@Tag("whole")
final class MemoryBesideTest {
  /** What {@code dbgd deliver} may have written once it is idle: 29 MB when this was set. */
  private static final long DELIVERS = 33L << 20;

  /** What a reader may have written once it has answered: 40 MB when this was set. */
  private static final long READS = 45L << 20;

  /** Pages of files, in KB: at the start there are more than 40 MB. */
  private static final long FEW = 20_000;

  private static final int SESSIONS = 100;

  private static final DatagramSocket SYSLOG = syslog();
  private static final AtomicInteger posted = new AtomicInteger();
  private static final HttpServer COLLECTOR = collector();

  /** Made before the host, whose configuration names it. */
  private static final Path PLACE = place();

  @RegisterExtension
  static final Host host =
      Host.asInstalled(Host.EVERYTHING)
          .keeping(
              "delivered = \"" + PLACE + "\"",
              "[[audit.syslog]]",
              "name = \"siem\"",
              "to = \"udp://127.0.0.1:" + SYSLOG.getLocalPort() + "\"",
              "[[audit.otlp]]",
              "name = \"collector\"",
              "to = \"http://127.0.0.1:" + COLLECTOR.getAddress().getPort() + "/v1/logs\"");

  @RegisterExtension
  static final Host hoarding =
      Host.asInstalled(Host.EVERYTHING).inWhich(AlteredReader.Hoarding.class).startedByTheClass();

  private static OwnTree tree;

  private static DatagramSocket syslog() {
    try {
      return new DatagramSocket(0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpServer collector() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            byte[] _ = exchange.getRequestBody().readAllBytes();
            byte[] answer = "{}".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
            int _ = posted.incrementAndGet();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path place() {
    try {
      return Files.createTempDirectory("dbgt-beside");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void makeTree() {
    tree = OwnTree.of(host);
    // As a host makes it: how much of a file is mapped depends on how it was written.
    tree.makesCache().exits(0);
  }

  @AfterAll
  static void end() {
    COLLECTOR.stop(0);
    SYSLOG.close();
    Command.removes(PLACE);
  }

  private static long files(long pid) {
    return Long.parseLong(Processes.status(pid, "RssFile").replaceAll("[^0-9]", ""));
  }

  @Test
  void an_idle_delivery_has_written_little() {
    BareProcess process = BareProcess.in("--net");
    try {
      Ran _ =
          host.ann()
              .runsScript(
                  "for i in $(seq %d); do $DBG %s net -- look namespaces; done"
                      .formatted(SESSIONS, process.name()));
    } finally {
      process.ends();
    }
    Running delivery = tree.delivers();
    try {
      Patience.until("the collector has records", () -> posted.get() > 0, delivery);
      Patience.until(
          "memory is given back",
          () -> Processes.resident(delivery.pid()) < DELIVERS && files(delivery.pid()) < FEW,
          delivery);
    } finally {
      Ran _ = delivery.gets("TERM").ends();
    }
  }

  @Test
  void a_reader_gives_back_what_only_its_start_used() throws IOException {
    // A log below a directory that the reader may enter by its capability alone is read, too.
    Ran told = tree.starts().asks("audit --events -n 20").exits(0);
    assertTrue(told.out().contains("start"), told::toString);
    try {
      long reader = tree.readers().getFirst();
      Patience.until(
          "memory is given back", () -> Processes.resident(reader) < READS && files(reader) < FEW);
    } finally {
      String _ = tree.stops();
    }

    OwnTree other = OwnTree.of(hoarding).starts();
    try {
      long kept = 0;
      // A kernel that is short of memory takes pages of files back by itself.
      for (int tries = 0; tries < 5 && kept <= FEW; tries++) {
        other.asks("audit -n 20").exits(0);
        long reader = other.readers().getFirst();
        Patience.sleeps(Duration.ofSeconds(5));
        kept = Processes.isAlive(reader) ? files(reader) : 0;
      }
      assertTrue(kept > FEW, "with the defence off: " + kept);
    } finally {
      String _ = other.stops();
    }
  }
}
