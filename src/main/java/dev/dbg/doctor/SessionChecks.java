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

/** Checks of the namespaces, runtimes and tools that sessions use. */
public final class SessionChecks {
  private static final String RUNTIME = "runtime";

  /** A slower runtime is degraded: every session asks it, so operators notice the delay. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  /** Runs true(1) as a session in namespaces of a process. */
  public interface ProbeSession {
    /** Returns why the session failed and what to do; empty if it worked. */
    Optional<String> enter(Pid process, Set<NamespaceKind> kinds);
  }

  private SessionChecks() {}

  /**
   * Runs a session in each kind of namespace, and one in all kinds, of a process that is started
   * for this. If it cannot be started, the sessions enter dbgd's own process, except its user and
   * time namespaces, which cannot be joined.
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
                  Health.DEGRADED.with("this host cannot create such a namespace: " + why)));
    }
    findings.add(entered(session, process, joined));
    return findings;
  }

  private static Finding entered(ProbeSession session, Pid process, Set<NamespaceKind> kinds) {
    return namespace(
        NamespaceKind.words(kinds),
        session
            .enter(process, kinds)
            .map(why -> Health.FAILS.with("cannot be entered: " + why))
            .orElse(Health.WORKS.with("")));
  }

  private static Finding namespace(String kinds, CheckStatus verdict) {
    return Finding.forEverybody("namespace", kinds, verdict);
  }

  /** Asks each configured runtime for its version and its containers. */
  public static List<Finding> runtimes(Resolver resolver) {
    List<Finding> findings = new ArrayList<>();
    boolean any = false;
    for (RuntimeHealth health : resolver.health()) {
      any |= !(health instanceof RuntimeHealth.Absent);
      String name = "%s at %s".formatted(health.scheme(), health.place());
      findings.add(
          switch (health) {
            case RuntimeHealth.Absent absent ->
                // Not a problem: no host has every runtime.
                Finding.forRoot(RUNTIME, name, Health.ABSENT.with("nothing there"));
            case RuntimeHealth.Silent silent ->
                // Not secret: sessions report a silent runtime to their operators, too.
                Finding.forEverybody(
                    RUNTIME,
                    silent.scheme(),
                    Health.FAILS.with("its containers cannot be entered: " + silent.why()));
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
                  "only pid://N can be entered: start a runtime, or write its path in [runtimes] of dbgd.toml")));
    }
    return findings;
  }

  private static CheckStatus status(UserEngineReport engine) {
    if (engine.files().isEmpty()) {
      return Health.DEGRADED.with(
          "its containers are not listed: reading this user's files takes too long: check their file system");
    }
    return switch (engine.files().get()) {
      case USUAL ->
          asked(engine, "containers in its state on the disk: %d".formatted(engine.containers()));
      case ELSEWHERE, SILENT ->
          asked(engine, "its service is asked: its state on the disk is not in the usual place");
      case TOO_MUCH ->
          Health.DEGRADED.with(
              "its containers are not listed: this user's state on the disk is too large: remove containers or labels");
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
            "answers in %s: every session waits for it: find out why this runtime is busy"
                .formatted(took));
  }

  /** Prepares each tool of the catalogue as for a session. */
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
   * A tool that no rule names is at most degraded. A tool whose package is not installed is absent:
   * no host has every package.
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

  /** Returns a message with the capabilities of the tool that dbgd lacks; empty if none. */
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
