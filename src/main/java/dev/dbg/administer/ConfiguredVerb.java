package dev.dbg.administer;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A verb that needs a configuration. */
public abstract class ConfiguredVerb implements DaemonVerb {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration.")
  protected Path config = Path.of("");

  @Override
  public String failure() {
    return "cannot start";
  }
}
