package dev.dbg.doctor;

import dev.dbg.doctor.Finding.Audience;
import dev.dbg.doctor.Finding.CheckStatus;
import dev.dbg.doctor.Finding.Health;
import dev.dbg.enter.Helper;
import dev.dbg.enter.ProbeProcess;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Privilege;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.model.Refusal;
import dev.dbg.plan.View;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.user.UserEngineReport;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks of what a session uses: namespaces, engines and tools. */
public final class SessionChecks {
  private static final String RUNTIME = "runtime";

  /** Every session asks the engine, so operators notice a longer delay. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  /** A session of dbgd's own: {@code true} in namespaces of a process. */
  public interface ProbeSession {
    /** Runs it; returns why it failed and what to do, empty if it worked. */
    Optional<String> enter(Pid process, Set<NamespaceKind> kinds);
  }

  private SessionChecks() {}

  /**
   * Complete sessions, one for each kind of namespace and one for all kinds, in a process with
   * namespaces of its own. If that process cannot be started, they enter dbgd's own process, whose
   * user and time namespaces cannot be joined.
   */
  public static List<Finding> namespaces(Helper helper, ProbeSession session) {
    try (ProbeProcess probe = ProbeProcess.start(helper)) {
      return enterEach(session, probe.pid(), probe.missing());
    } catch (KernelException e) {
      String why = "cannot be tested: " + e.message();
      return enterEach(
          session, ThisProcess.pid(), Map.of(NamespaceKind.USER, why, NamespaceKind.TIME, why));
    }
  }

  private static List<Finding> enterEach(
      ProbeSession session, Pid process, Map<NamespaceKind, String> missing) {
    List<Finding> findings = new ArrayList<>();
    Set<NamespaceKind> joined = EnumSet.allOf(NamespaceKind.class);
    joined.removeAll(missing.keySet());
    for (NamespaceKind kind : NamespaceKind.values()) {
      String why = missing.get(kind);
      findings.add(
          why == null
              ? entered(session, process, EnumSet.of(kind))
              : namespace(
                  kind.word(),
                  Health.DEGRADED.with("this host creates no such namespace: " + why)));
    }
    findings.add(entered(session, process, joined));
    return findings;
  }

  private static Finding entered(ProbeSession session, Pid process, Set<NamespaceKind> kinds) {
    return namespace(
        NamespaceKind.words(kinds),
        session
            .enter(process, kinds)
            .map(why -> Health.FAILS.with("can't be entered: " + why))
            .orElse(Health.WORKS.with("")));
  }

  private static Finding namespace(String kinds, CheckStatus verdict) {
    return Finding.forEverybody("namespace", kinds, verdict);
  }

  /** The runtimes that are configured: each is asked for its version and its containers. */
  public static List<Finding> runtimes(Resolver resolver) {
    List<Finding> findings = new ArrayList<>();
    boolean any = false;
    for (RuntimeHealth health : resolver.health()) {
      any |= !(health instanceof RuntimeHealth.Absent);
      String name = "%s at %s".formatted(health.scheme(), health.place());
      findings.add(
          switch (health) {
            case RuntimeHealth.Absent absent ->
                // No host has every runtime, so this is no fault.
                Finding.forRoot(RUNTIME, name, Health.ABSENT.with("nothing there"));
            case RuntimeHealth.Silent silent ->
                // For everybody, because each session reports it anyway.
                Finding.forEverybody(
                    RUNTIME,
                    silent.scheme(),
                    Health.FAILS.with("no session in its containers: " + silent.why()));
            case RuntimeHealth.Answers answers -> Finding.forRoot(RUNTIME, name, speed(answers));
          });
    }
    for (UserEngineReport engine : resolver.usersEngines()) {
      findings.add(
          Finding.forRoot(
              RUNTIME, "%s of %s".formatted(engine.scheme(), engine.user()), status(engine)));
    }
    if (!any) {
      findings.add(
          Finding.forEverybody(
              RUNTIME,
              "none",
              Health.DEGRADED.with(
                  "no runtime answers here: only pid://N can be entered: start one, or name its place in [runtimes] of dbgd.toml")));
    }
    return findings;
  }

  private static CheckStatus status(UserEngineReport engine) {
    if (engine.files().isEmpty()) {
      return Health.DEGRADED.with(
          "its containers are not found: its state on the disk cannot be read in time: see what keeps that user's files from answering");
    }
    return switch (engine.files().get()) {
      case USUAL ->
          asked(engine, "containers in its state on the disk: %d".formatted(engine.containers()));
      case ELSEWHERE, SILENT ->
          asked(engine, "its service is asked, as its state is not on the disk where it is usual");
      case TOO_MUCH ->
          Health.DEGRADED.with(
              "its containers are not found: its state on the disk says more than is kept for one user: see what that user has there");
    };
  }

  private static CheckStatus asked(UserEngineReport engine, String files) {
    return engine
        .silence()
        .map(
            why ->
                Health.DEGRADED.with("its service does not answer: %s: %s".formatted(why, files)))
        .orElse(Health.WORKS.with(files));
  }

  private static CheckStatus speed(RuntimeHealth.Answers answers) {
    String took = "%.1f ms".formatted(answers.took().toNanos() / 1e6);
    return answers.took().compareTo(SLOW) < 0
        ? Health.WORKS.with("%s, answers in %s".formatted(answers.version(), took))
        : Health.DEGRADED.with(
            "answers in %s: every session waits for it: see what keeps it busy".formatted(took));
  }

  /** The catalogue's tools: each is made ready as for a session. */
  public static List<Finding> tools(ToolRoots roots, Catalogue catalogue, Policy policy) {
    return catalogue.all().stream()
        .map(
            tool ->
                new Finding(
                    "tool",
                    tool.name(),
                    verdict(roots, policy, tool),
                    new Audience.WhoMayRun(tool.name())))
        .toList();
  }

  /**
   * A tool that no rule names makes no session fail. No host has every tool's package, so one that
   * is not installed is no fault, also if a rule names a group with it.
   */
  private static CheckStatus verdict(ToolRoots roots, Policy policy, Tool tool) {
    boolean isNamed = policy.names(tool.name());
    String missing = missingCapabilities(tool);
    if (!missing.isEmpty()) {
      return unusable(isNamed, missing);
    }
    try {
      roots.tryOut(tool, View.of(tool, tool.kinds().requires()));
      return Health.WORKS.with("");
    } catch (Refusal e) {
      if (e.status() == ExitStatus.NO_SUCH_TOOL && tool.about().packageName().isPresent()) {
        return Health.ABSENT.with("Debian's package: " + tool.about().packageName().get());
      }
      String name = tool.name() + " ";
      return unusable(
          isNamed,
          e.message().startsWith(name) ? e.message().substring(name.length()) : e.message());
    }
  }

  private static CheckStatus unusable(boolean isNamed, String why) {
    return isNamed ? Health.FAILS.with(why) : Health.DEGRADED.with(why);
  }

  /** Empty if dbgd has all that the tool's entry lists. */
  private static String missingCapabilities(Tool tool) {
    String missing =
        tool.capabilities().stream()
            .map(Capability::name)
            .filter(name -> !Privilege.valueOf(name).isHeld())
            .sorted()
            .map("CAP_"::concat)
            .collect(Collectors.joining(" "));
    return missing.isEmpty()
        ? ""
        : "dbgd has no %s to give: add it to CapabilityBoundingSet= of dbgd.service"
            .formatted(missing);
  }
}
