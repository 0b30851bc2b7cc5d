package dev.dbg.status;

import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.JsonStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an engine tells of a container: these fields and no others, so that what is secret is never
 * made. Strangers wrote some of it, so texts are cut, and of long lists the first elements are
 * kept.
 */
record InspectAnswer(JsonStream json, Allowance allowance, Map<String, String> found) {
  /** Any element of a list, or any member of an object whose members people name. */
  private static final String EACH = "#";

  static final String PORTS = "NetworkSettings.Ports";
  static final String WANTED_PORTS = "HostConfig.PortBindings";
  static final String MOUNTS = "Mounts";

  /** Only the last element counts. */
  private static final String CHECKS = "State.Health.Log";

  static final String LAST_CHECK = CHECKS + ".last";

  /** Why it could not be started. It repeats what was to be run, so it is never told (D302). */
  static final String START_ERROR = "State.Error";

  /** Namespaces that it may share: the word is {@code host} then. */
  static final Map<String, String> MODES =
      Map.of(
          "HostConfig.NetworkMode", "net",
          "HostConfig.PidMode", "pid",
          "HostConfig.IpcMode", "ipc",
          "HostConfig.UTSMode", "uts",
          "HostConfig.CgroupnsMode", "cgroup");

  private static final Set<String> WANTED =
      Set.of(
          ("Id,Image,Config.Image,RestartCount,State.Status,State.Pid,State.ExitCode,"
                  + "State.OOMKilled,State.Error,State.StartedAt,State.FinishedAt,State.Health.Status,"
                  + "State.Health.FailingStreak,State.Health.Log.#.ExitCode,"
                  + "State.Health.Log.#.End,State.Health.Log.#.Output,"
                  + "HostConfig.RestartPolicy.Name,HostConfig.RestartPolicy.MaximumRetryCount,"
                  + "HostConfig.Memory,HostConfig.PidsLimit,HostConfig.NanoCpus,"
                  + "HostConfig.CpuQuota,HostConfig.CpuPeriod,HostConfig.NetworkMode,"
                  + "HostConfig.PidMode,HostConfig.IpcMode,HostConfig.UTSMode,"
                  + "HostConfig.CgroupnsMode,HostConfig.ReadonlyRootfs,HostConfig.PortBindings.#,"
                  + "HostConfig.PortBindings.#.#.HostIp,HostConfig.PortBindings.#.#.HostPort,"
                  + "NetworkSettings.Ports.#,NetworkSettings.Ports.#.#.HostIp,"
                  + "NetworkSettings.Ports.#.#.HostPort,Mounts.#.Type,Mounts.#.Name,"
                  + "Mounts.#.Source,Mounts.#.Destination,Mounts.#.RW")
              .split(",", -1));

  private static final int LONGEST = 512;
  private static final int LONGEST_OUTPUT = 4096;

  /** The most elements of a list, and members of an object. */
  private static final int MOST = 64;

  static InspectAnswer read(InputStream in, Allowance allowance) throws IOException {
    JsonStream json = new JsonStream(allowance.metered(in));
    InspectAnswer answer = new InspectAnswer(json, allowance, new LinkedHashMap<>());
    answer.read("", "");
    return answer;
  }

  /**
   * @param shape the path with {@link #EACH} for what differs
   * @param path where it is kept
   */
  private void read(String shape, String path) throws IOException {
    char first = json.peek();
    if (first == '{' || first == '[') {
      if (shape.isEmpty() || WANTED.stream().anyMatch(one -> one.startsWith(shape + "."))) {
        readEach(shape, path, first == '[');
      } else {
        json.skip();
      }
    } else if (!WANTED.contains(shape)) {
      json.skip();
    } else if (first == '"') {
      keep(path, json.beginning(longest(path)));
    } else {
      keep(path, json.word(LONGEST).filter(word -> !word.equals("null")).orElse(""));
    }
  }

  private static int longest(String path) {
    return switch (path) {
      case START_ERROR -> 2; // One character: that there is one.
      case LAST_CHECK + ".Output" -> LONGEST_OUTPUT;
      default -> LONGEST;
    };
  }

  private void readEach(String shape, String path, boolean isList) throws IOException {
    boolean isEach = isList || shape.equals(PORTS) || shape.equals(WANTED_PORTS);
    json.expect(isList ? '[' : '{');
    for (int i = 0; json.hasMore(isList ? ']' : '}', i == 0); i++) {
      String field = Integer.toString(i);
      if (!isList) {
        field = json.beginning(LONGEST);
        json.expect(':');
      }
      if (shape.equals(CHECKS)) {
        field = "last";
      } else if (isEach && i >= MOST) {
        json.skip();
        continue;
      }
      read(below(shape, isEach ? EACH : field), below(path, field));
    }
  }

  private static String below(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private void keep(String path, String text) throws IOException {
    allowance.takeField(path, text);
    found.put(path, text);
  }

  /** A field; empty if it is missing, or empty itself. */
  Optional<String> text(String path) {
    return Optional.ofNullable(found.get(path)).filter(text -> !text.isEmpty());
  }

  /** A number above 0; empty if it is another one: for engines that means that there is none. */
  Optional<Long> number(String path) {
    return text(path)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::valueOf)
        .filter(number -> number > 0);
  }

  /** An exit status; -1 if what should have run could not be started. */
  long exitStatus(String path) {
    return Long.parseLong(text(path).filter(text -> text.matches("-?[0-9]{1,9}")).orElse("0"));
  }

  /** A moment; engines write one of the year 1 if there was none. */
  Optional<String> moment(String path) {
    return text(path).filter(text -> !text.startsWith("0001-"));
  }

  /** The names of what is below a path, in their order. */
  List<String> below(String path) {
    return found.keySet().stream()
        .filter(one -> one.startsWith(path + "."))
        .map(one -> one.substring(path.length() + 1).replaceFirst("[.].*", ""))
        .distinct()
        .toList();
  }
}
