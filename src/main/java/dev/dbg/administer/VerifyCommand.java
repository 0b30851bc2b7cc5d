package dev.dbg.administer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.verify.TrustAnchors;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.VerificationText;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.model.ExitStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code dbgd verify DIR}: whether a log, or a copy of one, is as it was written. Runs with its
 * caller's rights on any machine.
 */
@Command(name = "verify", customSynopsis = VerifyCommand.SYNOPSIS)
public final class VerifyCommand {
  static final String SYNOPSIS =
      "dbgd verify DIR [--key FILE] [--head [NUMBER:]HASH] [--live] [--without-recordings] [--json]";

  private static final int NOT_INTACT = 1;
  private static final int TORN_TAIL = 2;

  @Parameters(arity = "1", paramLabel = "DIR")
  @Nullable Path directory;

  @Option(names = "--key", paramLabel = "FILE")
  @Nullable Path key;

  @Option(names = "--head", paramLabel = "[NUMBER:]HASH")
  @Nullable String head;

  /** As {@code dbg audit verify} has it. */
  @Option(names = "--live")
  boolean live;

  @Option(names = "--without-recordings")
  boolean withoutRecordings;

  @Option(names = "--json")
  boolean json;

  private VerifyCommand() {}

  /**
   * Verifies and says what came of it.
   *
   * @param words the whole command line, {@code verify} first
   * @return 0 intact, 1 not, 2 intact up to a line that a crash tore, 125 not known
   */
  public static int run(String[] words, PrintStream out, PrintStream err) {
    VerifyCommand command = new VerifyCommand();
    CommandLine line = new CommandLine(command).setExpandAtFiles(false);
    try {
      line.parseArgs(Arrays.copyOfRange(words, 1, words.length));
      return command.verify(out);
    } catch (ParameterException | IllegalArgumentException e) {
      err.println("dbgd: verify: " + e.getMessage() + ": " + SYNOPSIS);
    } catch (NoSuchFileException e) {
      err.println("dbgd: verify: there is no " + e.getMessage());
    } catch (IOException e) {
      err.println("dbgd: verify: it cannot be read: " + e.getMessage());
    }
    return ExitStatus.DBG_FAILED;
  }

  private int verify(PrintStream out) throws IOException {
    Set<String> keys = keys();
    TrustAnchors known =
        new TrustAnchors(
            keys,
            Optional.ofNullable(head).map(TrustAnchors.Claim::parse),
            live,
            !withoutRecordings);
    Verification found = new Verifier(Objects.requireNonNull(directory), known).verify();
    out.print(json ? json(found) : VerificationText.of(found, !keys.isEmpty()));
    out.flush();
    if (!found.isIntact()) {
      return NOT_INTACT;
    }
    return found.tornTail() ? TORN_TAIL : ExitStatus.OK;
  }

  /** One key a line; what does not look like one is passed over. */
  private Set<String> keys() throws IOException {
    Set<String> keys = new HashSet<>();
    if (key != null) {
      for (String line : Files.readAllLines(key)) {
        String word = line.strip();
        if (word.matches("[0-9a-f]{64}")) {
          keys.add(word);
        }
      }
      if (keys.isEmpty()) {
        throw new IllegalArgumentException(
            key + " holds no key: one is 64 hexadecimal digits on a line");
      }
    }
    return keys;
  }

  private static String json(Verification found) throws JsonProcessingException {
    return new JsonMapper().writeValueAsString(VerificationText.facts(found)) + "\n";
  }
}
