package dev.dbg.wrong.resolve;

import com.github.dockerjava.api.DockerClient;
import org.jspecify.annotations.Nullable;

/** Knows docker-java outside its one file. */
public final class AsksDocker {
  @Nullable DockerClient client;
}
