package dev.dbg.kube;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a client may begin the session whose object the API server has. Pure. */
public final class SessionCheck {
  /** How long after its creation a session may begin; as long before, for clocks differ. */
  static final Duration FRESH = Duration.ofSeconds(60);

  /** What nobody learns more about who does not know the key. */
  static final String UNKNOWN = "there is no such session with this key";

  private SessionCheck() {}

  /**
   * Why it may not; empty if it may. The text is in words of this release and nothing that a client
   * chose.
   *
   * @param session the object that the line names
   * @param node the agent's node
   * @param now by the API server's clock
   */
  public static Optional<String> refusal(
      SessionLine line, SessionObject session, String node, Instant now) {
    boolean isKnown =
        line.namespace().equals(session.namespace())
            && line.name().equals(session.name())
            && !session.uid().isEmpty()
            && !session.resourceVersion().isEmpty()
            && isSame(line.keyHash(), session.keyHash());
    if (!isKnown) {
      return Optional.of(UNKNOWN);
    }
    if (!session.node().equals(node)) {
      return Optional.of("the session is for another node than %s".formatted(node));
    }
    if (session.isDeleted()) {
      return Optional.of("the session was deleted");
    }
    if (session.hasStatus()) {
      return Optional.of("the session was begun before: type the line again");
    }
    return Duration.between(session.created(), now).abs().compareTo(FRESH) > 0
        ? Optional.of(
            "the session was not made within the last %d seconds: type the line again"
                .formatted(FRESH.toSeconds()))
        : Optional.empty();
  }

  /** Takes as long wherever the two differ. */
  private static boolean isSame(String hash, String other) {
    return MessageDigest.isEqual(
        hash.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
