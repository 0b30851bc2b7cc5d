package dev.dbg.status;

import dev.dbg.audit.record.Json;
import dev.dbg.authorize.HostNamespaces;
import dev.dbg.model.RawText;
import dev.dbg.model.Target;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.TargetNotFound;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@code dbg status} prints of a container, as lines for people and as a line of JSON. Of one
 * that runs, the kernel's word counts where it and the engine tell the same.
 */
public final class StatusReport {
  /** To the number of the signal that ended a process, shells and engines add this. */
  private static final long BY_SIGNAL = 128;

  private static final long LAST_SIGNAL = 64;

  /** The most lines of one text that are printed for people. */
  private static final int MOST_LINES = 20;

  private final Map<String, Object> members = new LinkedHashMap<>();

  StatusReport() {}

  /**
   * Asks the container's engine, and looks at its process.
   *
   * @param target on which was decided
   * @throws RuntimeUnavailable if no more is to be had; the message says what to type instead
   */
  public static StatusReport of(Target target, Resolver resolver, HostNamespaces host)
      throws RuntimeUnavailable, TargetNotFound, IOException {
    Optional<InspectAnswer> said = Optional.empty();
    Optional<KernelFacts> seen = Optional.empty();
    Optional<String> more = Optional.empty();
    try {
      said = Optional.of(resolver.inspected(target, InspectAnswer::read));
    } catch (RuntimeUnavailable e) {
      if (!target.isRunning()) {
        throw e;
      }
      more = Optional.of(e.message());
    }
    if (target.isRunning()) {
      try (PinnedTarget held = resolver.holdAgain(target)) {
        long pid = held.target().pid();
        if (said.isEmpty() || said.get().number("State.Pid").equals(Optional.of(pid))) {
          seen = Optional.of(KernelFacts.of(held, host));
        }
      } catch (TargetNotFound e) {
        // It may have ended; what its engine says of it holds all the same.
        if (said.isEmpty()) {
          throw e;
        }
        more = Optional.of(e.message());
      }
    }
    StatusReport report = new StatusReport();
    report.tell(target, said, seen);
    report.put("more", more);
    return report;
  }

  void tell(Target target, Optional<InspectAnswer> said, Optional<KernelFacts> seen) {
    members.put("container", target.address());
    members.put("id", target.id());
    put("state", said.map(s -> s.text("State.Status")).orElse(Optional.of(target.state())));
    put(
        "start_error",
        // An engine also keeps errors of other acts; one that runs was started.
        said.filter(s -> s.number("State.Pid").isEmpty())
            .flatMap(s -> s.text(InspectAnswer.START_ERROR))
            .map(
                _ ->
                    "yes: root types %s inspect %s".formatted(target.runtime(), target.shortId())));
    said.ifPresentOrElse(
        this::tellLife, () -> put("started", seen.map(facts -> facts.started().toString())));
    put("image", said.flatMap(s -> s.text("Config.Image")).or(() -> text(target.image().name())));
    put("image_id", said.flatMap(s -> s.text("Image")).or(() -> text(target.image().id())));
    // Podman calls each oci.
    put("runtime", text(target.oci()).filter(name -> !name.equals("oci")));
    put("user", seen.map(KernelFacts::user));
    seen.map(KernelFacts::figures)
        .ifPresentOrElse(members::putAll, () -> said.ifPresent(this::tellLimits));
    said.ifPresent(this::tellPlaces);
    Set<String> shared = new TreeSet<>();
    seen.ifPresent(facts -> facts.shared().forEach(kind -> shared.add(kind.word())));
    if (seen.isEmpty() && said.isPresent()) {
      InspectAnswer.MODES.forEach(
          (mode, kind) ->
              said.get().text(mode).filter("host"::equals).ifPresent(_ -> shared.add(kind)));
    }
    members.put("shared", shared);
  }

  private static Optional<String> text(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  private void put(String name, Optional<?> value) {
    value.ifPresent(there -> members.put(name, there));
  }

  private void tellLife(InspectAnswer said) {
    Optional<String> finished = said.moment("State.FinishedAt");
    boolean isDown = said.number("State.Pid").isEmpty();
    if (finished.isPresent() && isDown) {
      long exit = said.exitStatus("State.ExitCode");
      members.put("exit_status", exit);
      put("signal", Optional.of(exit - BY_SIGNAL).filter(n -> n > 0 && n <= LAST_SIGNAL));
    }
    // Engines forget at a start how the one before has ended: of one that runs, false says nothing.
    put("oom_killed", truth(said, "State.OOMKilled").filter(killed -> killed || isDown));
    put("started", said.moment("State.StartedAt"));
    put("finished", finished);
    members.put("restarts", said.number("RestartCount").orElse(0L));
    put("restart_policy", said.text("HostConfig.RestartPolicy.Name"));
    put("restarts_most", said.number("HostConfig.RestartPolicy.MaximumRetryCount"));
    put("health", said.text("State.Health.Status").filter(health -> !health.equals("none")));
    if (said.moment(InspectAnswer.LAST_CHECK + ".End").isPresent()) {
      members.put("health_failures", said.number("State.Health.FailingStreak").orElse(0L));
      put("health_checked", said.moment(InspectAnswer.LAST_CHECK + ".End"));
      members.put("health_exit", said.exitStatus(InspectAnswer.LAST_CHECK + ".ExitCode"));
      put("health_output", said.text(InspectAnswer.LAST_CHECK + ".Output"));
    }
  }

  private static Optional<Boolean> truth(InspectAnswer said, String path) {
    return said.text(path).map(Boolean::valueOf);
  }

  /** Those that it asks for, as long as nothing runs. */
  private void tellLimits(InspectAnswer said) {
    put("memory_limit", said.number("HostConfig.Memory"));
    put("processes_limit", said.number("HostConfig.PidsLimit"));
    double period = said.number("HostConfig.CpuPeriod").orElse(100_000L);
    Optional<Double> quota = said.number("HostConfig.CpuQuota").map(micros -> micros / period);
    put("processors_limit", said.number("HostConfig.NanoCpus").map(n -> n / 1e9).or(() -> quota));
  }

  private void tellPlaces(InspectAnswer said) {
    // One that runs may have asked for ports that are not open, such as in the host's network.
    String from =
        said.number("State.Pid").isEmpty() && said.below(InspectAnswer.PORTS).isEmpty()
            ? InspectAnswer.WANTED_PORTS
            : InspectAnswer.PORTS;
    List<String> ports = new ArrayList<>();
    for (String port : said.below(from)) {
      List<String> published = said.below(from + "." + port);
      for (String one : published) {
        String path = from + "." + port + "." + one;
        String address = said.text(path + ".HostIp").orElse("");
        ports.add(
            "%s:%s->%s"
                .formatted(
                    address.contains(":") ? "[" + address + "]" : address,
                    said.text(path + ".HostPort").orElse(""),
                    port));
      }
      if (published.isEmpty()) {
        ports.add(port);
      }
    }
    List<Map<String, Object>> mounts = new ArrayList<>();
    for (String one : said.below(InspectAnswer.MOUNTS)) {
      Map<String, Object> mount = new LinkedHashMap<>();
      for (String field : List.of("Destination", "Source", "Type", "Name")) {
        said.text(InspectAnswer.MOUNTS + "." + one + "." + field)
            .ifPresent(text -> mount.put(field.toLowerCase(Locale.ROOT), text));
      }
      Optional<String> writable = said.text(InspectAnswer.MOUNTS + "." + one + ".RW");
      mount.put("mode", writable.equals(Optional.of("true")) ? "rw" : "ro");
      mounts.add(mount);
    }
    put("read_only", truth(said, "HostConfig.ReadonlyRootfs"));
    members.put("ports", ports);
    members.put("mounts", mounts);
  }

  /** A line for each member: its name and its value; of a list, for each element. */
  public String text() {
    StringBuilder lines = new StringBuilder();
    members.forEach(
        (name, value) -> {
          String label = name;
          for (String line : lines(name, value)) {
            lines.append("%-19s%s%n".formatted(label, RawText.printable(line)));
            label = "";
          }
        });
    return lines.toString();
  }

  private static List<String> lines(String name, Object value) {
    return switch (value) {
      case List<?> list -> list.stream().map(StatusReport::words).toList();
      case Set<?> set -> List.of(words(set));
      case Long bytes when name.startsWith("memory") -> List.of(size(bytes));
      case Double number -> List.of(decimal(number));
      default ->
          List.of(value.toString().split("\n", MOST_LINES + 1)).stream().limit(MOST_LINES).toList();
    };
  }

  private static String words(Object value) {
    return switch (value) {
      case Set<?> set when set.isEmpty() -> "nothing";
      case Set<?> set -> set.stream().map(Object::toString).collect(Collectors.joining(" "));
      case Map<?, ?> map ->
          map.values().stream().map(Object::toString).collect(Collectors.joining(" "));
      default -> value.toString();
    };
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.2f", number).replaceFirst("[.]?0+$", "");
  }

  private static String size(double bytes) {
    return bytes < 1 << 20
        ? decimal(bytes / (1 << 10)) + "K"
        : bytes < 1 << 30 ? decimal(bytes / (1 << 20)) + "M" : decimal(bytes / (1 << 30)) + "G";
  }

  public String json() {
    return Json.of(members) + "\n";
  }
}
