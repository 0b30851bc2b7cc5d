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
 * stopped. It is a separate process, so that the process that runs as root and enters containers
 * needs no network.
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
   * The verb, if the words are those of the service, {@code deliver --config FILE}; otherwise null.
   * They are recognized without picocli, whose classes would stay for as long as the service runs.
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
    unfitSight(settings.audit().directory()).ifPresent(LOG::warn);
    ServiceManager.tell("READY=1\nSTATUS=" + receivers.size() + " receivers");
    System.err.println("ready");
    Path keys = settings.audit().directory().resolve(KeyFile.FILE);
    stay(deliveries, keys, LOOKS_EVERY);
    return new Result(
        ExitStatus.DBG_FAILED,
        "",
        "dbgd: deliver: exits to be started again: %s can be read now: the log was made anew, and the mounts that hid its keys are gone%n"
            .formatted(keys));
  }

  /**
   * What is wrong with what this process sees of the log. The shipped unit shows /var/log/dbg, and
   * hides its keys; about another directory, only drop-ins can say so.
   */
  static Optional<String> unfitSight(Path log) {
    Path keys = log.resolve(KeyFile.FILE);
    if (!Files.isDirectory(log)) {
      return Optional.of(
          "no log is seen at %s: if dbgd has begun one there, name it in BindReadOnlyPaths= of dbgd-deliver.service"
              .formatted(log));
    }
    return areShown(keys)
        ? Optional.of(
            "%s can be read here, and who has it can forge the log: name it, and recordings beside it, in InaccessiblePaths= of dbgd-deliver.service"
                .formatted(keys))
        : Optional.empty();
  }

  /**
   * Gives memory back when nothing has been sent for a while. Returns when the sealing keys can be
   * read and could not before: a mount that hides a file is gone once the file is removed where
   * root sees it, and the next process has another.
   */
  static void stay(Deliveries deliveries, Path keys, Duration every) throws InterruptedException {
    boolean wereShown = areShown(keys);
    boolean gives = true;
    List<ChainHead> sent = List.of();
    int unchanged = 0;
    while (wereShown || !areShown(keys)) {
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
        LOG.warn("memory cannot be given back while nothing is sent: {}", e.getMessage());
        gives = false;
      }
    }
  }

  /**
   * What hides them is empty. access(2) would not count the capability with which they are read.
   */
  private static boolean areShown(Path keys) {
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
