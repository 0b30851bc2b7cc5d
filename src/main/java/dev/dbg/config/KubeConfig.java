package dev.dbg.config;

import dev.dbg.apiserver.ObjectName;
import dev.dbg.http.ServerAddress;
import dev.dbg.kernel.process.Users;
import dev.dbg.model.Uid;
import dev.dbg.toml.TomlMistake;
import dev.dbg.toml.TomlTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [kube]} of dbgd.toml, dbgd.toml(5): sessions of a Kubernetes cluster's users.
 *
 * @param agent the user whose processes may say for whom they ask; empty: nobody's
 * @param port where {@code dbgd kube} listens, on 127.0.0.1
 * @param keep how long a session's object stays after its end
 * @param api the API server; empty: the cluster's, as the kubelet tells each container
 * @param token the file of the ServiceAccount's token
 * @param authority the file of the authorities for the API server's certificate
 * @param node this node's name in the cluster; empty: the environment says it
 * @param pod the name of the agent's pod; empty: the environment says it
 * @param cluster what the cluster is called, as records say it
 */
public record KubeConfig(
    Optional<Uid> agent,
    int port,
    Duration keep,
    Optional<URI> api,
    Path token,
    Path authority,
    Optional<String> node,
    Optional<String> pod,
    Optional<String> cluster) {
  private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/";
  private static final int MOST_PORT = 65535;

  static KubeConfig parse(TomlTable table) throws TomlMistake {
    return new KubeConfig(
        agent(table),
        table.integer("port", 1, MOST_PORT).map(Long::intValue).orElse(4242),
        DaemonConfig.duration(table, "keep").orElse(Duration.ofHours(1)),
        table.parsed("api", KubeConfig::address, "an API server: use https://HOST:PORT"),
        DaemonConfig.path(table, "token", ACCOUNT + "token"),
        DaemonConfig.path(table, "ca", ACCOUNT + "ca.crt"),
        name(table, "node"),
        name(table, "pod"),
        table.parsed(
            "cluster",
            name -> Optional.of(name).filter(text -> text.matches("[!#-\\[\\]-~]{1,200}")),
            "a cluster's name: use letters, digits and signs of ASCII"));
  }

  private static Optional<Uid> agent(TomlTable table) throws TomlMistake {
    Optional<Uid> agent =
        table.parsed(
            "agent",
            user -> Uid.parse(user).or(() -> Users.account(user).map(Users.Account::uid)),
            "a user of this host");
    if (agent.equals(Optional.of(Uid.ROOT))) {
      throw table.mistake(
          "agent", "root has rights that the agent must not have: name another user");
    }
    return agent;
  }

  /** An https URI of nothing but a host and a port; empty if the text is none. */
  private static Optional<URI> address(String text) {
    return ServerAddress.ofWeb(text)
        .filter(uri -> uri.getPort() <= MOST_PORT)
        .filter(uri -> text.equals("https://" + uri.getAuthority()));
  }

  private static Optional<String> name(TomlTable table, String key) throws TomlMistake {
    return table.parsed(
        key,
        name -> Optional.of(name).filter(ObjectName::isSubdomain),
        "a name of Kubernetes: use a-z, 0-9, - and . between them");
  }
}
