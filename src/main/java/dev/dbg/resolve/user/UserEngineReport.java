package dev.dbg.resolve.user;

import java.util.Optional;

/**
 * A user's engine as far as it is known without a request to its service, which that would start.
 *
 * @param scheme {@code podman} or {@code docker}
 * @param silence why its service is not asked now; empty if it is
 */
public record UserEngineReport(String scheme, String user, State state, Optional<String> silence) {
  /** Its files about its containers. */
  public sealed interface State {
    /** They name so many containers, running or not. */
    record AsUsual(int containers) implements State {}

    /** They are not where they are usual, or not to be used. */
    record Elsewhere() implements State {}

    /** They say more than is kept of one engine: its containers are left out. */
    record TooMuch() implements State {}

    /** Reading them takes longer than a session waits; whether there is an engine is not known. */
    record Blocked() implements State {}
  }

  static UserEngineReport blocked(String scheme, String user) {
    return new UserEngineReport(scheme, user, new State.Blocked(), Optional.empty());
  }
}
