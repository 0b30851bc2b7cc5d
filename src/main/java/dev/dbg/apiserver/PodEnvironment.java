package dev.dbg.apiserver;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** What the kubelet tells a container of its cluster, in the environment. */
public final class PodEnvironment {
  private PodEnvironment() {}

  /** Where the API server is. */
  public static URI server() {
    String name = value("KUBERNETES_SERVICE_HOST");
    if (name.isEmpty()) {
      return URI.create("https://kubernetes.default.svc");
    }
    String bracketed = name.contains(":") ? "[" + name + "]" : name;
    return URI.create("https://%s:%s".formatted(bracketed, value("KUBERNETES_SERVICE_PORT")));
  }

  /**
   * The configured name, or that of a variable.
   *
   * @param key of {@code [kube]}, for the message
   */
  public static String name(Optional<String> configured, String key, String variable)
      throws IOException {
    String name = configured.orElseGet(() -> value(variable));
    if (!ObjectName.isSubdomain(name)) {
      throw new IOException(
          "it does not know the name of its %1$s: set kube.%1$s or %2$s".formatted(key, variable));
    }
    return name;
  }

  private static String value(String variable) {
    return Optional.ofNullable(System.getenv(variable)).orElse("");
  }
}
