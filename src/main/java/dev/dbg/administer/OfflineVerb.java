package dev.dbg.administer;

import dev.dbg.config.DaemonConfig;
import dev.dbg.config.RightsLoader;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A verb that reads the installed catalogue and policy with its caller's rights. */
abstract class OfflineVerb implements DaemonVerb {
  private static final Path INSTALLED = Path.of("/etc/dbg/dbgd.toml");

  private final Path home;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration; otherwise /etc/dbg/dbgd.toml.")
  @Nullable Path config;

  OfflineVerb(Path home) {
    this.home = home;
  }

  @Override
  public String failure() {
    return "cannot read the files";
  }

  /** Returns a loader of the installed catalogue and policy. */
  RightsLoader installed() throws IOException, TomlMistake {
    return RightsLoader.of(home, settings());
  }

  /** Returns the configuration; the defaults if the default file does not exist. */
  DaemonConfig settings() throws IOException, TomlMistake {
    boolean none = config == null && !Files.exists(INSTALLED);
    return none
        ? DaemonConfig.parse(INSTALLED.toString(), "")
        : DaemonConfig.read(config == null ? INSTALLED : config);
  }
}
