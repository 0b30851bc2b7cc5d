package dev.dbg.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sample operators and containers. */
public final class Samples {
  private Samples() {}

  /** Returns an operator named {@code user} in these groups. */
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
        () ->
            new Operator.Login(
                Optional.of(new Uid(1000)), Optional.of(3L), Optional.empty(), Optional.empty()));
  }

  /** Returns a user of the cluster whose session is about the pod {@code shop/web-1}, number 7. */
  public static Operator ofCluster(String user, String... groups) {
    return operator("agent", "agents").onBehalf(object(user, groups));
  }

  /** Returns the object of such a session, {@code k8s://shop/web-1/app net -- ss -tln}. */
  public static ClusterSession object(String user, String... groups) {
    return new ClusterSession(
        user,
        "u-1",
        List.of(groups),
        "shop",
        "web-1",
        "7",
        "web-1-x7k2p",
        "s-1",
        "node1",
        "dbg-4xv9q",
        "",
        Map.of("env", "prod"),
        List.of("k8s://shop/web-1/app", "net", "--", "ss", "-tln"));
  }

  /** Returns a running container of the pod with this uid. */
  public static Target podContainer(String name, String podUid) {
    return container("k8s", name, "example.org/app:1", Map.of())
        .in(new Target.Pod(podUid, Optional.empty()));
  }

  private static final String IMAGE_ID = "sha256:" + "5f".repeat(32);

  /** Returns a running container of Docker. */
  public static Target container(String name) {
    return container("docker", name, "example.org/app:1", Map.of());
  }

  public static Target container(
      String runtime, String name, String image, Map<String, String> labels) {
    return new Target(
        runtime,
        Optional.empty(),
        "0123456789ab",
        name,
        image.isEmpty() ? Image.NONE : new Image(image, IMAGE_ID),
        Optional.of(labels),
        "running",
        4242,
        ResolvedBy.API);
  }

  /** Returns a running container of a user's own Podman, found through its service. */
  public static Target containerOf(String user, String name, Map<String, String> labels) {
    return containerOf(user, name, Optional.of(labels), ResolvedBy.API);
  }

  /** Returns a running container of a user's own Podman, found in its state on the disk. */
  public static Target containerOnDiskOf(String user, String name) {
    return containerOf(user, name, Optional.empty(), ResolvedBy.DISK);
  }

  private static Target containerOf(
      String user, String name, Optional<Map<String, String>> labels, ResolvedBy way) {
    return new Target(
        "podman",
        Optional.of(new Target.Owner(new Uid(1001), user)),
        "0123456789ab",
        name,
        new Image("example.org/app:1", IMAGE_ID),
        labels,
        "running",
        4242,
        way);
  }

  /** Returns an image of root's Docker that has these names, sorted. */
  public static Target image(String id, String... names) {
    String name = names.length == 0 ? id : names[0];
    return new Target(
        "image",
        Optional.empty(),
        id,
        name,
        new Image(name, id, List.of(names)),
        Optional.empty(),
        "image of docker",
        0,
        ResolvedBy.API);
  }

  /** Returns a process outside any container, as {@code pid://N} finds it. */
  public static Target process(int pid) {
    return new Target(
        "pid",
        Optional.empty(),
        Integer.toString(pid),
        Integer.toString(pid),
        Image.NONE,
        Optional.of(Map.of()),
        "running",
        pid,
        ResolvedBy.PROCESS);
  }
}
