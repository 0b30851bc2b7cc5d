package dev.dbg.administer;

import dev.dbg.config.DaemonConfig;
import dev.dbg.config.RightsLoader;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.ExitStatus;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code dbgd check [PATH]} and {@code dbgd test FILE}: verbs that talk to no daemon and run with
 * their caller's rights, so that they may open what the caller names. dbgd(8).
 */
@Command(name = "dbgd")
public final class Offline {
  private static final Path INSTALLED = Path.of("/etc/dbg/dbgd.toml");
  private static final String USAGE =
      "dbgd check [--config FILE] [PATH] | dbgd test [--config FILE] FILE";

  @Parameters(index = "0")
  String verb = "";

  @Parameters(index = "1", arity = "0..1")
  @Nullable Path path;

  @Option(names = "--config", paramLabel = "FILE")
  @Nullable Path config;

  private Offline() {}

  /** Whether these words are for here. */
  public static boolean isMeant(String[] words) {
    return words.length > 0 && Set.of("check", "test").contains(words[0]);
  }

  public static int run(Path home, String[] words, PrintStream out, PrintStream err) {
    Offline asked = new Offline();
    try {
      new CommandLine(asked)
          .setExpandAtFiles(false)
          .setInterpolateVariables(false)
          .setAbbreviatedOptionsAllowed(false)
          .parseArgs(words);
      CheckResult findings = asked.findings(home);
      out.print(findings.summary());
      err.print(findings.complaints());
      return findings.status();
    } catch (ParameterException e) {
      err.println("dbgd: " + e.getMessage() + ": " + USAGE);
    } catch (IOException e) {
      err.println("dbgd: " + asked.verb + ": " + e.getMessage());
    } catch (TomlMistake e) {
      err.println("dbgd: " + e.message());
    }
    return ExitStatus.DBG_FAILED;
  }

  private CheckResult findings(Path home) throws IOException, TomlMistake {
    RightsLoader installed = installed(home);
    if (verb.equals("check")) {
      return new CheckCommand(installed).of(Optional.ofNullable(path));
    }
    if (path == null) {
      throw new IOException("FILE is missing: " + USAGE);
    }
    return new PolicyTest(installed).of(path);
  }

  /** Where catalogue and policy lie, by the configuration; its defaults, where there is none. */
  private RightsLoader installed(Path home) throws IOException, TomlMistake {
    Path file = config == null ? INSTALLED : config;
    boolean isDefault = config == null && !Files.exists(file);
    DaemonConfig read =
        DaemonConfig.parse(file.toString(), isDefault ? "" : TrustedFile.read(file));
    return new RightsLoader(home.resolve("share/dbg/tools.d"), read.tools(), read.policy());
  }
}
