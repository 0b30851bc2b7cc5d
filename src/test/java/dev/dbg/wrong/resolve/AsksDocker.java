package dev.dbg.wrong.resolve;

import com.github.dockerjava.transport.DockerHttpClient;
import org.jspecify.annotations.Nullable;

/** Uses docker-java outside the one permitted file. */
public final class AsksDocker {
  @Nullable DockerHttpClient client;
}
