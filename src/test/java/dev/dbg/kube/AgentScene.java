package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** An agent that starts the real {@code dbg stdio}; the API server and dbgd are stood in for. */
final class AgentScene implements AutoCloseable {
  /** A request: no terminal, no variables, a directory, no words. */
  static final byte[] REQUEST = {1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, '/', 0, 0, 0, 0};

  private static final Path DBG =
      Path.of(System.getProperty("dbg.dist"), "bin/dbg").toAbsolutePath();

  final StandInApiServer api;
  final StandInDaemon daemon;
  final ClusterAgent agent;
  final int port;

  AgentScene(
      Certificates certificates, Path directory, Duration keep, int mostPerUser, Duration every)
      throws Exception {
    this(certificates, directory, keep, mostPerUser, every, Duration.ZERO);
  }

  AgentScene(
      Certificates certificates,
      Path directory,
      Duration keep,
      int mostPerUser,
      Duration every,
      Duration drain)
      throws Exception {
    api = new StandInApiServer(certificates, "IP:127.0.0.1");
    daemon = new StandInDaemon(directory.resolve("dbg.sock"));
    Path token = Files.writeString(directory.resolve("token"), StandInApiServer.TOKEN);
    agent =
        new ClusterAgent(
            new ClusterAgent.Settings(
                0,
                "node1",
                "dbg-4xv9q",
                DBG,
                directory.resolve("dbg.sock"),
                keep,
                250,
                mostPerUser,
                every,
                drain),
            new ApiServer(api.address(), token, certificates.authority(), Duration.ofMinutes(2)));
    port = agent.port();
    Thread _ = Thread.ofPlatform().daemon().start(agent::serve);
    // It has looked at the policies.
    assertEquals(5, api.asked.size());
    api.asked.clear();
  }

  static void await(BooleanSupplier what) {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!what.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, "it has not come about");
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** The object of a session is gone. */
  boolean isRemoved(String name) {
    return !api.objects.containsKey(SessionRef.path("shop", name));
  }

  JsonNode status(String name) {
    ObjectNode object = api.objects.get(SessionRef.path("shop", name));
    return object == null ? MissingNode.getInstance() : object.path("status");
  }

  void awaitPhase(String name, String phase) {
    await(() -> status(name).path("phase").asText().equals(phase));
  }

  @Override
  public void close() throws IOException {
    daemon.close();
    agent.close();
    api.close();
  }
}
