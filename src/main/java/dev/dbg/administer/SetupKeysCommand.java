package dev.dbg.administer;

import dev.dbg.audit.seal.SealSetup;
import dev.dbg.config.DaemonConfig;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.ExitStatus;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code dbgd setup-keys --config FILE}: makes the first keys and shows what verifies them. */
@Command(name = "setup-keys", customSynopsis = SetupKeysCommand.SYNOPSIS)
public final class SetupKeysCommand {
  static final String SYNOPSIS = "dbgd setup-keys --config FILE";

  @Option(names = "--config", required = true, paramLabel = "FILE")
  @Nullable Path config;

  private SetupKeysCommand() {}

  public static int run(String[] words, PrintStream out, PrintStream err) {
    SetupKeysCommand command = new SetupKeysCommand();
    CommandLine line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(Arrays.copyOfRange(words, 1, words.length));
      Path file = Objects.requireNonNull(command.config);
      DaemonConfig config = DaemonConfig.parse(file.toString(), TrustedFile.read(file));
      out.println(SealSetup.makeKeys(config.audit().directory()));
      err.println(
          "dbgd: this verifies the log's seals, dbgd verify --key; it is not shown again: keep it"
              + " somewhere else than on this host");
      return ExitStatus.OK;
    } catch (ParameterException e) {
      err.println("dbgd: setup-keys: " + e.getMessage() + ": " + SYNOPSIS);
    } catch (TomlMistake e) {
      err.println("dbgd: setup-keys: " + e.message());
    } catch (FileAlreadyExistsException e) {
      err.println(
          "dbgd: setup-keys: %s is there already, and what verifies its seals was shown when it was made, here or on dbgd's standard error: keep using that"
              .formatted(e.getMessage()));
    } catch (IOException e) {
      err.println("dbgd: setup-keys: no keys are made: " + e.getMessage());
    }
    return ExitStatus.DBG_FAILED;
  }
}
