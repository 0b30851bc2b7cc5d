package dev.dbg.resolve.user;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A question about a user's engine, for the reader of that user. Its answer is a {@link
 * UserAnswer}.
 *
 * @param about what is asked
 * @param container the id of the container that is asked about, or empty
 * @param millis the answer is of use within this time
 */
public record UserQuestion(
    About about,
    UserEngineKind kind,
    String container,
    long uid,
    long gid,
    String user,
    String home,
    long millis) {
  private static final Path RUNTIME_DIRECTORIES = Path.of("/run/user");

  private static final JsonMapper JSON = new JsonMapper();

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

  static UserQuestion of(
      About about, UserEngineKind kind, String container, Users.Account user, long millis) {
    return new UserQuestion(
        about,
        kind,
        container,
        user.uid().number(),
        user.gid().number(),
        user.name(),
        user.home(),
        millis);
  }

  /** Whose engine it is. */
  public Users.Account account() {
    return new Users.Account(new Uid(uid), user, new Gid(gid), home);
  }

  /** The user's directory below {@code /run/user}. */
  public Path runtimeDirectory() {
    return RUNTIME_DIRECTORIES.resolve(Long.toString(uid));
  }

  byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads what {@link #bytes} wrote. */
  public static UserQuestion parse(byte[] bytes) throws IOException {
    return JSON.readValue(bytes, UserQuestion.class);
  }
}
