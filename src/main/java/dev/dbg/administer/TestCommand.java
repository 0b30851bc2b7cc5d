package dev.dbg.administer;

import dev.dbg.config.RightsLoader;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code dbgd test FILE}: compares the policy's decisions with the expectations in the file. */
@Command(
    name = "test",
    header = {
      "  dbgd test dns.test.toml                            what is installed",
      "  dbgd test --config /etc/dbg/dbgd.toml dns.test.toml",
      ""
    },
    description = "Compare the policy's decisions with the expectations in FILE, dbg-policy(5).",
    customSynopsis = "dbgd test [--config FILE] FILE")
public final class TestCommand extends OfflineVerb {
  @Parameters(paramLabel = "FILE", description = "The expectations.")
  Path path = Path.of("");

  public TestCommand(Path home) {
    super(home);
  }

  @Override
  public Result run() throws IOException, TomlMistake {
    RightsLoader installed = installed();
    PolicyTestFile file = PolicyTestFile.parse(path.toString(), Files.readString(path));
    Catalogue catalogue = installed.catalogue();
    Policy policy =
        file.policy().isPresent()
            ? new PolicyReader(catalogue)
                .read(CheckCommand.texts(path.resolveSibling(file.policy().get())))
            : installed.load().policy();
    return PolicyTest.run(file, catalogue, policy);
  }
}
