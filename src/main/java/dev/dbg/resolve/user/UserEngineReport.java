package dev.dbg.resolve.user;

import java.util.Optional;

/**
 * A user's engine as far as it is known without a request to its service, which that would start.
 *
 * @param scheme {@code podman} or {@code docker}
 * @param files its files about its containers; empty if reading them takes longer than a session
 *     waits: whether there is an engine is not known then
 * @param containers how many containers the files name, running or not
 * @param silence why its service is not asked now; empty if it is
 */
public record UserEngineReport(
    String scheme,
    String user,
    Optional<UserAnswer.Files> files,
    int containers,
    Optional<String> silence) {}
