package dev.dbg.session;

import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Repetitions;
import dev.dbg.enter.Helper;
import dev.dbg.enter.SessionGroups;
import dev.dbg.enter.ToolViews;
import dev.dbg.grammar.Grammar;
import dev.dbg.model.NamespaceKind;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Resolver;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What every session shares: made once at start. All of it may be used by any thread.
 *
 * @param rights the policy and catalogue in force; a reload replaces both at once
 * @param repetitions how refusals, and what else is no session, get into the log
 * @param recordings what recorded sessions leave
 * @param readingRoom who reads the log, and how many at once
 * @param logCheck verifies the log
 * @param groups the sessions' control groups
 * @param hostNamespaces the host's namespaces, which no session joins unless a rule says so
 * @param deadlines runs what must happen at a time
 * @param sessions those that are going on
 * @param timeout how long a session may take
 * @param premises what only the doctor looks at
 */
public record House(
    Grammar grammar,
    AtomicReference<Rights> rights,
    Resolver resolver,
    AuditLog audit,
    Repetitions repetitions,
    Recordings recordings,
    ReadingRoom readingRoom,
    LogCheck logCheck,
    ToolViews views,
    Helper helper,
    Limits limits,
    SessionGroups groups,
    Map<NamespaceKind, String> hostNamespaces,
    ScheduledExecutorService deadlines,
    Set<Escort> sessions,
    Duration timeout,
    Premises premises) {

  /**
   * Which of a target's namespaces, of which each is told by what identifies it, are the host's.
   */
  Set<NamespaceKind> sharedWithHost(Map<NamespaceKind, String> identities) {
    Set<NamespaceKind> shared = EnumSet.noneOf(NamespaceKind.class);
    identities.forEach(
        (kind, identity) -> {
          if (identity.equals(hostNamespaces.get(kind))) {
            shared.add(kind);
          }
        });
    return shared;
  }

  /** What is in force: a request looks once and keeps what it saw. */
  public record Rights(Policy policy, Catalogue catalogue) {}

  /** Reads policy and catalogue from their files. */
  public interface Loader {
    Rights load() throws IOException, TomlMistake;
  }

  /**
   * What a session does not need to know of the configuration.
   *
   * @param socket where dbgd listens when systemd holds no socket
   * @param loader reads what {@code rights} was read from
   * @param sessions how many there may be at once
   */
  public record Premises(Path socket, Loader loader, int sessions) {}
}
