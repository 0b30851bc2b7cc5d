package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.Pid;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Finds containers and takes hold of their processes.
 *
 * <p>A number is not a process: between a runtime's answer and our open, the container may die and
 * its number go to a stranger. So the process is held first, and then the runtime is asked (again)
 * whether it is the one; only an answer given while we hold it counts. Where the container was seen
 * before, its process is held on that hint, and one question is enough.
 *
 * <p>Any thread may ask.
 */
public final class Resolver {
  /** More names than anybody types; beyond, hints are forgotten, which costs a question. */
  private static final int MOST_HINTS = 4096;

  private final ContainerRuntime process = new ProcessRuntime();
  private final List<ContainerRuntime> searched = new ArrayList<>();
  private final Map<String, Pid> hints = new ConcurrentHashMap<>();

  /**
   * @param sockets each engine's sockets by its scheme
   */
  public Resolver(Map<String, List<Path>> sockets) {
    sockets.forEach(
        (scheme, paths) -> paths.forEach(path -> searched.add(new EngineRuntime(scheme, path))));
  }

  /**
   * Asks every runtime about a container of its own, if it has one: what a session asks.
   *
   * @return whether all of them answered
   */
  public boolean rehearse() {
    boolean all = true;
    for (ContainerRuntime runtime : searched) {
      try {
        List<Found> running = runtime.running();
        String id = running.isEmpty() ? "none" : running.get(0).target().id();
        Optional<Found> _ = runtime.find(id);
      } catch (RuntimeUnavailable e) {
        // It will be said to whoever needs it.
        all = false;
      }
    }
    return all;
  }

  /** How each engine answers, asked now, one after the other. */
  public List<EngineHealth> health() {
    List<EngineHealth> all = new ArrayList<>();
    for (ContainerRuntime runtime : searched) {
      if (runtime instanceof EngineRuntime engine) {
        all.add(EngineHealth.of(engine));
      }
    }
    return all;
  }

  /** The running containers of all runtimes that answer. */
  public List<Target> running() {
    List<Target> all = new ArrayList<>();
    for (ContainerRuntime runtime : searched) {
      try {
        runtime.running().forEach(found -> all.add(found.target()));
      } catch (RuntimeUnavailable e) {
        // A list of what can be seen is worth more than none.
      }
    }
    return all;
  }

  /**
   * Takes hold of the process that {@code name} means.
   *
   * @throws Absence when there is none
   */
  public HeldTarget hold(TargetName name) throws Absence, RuntimeUnavailable, KernelException {
    Pid hint = hints.get(name.toString());
    if (hint != null) {
      try (Grip grip = Grip.on(hint)) {
        Found found = find(name);
        if (grip.isOf(found)) {
          return grip.confirmed(found);
        }
      } catch (KernelException e) {
        // The process of the hint is gone: look anew.
      }
      hints.remove(name.toString());
    }
    return holdAnew(name);
  }

  private HeldTarget holdAnew(TargetName name) throws Absence, RuntimeUnavailable, KernelException {
    Found first = find(name);
    Pid pid = new Pid(first.target().pid());
    try (Grip grip = Grip.on(pid)) {
      Found again = find(name);
      if (!again.isSameProcess(first) || !grip.isOf(again)) {
        throw changed(again.target());
      }
      if (hints.size() < MOST_HINTS) {
        hints.put(name.toString(), pid);
      }
      return grip.confirmed(again);
    } catch (KernelException e) {
      if (e.isNoSuchProcess()) {
        throw changed(first.target());
      }
      throw e;
    }
  }

  private static Absence changed(Target target) {
    return new Absence(
        Absence.Kind.CHANGED,
        "%s was restarted or ended just now: try again".formatted(target.name()),
        List.of(target));
  }

  private Found find(TargetName name) throws Absence, RuntimeUnavailable {
    List<Found> all = new ArrayList<>();
    for (ContainerRuntime runtime : asked(name)) {
      runtime.find(name.name()).ifPresent(all::add);
    }
    List<Target> targets = all.stream().map(Found::target).toList();
    if (all.isEmpty()) {
      throw new Absence(Absence.Kind.UNKNOWN, "no container '%s'".formatted(name), targets);
    }
    if (all.size() > 1) {
      throw new Absence(
          Absence.Kind.AMBIGUOUS,
          "'%s' is ambiguous: %s"
              .formatted(
                  name,
                  targets.stream()
                      .map(t -> t.runtime() + "://" + t.name())
                      .collect(Collectors.joining(" and "))),
          targets);
    }
    Target target = targets.get(0);
    if (!target.isRunning()) {
      throw new Absence(
          Absence.Kind.NOT_RUNNING,
          "%s is not running (%s)".formatted(target.name(), target.state()),
          targets);
    }
    return all.get(0);
  }

  private List<ContainerRuntime> asked(TargetName name) throws Absence {
    if (name.scheme().isEmpty()) {
      return searched;
    }
    String scheme = name.scheme().get();
    if (scheme.equals(process.scheme())) {
      return List.of(process);
    }
    List<ContainerRuntime> chosen =
        searched.stream().filter(r -> r.scheme().equals(scheme)).toList();
    if (chosen.isEmpty()) {
      throw new Absence(
          Absence.Kind.NO_SUCH_RUNTIME,
          "'%s' is no runtime that dbgd knows: %s, pid"
              .formatted(
                  scheme,
                  searched.stream()
                      .map(ContainerRuntime::scheme)
                      .distinct()
                      .collect(Collectors.joining(", "))),
          List.of());
    }
    return chosen;
  }
}
