package dev.dbg.administer;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.Deliveries;
import dev.dbg.deliver.Delivery;
import dev.dbg.deliver.Receiver;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.process.MappedFiles;
import dev.dbg.kernel.socket.ServiceManager;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/**
 * {@code dbgd deliver --config FILE}: sends the log to the configured receivers until it is
 * stopped. It is a separate process, so that the process that runs as root and enters containers
 * needs no network.
 */
@Command(
    name = "deliver",
    header = {"  dbgd deliver --config /etc/dbg/dbgd.toml           as the service does", ""},
    description = "Send the log to the receivers that the configuration names, until stopped.",
    customSynopsis = "dbgd deliver --config FILE")
public final class DeliverCommand extends ConfiguredVerb {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(5);

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
            Optional.empty(),
            settings.receivers().notes(),
            receivers,
            BuildVersion.number());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(deliveries), "stop"));
    ServiceManager.tell("READY=1\nSTATUS=" + receivers.size() + " receivers");
    System.err.println("ready");
    giveMemoryBack(deliveries);
    return Result.DONE;
  }

  /** When nothing has been sent for a while. The shutdown hook ends the process. */
  private static void giveMemoryBack(Deliveries deliveries) throws InterruptedException {
    List<ChainHead> sent = List.of();
    int unchanged = 0;
    while (true) {
      Thread.sleep(LOOKS_EVERY);
      List<ChainHead> now = deliveries.deliveries().stream().map(Delivery::had).toList();
      unchanged = now.equals(sent) ? unchanged + 1 : 0;
      sent = now;
      if (unchanged == 2) {
        System.gc();
      }
      try {
        if (unchanged >= 2) {
          MappedFiles.giveBack();
        }
      } catch (IOException e) {
        LOG.warn("memory is kept while nothing is sent: {}", e.getMessage());
        Thread.currentThread().join();
      }
    }
  }

  @Override
  public String failure() {
    return "cannot start";
  }

  private static void end(Deliveries deliveries) {
    try {
      deliveries.close();
    } catch (IOException e) {
      System.err.println("dbgd: deliver: " + e.getMessage());
    }
  }
}
