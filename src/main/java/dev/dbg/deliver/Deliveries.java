package dev.dbg.deliver;

import dev.dbg.apiserver.ApiServer;
import dev.dbg.apiserver.PodEnvironment;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.write.DirectoryLock;
import dev.dbg.deliver.sink.HttpPost;
import dev.dbg.deliver.sink.LocalSocket;
import dev.dbg.deliver.sink.LogHeadSink;
import dev.dbg.deliver.sink.NotifySink;
import dev.dbg.deliver.sink.OtlpLogs;
import dev.dbg.deliver.sink.OtlpSink;
import dev.dbg.deliver.sink.Sink;
import dev.dbg.deliver.sink.SyslogForm;
import dev.dbg.deliver.sink.SyslogTcp;
import dev.dbg.deliver.sink.SyslogUdp;
import dev.dbg.deliver.sink.TimestampSink;
import dev.dbg.deliver.sink.WitnessSink;
import dev.dbg.http.ServerAddress;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends a log to all configured receivers, each at its own pace. */
public record Deliveries(DirectoryLock lock, List<Delivery> deliveries) implements AutoCloseable {
  /** How long a server may take for a batch. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Path CLIENT =
      Path.of(System.getProperty("dbg.home", "/usr/local"), "bin/dbg");

  /**
   * Starts sending to all receivers.
   *
   * @param log the log's directory
   * @param notes the directory of the cursor files; created if it is missing
   * @param version dbg's version
   * @throws IOException also if another process sends to the receivers, or if anybody but root and
   *     its group can read a file of headers
   */
  public static Deliveries start(Path log, Path notes, List<Receiver> receivers, String version)
      throws IOException {
    PrivateFiles.createDirectories(notes);
    DirectoryLock lock = DirectoryLock.take(notes);
    List<Delivery> started = new ArrayList<>();
    for (Receiver receiver : receivers) {
      CursorFile cursor = CursorFile.of(notes, receiver.name());
      ChainHead had = cursor.read().orElse(ChainHead.NONE);
      Sink sink = sink(receiver, version, log, notes);
      started.add(
          new Delivery(receiver.name(), log, cursor, had, sink, Delivery.Backoff.USUAL).started());
    }
    return new Deliveries(lock, started);
  }

  private static Sink sink(Receiver receiver, String version, Path log, Path notes)
      throws IOException {
    return switch (receiver) {
      case Receiver.Udp udp -> new SyslogUdp(udp.address(), new SyslogForm(udp.facility()));
      case Receiver.Tcp tcp ->
          new SyslogTcp(tcp.address(), new SyslogForm(tcp.facility()), PATIENCE);
      case Receiver.Local local ->
          new LocalSocket(local.socket(), new SyslogForm(local.facility()));
      case Receiver.OtherHost other -> new WitnessSink(CLIENT, other.host(), PATIENCE);
      case Receiver.Timestamp timestamp ->
          new TimestampSink(
              new HttpPost(timestamp.authority(), Map.of(), PATIENCE),
              notes.resolve(timestamp.name() + ".stamps"),
              Clock.systemUTC());
      case Receiver.Cluster cluster ->
          new LogHeadSink(
              new ApiServer(
                  cluster.api().orElseGet(PodEnvironment::server),
                  cluster.token(),
                  cluster.authority(),
                  PATIENCE),
              PodEnvironment.name(cluster.node(), "node", "NODE_NAME"),
              log);
      case Receiver.Otlp otlp ->
          new OtlpSink(
              otlp.name(),
              otlp.collector(),
              headers(otlp.headers()),
              new OtlpLogs(version, Clock.systemUTC()),
              PATIENCE);
      case Receiver.Notify notify ->
          new NotifySink(
              notify.name(),
              notify.when(),
              new HttpPost(hook(notify.to()), headers(notify.headers()), PATIENCE),
              SecretFile.read(notify.key()).strip(),
              Clock.systemUTC());
    };
  }

  private static Map<String, String> headers(Optional<Path> file) throws IOException {
    return file.isPresent() ? HeaderFile.read(file.get()) : Map.of();
  }

  /** Whoever knows the address of a hook may often use it, so that it can be a secret. */
  private static URI hook(String to) throws IOException {
    String address = to.startsWith("/") ? SecretFile.read(Path.of(to)).strip() : to;
    return ServerAddress.ofWeb(address)
        .orElseThrow(
            () ->
                new IOException("%s does not hold an address: http:// or https://".formatted(to)));
  }

  @Override
  public void close() throws IOException {
    // In parallel, because each close takes up to three seconds.
    List<Thread> closing =
        deliveries.stream().map(d -> Thread.ofPlatform().start(d::close)).toList();
    try {
      for (Thread one : closing) {
        one.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lock.close();
  }

  /**
   * Additional headers of each request to a collector, one {@code NAME: VALUE} on each line as for
   * curl's {@code --header @FILE}. They usually contain secrets, see {@link SecretFile}.
   */
  private static final class HeaderFile {
    private HeaderFile() {}

    /**
     * Reads the file.
     *
     * @throws IOException if the file may not be used, or a line is not a header; the message does
     *     not quote the line
     */
    static Map<String, String> read(Path path) throws IOException {
      String text = SecretFile.read(path);
      Map<String, String> headers = new LinkedHashMap<>();
      int number = 0;
      for (String line : text.split("\n", -1)) {
        number++;
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(colon, 0)).strip();
        String value = line.substring(colon + 1).strip();
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[ -~]*")) {
          throw new IOException("%s:%d is not a header: write NAME: VALUE".formatted(path, number));
        }
        headers.put(name, value);
      }
      return headers;
    }
  }

  static final class SecretFile {
    private static final int OTHERS = 0007;

    private SecretFile() {}

    /**
     * Reads the file.
     *
     * @throws IOException if somebody else than root can write it, or others than its group read it
     */
    static String read(Path path) throws IOException {
      String text = TrustedFile.read(path);
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((mode & OTHERS) != 0) {
        throw new IOException(
            "%s can be read by everybody, and holds secrets: chmod o= %s"
                .formatted(path, RawText.quoted(path.toString())));
      }
      return text;
    }
  }
}
