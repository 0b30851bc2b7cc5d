package dev.dbg.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Operators and containers to test with. */
public final class Samples {
  private Samples() {}

  /** An operator called {@code user}, in some groups. */
  public static Operator operator(String user, String... groups) {
    Map<Gid, String> byId = new HashMap<>();
    for (String group : groups) {
      byId.put(new Gid(2000 + byId.size()), group);
    }
    return new Operator(
        new Uid(1000),
        user,
        new Gid(1000),
        byId,
        new Pid(4711),
        Optional.of(new Uid(1000)),
        Optional.of(3L),
        Optional.empty());
  }

  /** A running container of Docker's. */
  public static Target container(String name) {
    return container("docker", name, "example.org/app:1", Map.of());
  }

  public static Target container(
      String runtime, String name, String image, Map<String, String> labels) {
    return new Target(runtime, "0123456789ab", name, image, labels, "running", 4242);
  }

  /** A bare process, as {@code pid://N} finds it. */
  public static Target process(int pid) {
    return new Target(
        "pid", Integer.toString(pid), Integer.toString(pid), "", Map.of(), "running", pid);
  }
}
