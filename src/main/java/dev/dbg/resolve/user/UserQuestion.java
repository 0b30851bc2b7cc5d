package dev.dbg.resolve.user;

import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A question about a user's engine, for the reader of that user. Its answer is a {@link
 * UserAnswer}.
 *
 * @param about what is asked
 * @param container the id of the container that is asked about, or empty
 * @param account whose engine it is
 * @param millis the answer is of use within this time
 */
public record UserQuestion(
    About about, UserEngineKind kind, String container, Users.Account account, long millis) {
  static final Path RUNTIME_DIRECTORIES = Path.of("/run/user");

  /** What is asked. */
  public enum About {
    /** One container, with all that is needed to enter it; its service may be asked. */
    ONE,
    /** All containers, as its files or its service know them. */
    ALL,
    /** The same for their names and ids: whether they run may be older. */
    NAMES,
    /** Those that run. */
    RUNNING,
    /** How many its files name; no service is asked. */
    FILES
  }

  /** The user's directory below {@code /run/user}. */
  public Path runtimeDirectory() {
    return RUNTIME_DIRECTORIES.resolve(account.uid().toString());
  }

  byte[] bytes() {
    return UserAnswer.bytes(this);
  }

  /** Reads what {@link #bytes} wrote. */
  public static UserQuestion parse(byte[] bytes) throws IOException {
    return UserAnswer.JSON.readValue(bytes, UserQuestion.class);
  }
}
