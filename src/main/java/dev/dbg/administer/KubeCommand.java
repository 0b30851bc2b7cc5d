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
 * {@code dbgd kube --config FILE}: asks this host's dbgd for users of a Kubernetes cluster until it
 * is stopped. It is a separate process, with the network and without rights.
 */
@Command(
    name = "kube",
    header = {"  dbgd kube --config /etc/dbg/dbgd.toml              as the agent's container", ""},
    description = "Ask this host's dbgd for users of a Kubernetes cluster, until stopped.",
    customSynopsis = "dbgd kube --config FILE")
public final class KubeCommand extends ConfiguredVerb {
  /** How long the API server may take to answer, half of it. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration LOOKS_EVERY = Duration.ofSeconds(5);

  /** dbgd's own limits of sessions say what is too much; of what they let through, none is lost. */
  private static final int MARGIN = 2;

  private final Path home;

  /** {@code home}: the directory that has bin/dbg. */
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

  /** dbgd believes that user and no other, so anybody else's agent would be refused every line. */
  private static void requireAgent(Optional<Uid> agent) throws IOException {
    Uid user = new Uid(Integer.toUnsignedLong(ThisProcess.user()));
    if (!agent.equals(Optional.of(user))) {
      throw new IOException(
          "dbgd would not believe it: run it as the user of kube.agent, which is %s, and not as %s"
              .formatted(agent.map(Uid::toString).orElse("not set"), user));
    }
  }
}
