package dev.dbg.resolve.user;

import java.util.Optional;

/**
 * A user's engine as far as it is known without a request to its service, which that would start.
 *
 * @param scheme {@code podman} or {@code docker}
 * @param containers how many its files name, running or not; empty if they cannot be read
 * @param silence why its service is not asked now; empty if it is
 */
public record UserEngineReport(
    String scheme, String user, Optional<Integer> containers, Optional<String> silence) {}
