package dev.dbg.administer;

import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.Deliveries;
import dev.dbg.deliver.Receiver;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.socket.ServiceManager;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
    // The shutdown hook ends the process.
    Thread.currentThread().join();
    return Result.DONE;
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
