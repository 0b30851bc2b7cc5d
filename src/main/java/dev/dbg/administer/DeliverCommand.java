package dev.dbg.administer;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.Deliveries;
import dev.dbg.deliver.Delivery;
import dev.dbg.deliver.Receiver;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.MappedFiles;
import dev.dbg.kernel.socket.ServiceManager;
import dev.dbg.model.ExitStatus;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/**
 * {@code dbgd deliver --config FILE}: sends the log to the configured receivers until it is
 * stopped. A separate process, so that dbgd, which runs as root, needs no network.
 */
@Command(
    name = DeliverCommand.NAME,
    header = {"  dbgd deliver --config /etc/dbg/dbgd.toml           as the service does", ""},
    description = "Send the log to the receivers that the configuration names, until stopped.",
    customSynopsis = "dbgd deliver --config FILE")
public final class DeliverCommand extends ConfiguredVerb {
  public static final String NAME = "deliver";

  private static final Logger LOG = LoggerFactory.getLogger("deliver");
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(5);

  /**
   * Returns the verb if the words are exactly {@code deliver --config FILE}, as the service's;
   * otherwise null. Picocli is not used for them: its classes would stay in memory.
   */
  public static @Nullable DeliverCommand asService(String... words) {
    if (words.length != 3
        || !words[0].equals(NAME)
        || !words[1].equals("--config")
        || words[2].startsWith("-")) {
      return null;
    }
    DeliverCommand service = new DeliverCommand();
    service.config = Path.of(words[2]);
    return service;
  }

  @Override
  public Result run() throws TomlMistake, IOException, InterruptedException {
    ThisProcess.forbidDumps();
    DaemonConfig settings = DaemonConfig.read(config);
    List<Receiver> receivers = settings.receivers().receivers();
    if (receivers.isEmpty()) {
      throw new IOException(
          "%s names no receiver: write [[audit.syslog]] or another of dbgd.toml(5)"
              .formatted(config));
    }
    Deliveries deliveries =
        Deliveries.start(
            settings.audit().directory(),
            settings.receivers().notes(),
            receivers,
            BuildVersion.number());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(deliveries), "stop"));
    visibilityWarning(settings.audit().directory()).ifPresent(LOG::warn);
    ServiceManager.tell("READY=1\nSTATUS=" + receivers.size() + " receivers");
    System.err.println("ready");
    Path keys = settings.audit().directory().resolve(KeyFile.FILE);
    stay(deliveries, keys, LOOKS_EVERY);
    return new Result(
        ExitStatus.DBG_FAILED,
        "",
        "dbgd: deliver: exits for a restart: %s became readable: the log was created anew, and the mounts that hid its keys are gone%n"
            .formatted(keys));
  }

  /**
   * Returns a warning if this process cannot see the log, or can see its keys. The shipped unit
   * shows /var/log/dbg without the keys; another directory needs a drop-in.
   */
  static Optional<String> visibilityWarning(Path log) {
    Path keys = log.resolve(KeyFile.FILE);
    if (!Files.isDirectory(log)) {
      return Optional.of(
          "no log at %s: if dbgd writes one there, write the path in BindReadOnlyPaths= of dbgd-deliver.service"
              .formatted(log));
    }
    return areReadable(keys)
        ? Optional.of(
            "%s is readable, so its reader could forge the log: write it and the recordings in InaccessiblePaths= of dbgd-deliver.service"
                .formatted(keys))
        : Optional.empty();
  }

  /**
   * Returns memory to the kernel while nothing is sent. Ends when the sealing keys become readable:
   * if root removes a file, the mount that hides it goes, too, and only a new process gets a new
   * mount.
   */
  static void stay(Deliveries deliveries, Path keys, Duration every) throws InterruptedException {
    boolean wereReadable = areReadable(keys);
    boolean gives = true;
    List<ChainHead> sent = List.of();
    int unchanged = 0;
    while (wereReadable || !areReadable(keys)) {
      Thread.sleep(every);
      List<ChainHead> now = deliveries.deliveries().stream().map(Delivery::had).toList();
      unchanged = now.equals(sent) ? unchanged + 1 : 0;
      sent = now;
      if (unchanged == 2) {
        System.gc();
      }
      try {
        if (gives && unchanged >= 2) {
          MappedFiles.giveBack();
        }
      } catch (IOException e) {
        LOG.warn("unused memory cannot be returned to the kernel: {}", e.getMessage());
        gives = false;
      }
    }
  }

  /** The file that hides the keys is empty. access(2) would ignore CAP_DAC_READ_SEARCH. */
  private static boolean areReadable(Path keys) {
    try (InputStream in = Files.newInputStream(keys)) {
      return in.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void end(Deliveries deliveries) {
    try {
      deliveries.close();
    } catch (IOException e) {
      System.err.println("dbgd: deliver: " + e.getMessage());
    }
  }
}
