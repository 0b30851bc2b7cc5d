package dev.dbg.administer;

import dev.dbg.config.BuildVersion;
import dev.dbg.config.DaemonConfig;
import dev.dbg.deliver.Deliveries;
import dev.dbg.deliver.Receiver;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.kernel.socket.ServiceManager;
import dev.dbg.model.ExitStatus;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code dbgd deliver --config FILE}: sends the log to the configured receivers until it is ended.
 * It is a process of its own so that the one that is root and holds containers needs no network.
 */
@Command(name = "deliver", customSynopsis = DeliverCommand.SYNOPSIS)
public final class DeliverCommand {
  static final String SYNOPSIS = "dbgd deliver --config FILE";

  @Option(names = "--config", required = true, paramLabel = "FILE")
  @Nullable Path config;

  private DeliverCommand() {}

  public static int run(String[] words, PrintStream err) {
    DeliverCommand command = new DeliverCommand();
    CommandLine line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(Arrays.copyOfRange(words, 1, words.length));
      return command.deliver(err);
    } catch (ParameterException e) {
      err.println("dbgd: deliver: " + e.getMessage() + ": " + SYNOPSIS);
    } catch (TomlMistake e) {
      err.println("dbgd: deliver: " + e.message());
    } catch (IOException e) {
      err.println("dbgd: deliver: cannot start: " + e.getMessage());
    } catch (InterruptedException e) {
      err.println("dbgd: deliver: interrupted");
    }
    return ExitStatus.DBG_FAILED;
  }

  private int deliver(PrintStream err) throws TomlMistake, IOException, InterruptedException {
    ThisProcess.forbidDumps();
    Path file = Objects.requireNonNull(config);
    DaemonConfig settings = DaemonConfig.parse(file.toString(), TrustedFile.read(file));
    List<Receiver> receivers = settings.receivers().receivers();
    if (receivers.isEmpty()) {
      err.println(
          "dbgd: deliver: %s names no receiver: write [[audit.syslog]] or [[audit.otlp]]"
              .formatted(file));
      return ExitStatus.DBG_FAILED;
    }
    Deliveries deliveries =
        Deliveries.start(
            settings.audit().directory(),
            Optional.empty(),
            settings.receivers().notes(),
            receivers,
            BuildVersion.number());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(deliveries, err), "stop"));
    ServiceManager.tell("READY=1\nSTATUS=" + receivers.size() + " receivers");
    err.println("ready");
    // The shutdown hook is what ends it.
    Thread.currentThread().join();
    return ExitStatus.OK;
  }

  private static void end(Deliveries deliveries, PrintStream err) {
    try {
      deliveries.close();
    } catch (IOException e) {
      err.println("dbgd: deliver: " + e.getMessage());
    }
  }
}
