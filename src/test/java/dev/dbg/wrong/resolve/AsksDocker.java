package dev.dbg.wrong.resolve;

import com.github.dockerjava.transport.DockerHttpClient;
import org.jspecify.annotations.Nullable;

/** Knows docker-java outside its one file. */
public final class AsksDocker {
  @Nullable DockerHttpClient client;
}
