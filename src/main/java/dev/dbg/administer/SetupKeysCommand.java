package dev.dbg.administer;

import dev.dbg.audit.seal.KeyFile;
import dev.dbg.config.DaemonConfig;
import dev.dbg.model.ExitStatus;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code dbgd setup-keys --config FILE}: creates the first keys and prints the verifying key. */
@Command(
    name = "setup-keys",
    header = {"  dbgd setup-keys --config /etc/dbg/dbgd.toml > verify.key", ""},
    description = "Make the keys that seal the log and print the verifying key, once.",
    customSynopsis = "dbgd setup-keys --config FILE")
public final class SetupKeysCommand extends ConfiguredVerb {
  @Override
  public Result run() throws IOException, TomlMistake {
    try {
      Path directory = DaemonConfig.read(config).audit().directory();
      return new Result(
          ExitStatus.OK,
          KeyFile.setUp(directory) + "\n",
          "dbgd: this key verifies the log's seals (dbgd verify --key) and is in %s: keep a copy on another host\n"
              .formatted(directory.resolve(KeyFile.VERIFYING)));
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "%s already exists: keep using its verifying key, which is in %s or was printed when the keys were made"
              .formatted(e.getMessage(), KeyFile.VERIFYING),
          e);
    }
  }

  @Override
  public String failure() {
    return "no keys are made";
  }
}
