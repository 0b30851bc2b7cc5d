package dev.dbg.answer;

import dev.dbg.authorize.Rights;
import dev.dbg.doctor.FileChecks;
import dev.dbg.doctor.Finding;
import dev.dbg.doctor.Finding.Audience;
import dev.dbg.doctor.FindingsText;
import dev.dbg.doctor.HostLine;
import dev.dbg.doctor.KernelChecks;
import dev.dbg.doctor.SessionChecks;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Pid;
import dev.dbg.model.Refusal;
import dev.dbg.session.SelfCheck;
import dev.dbg.session.Services;
import dev.dbg.session.Session;
import dev.dbg.session.SessionLimits;
import dev.dbg.wire.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code dbg doctor}. Root sees all findings; an operator does not see those about the policy,
 * runtimes that answer, and tools that no rule permits them.
 */
public record Diagnosis(
    Services services, Premises premises, Rights rights, Operator operator, Reply reply) {
  /**
   * Values that only the doctor needs.
   *
   * @param socket the socket's path if systemd passed no socket
   * @param loader reads the files of the rights in force again
   * @param metrics the file of the metrics
   * @param sessions the most concurrent sessions
   */
  public record Premises(Path socket, Rights.Loader loader, Optional<Path> metrics, int sessions) {}

  /** Concurrent runs would add up their load on processors, mounts and engines. */
  private static final Object ONE_AT_A_TIME = new Object();

  public void print(boolean json) {
    try (SessionLimits.Place _ = services.limits().take(operator.uid())) {
      List<Finding> shown =
          examine().stream().filter(finding -> maySee(finding.audience())).toList();
      reply.print(json ? FindingsText.json(shown) : FindingsText.text(shown));
      boolean isWell = shown.stream().noneMatch(f -> f.status().health() == Finding.Health.FAILS);
      reply.exit(isWell ? ExitStatus.OK : ExitStatus.SOMETHING_FAILS);
    } catch (Refusal e) {
      Session.refuse(reply, e);
    }
  }

  /** Runs all checks; takes some seconds if a runtime does not answer. */
  private List<Finding> examine() {
    synchronized (ONE_AT_A_TIME) {
      return Stream.of(
              HostLine.of(services.groups()),
              KernelChecks.features(),
              KernelChecks.capabilities(),
              KernelChecks.descriptors(premises.sessions()),
              KernelChecks.groups(services.groups()),
              KernelChecks.mounts(),
              SessionChecks.namespaces(services.helper(), this::probe),
              SessionChecks.runtimes(services.resolver()),
              SessionChecks.tools(services.toolRoots(), rights.catalogue(), rights.policy()),
              FileChecks.auditLog(services.audit()),
              operator.isRoot() ? policy() : List.<Finding>of(),
              FileChecks.metrics(premises.metrics()),
              FileChecks.subordinateIds(),
              FileChecks.socket(premises.socket()))
          .flatMap(List::stream)
          .toList();
    }
  }

  private Optional<String> probe(Pid process, Set<NamespaceKind> kinds) {
    return SelfCheck.enter(services, process, kinds);
  }

  /** Only root gets findings about the policy. */
  private List<Finding> policy() {
    return FileChecks.policy(
        rights.policy(), () -> premises.loader().load().policy(), services.resolver());
  }

  private boolean maySee(Audience audience) {
    return operator.isRoot()
        || switch (audience) {
          case Audience.Everybody everybody -> true;
          case Audience.Root root -> false;
          case Audience.WhoMayRun who ->
              rights.policy().permits(operator, who.tool(), Instant.now());
        };
  }
}
