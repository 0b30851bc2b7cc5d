package dev.dbg.administer;

import dev.dbg.apiserver.ApiServer;
import dev.dbg.apiserver.PodEnvironment;
import dev.dbg.config.DaemonConfig;
import dev.dbg.config.KubeConfig;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kube.ClusterAgent;
import dev.dbg.model.Uid;
import dev.dbg.toml.TomlMistake;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * {@code dbgd kube --config FILE}: sends requests of a Kubernetes cluster's users to this host's
 * dbgd until it is stopped. A separate process, with the network and without rights.
 */
@Command(
    name = "kube",
    header = {"  dbgd kube --config /etc/dbg/dbgd.toml              as the agent's container", ""},
    description =
        "Send requests of a Kubernetes cluster's users to this host's dbgd, until stopped.",
    customSynopsis = "dbgd kube --config FILE")
public final class KubeCommand extends ConfiguredVerb {
  /** Half of the timeout for an answer of the API server. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration LOOKS_EVERY = Duration.ofSeconds(5);

  /** Room beyond dbgd's own limit of sessions, so that dbgd, not the agent, refuses a surplus. */
  private static final int MARGIN = 2;

  private final Path home;

  /**
   * @param home the directory that contains bin/dbg
   */
  public KubeCommand(Path home) {
    this.home = home;
  }

  @Override
  public Result run() throws TomlMistake, IOException {
    ThisProcess.forbidDumps();
    DaemonConfig settings = DaemonConfig.read(config);
    KubeConfig kube = settings.kube();
    requireAgent(kube.agent());
    ApiServer api =
        new ApiServer(
            kube.api().orElseGet(PodEnvironment::server), kube.token(), kube.authority(), PATIENCE);
    ClusterAgent agent =
        new ClusterAgent(
            new ClusterAgent.Settings(
                kube.port(),
                PodEnvironment.name(kube.node(), "node", "NODE_NAME"),
                PodEnvironment.name(kube.pod(), "pod", "POD_NAME"),
                home.resolve("bin/dbg"),
                settings.socket(),
                kube.keep(),
                MARGIN * settings.sessions(),
                MARGIN * settings.sessionsPerUser(),
                LOOKS_EVERY,
                settings.drain()),
            api);
    Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "stop"));
    System.err.println("ready");
    agent.serve();
    return Result.DONE;
  }

  /** Fails early: dbgd refuses each request of an agent that runs as another user. */
  private static void requireAgent(Optional<Uid> agent) throws IOException {
    Uid user = new Uid(Integer.toUnsignedLong(ThisProcess.user()));
    if (!agent.equals(Optional.of(user))) {
      throw new IOException(
          "dbgd would refuse this agent: run dbgd kube as the user of kube.agent, which is %s, not as %s"
              .formatted(agent.map(Uid::toString).orElse("not set"), user));
    }
  }
}
