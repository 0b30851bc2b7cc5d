package dev.dbg.kube;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;

/** Whether a client may begin the session whose object the API server has. Pure. */
public final class SessionCheck {
  /** How long after its creation a session may begin; as long before, for clocks differ. */
  static final Duration FRESH = Duration.ofSeconds(60);

  /** What nobody learns more about who does not know the key. */
  static final String UNKNOWN = "there is no such session with this key";

  private SessionCheck() {}

  /** The answer. */
  public sealed interface Ruling permits Granted, Refused {}

  /** The client may begin this session. */
  public record Granted(SessionObject session) implements Ruling {}

  /**
   * It may not.
   *
   * @param text says why, in words of this release and nothing that a client chose
   */
  public record Refused(String text) implements Ruling {}

  /**
   * Checks the object.
   *
   * @param node the agent's node
   * @param now by the API server's clock
   */
  public static Ruling check(SessionLine line, SessionObject session, String node, Instant now) {
    boolean isKnown =
        line.namespace().equals(session.namespace())
            && line.name().equals(session.name())
            && !session.uid().isEmpty()
            && !session.resourceVersion().isEmpty()
            && isSame(line.keyHash(), session.keyHash());
    if (!isKnown) {
      return new Refused(UNKNOWN);
    }
    if (!session.node().equals(node)) {
      return new Refused("the session is for another node than %s".formatted(node));
    }
    if (session.isDeleted()) {
      return new Refused("the session was deleted");
    }
    if (session.hasStatus()) {
      return new Refused("the session was begun before: each begins once");
    }
    if (Duration.between(session.created(), now).abs().compareTo(FRESH) > 0) {
      return new Refused(
          "the session was not made within the last %d seconds: make another"
              .formatted(FRESH.toSeconds()));
    }
    return new Granted(session);
  }

  /** Takes as long wherever the two differ. */
  private static boolean isSame(String hash, String other) {
    return MessageDigest.isEqual(
        hash.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
