package dev.dbg.session;

import dev.dbg.model.OperatorId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The number of a {@code dbg shell}, which the records of its commands have: {@code USER-HEX}. A
 * client claims it with each request. It can claim only a number of its own user, so nobody can add
 * commands to the story of another user's shell.
 */
public record ShellId(String text) {
  private static final Pattern FORM =
      Pattern.compile("(0|[1-9][0-9]{0,9}|kube-[0-9a-f]{16})-[0-9a-f]{16}");

  /** A new one. */
  public static ShellId of(OperatorId user) {
    return new ShellId(user.token() + "-" + SessionRecords.newNumber());
  }

  /** The one that a client of this user claims; empty if it is not one of the user's. */
  public static Optional<ShellId> claimed(String text, OperatorId user) {
    return FORM.matcher(text).matches() && text.startsWith(user.token() + "-")
        ? Optional.of(new ShellId(text))
        : Optional.empty();
  }
}
