package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStatus;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.stopped.DirectoryFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code lxc://NAME}: root's containers of LXC below one of its directories, lxc.container.conf(5).
 * Those of other users are not searched. A container's name is its id; it has no labels and no
 * image.
 *
 * <p>For any thread.
 */
public final class LxcRuntime extends MonitoredRuntime {
  private static final String SCHEME = "lxc";

  /** A name that cannot lead out of the directory. */
  private static final Pattern NAME = Pattern.compile("[^./\\p{Cntrl}][^/\\p{Cntrl}]{0,254}");

  /** {@code directory} has a directory for each container: {@code /var/lib/lxc}. */
  public LxcRuntime(Path directory) {
    super(SCHEME, directory, directory, NAME.asMatchPredicate());
  }

  /** The list has names alone; a directory without a configuration is no container. */
  @Override
  Optional<String> entry(String name) {
    return Optional.of(name).filter(NAME.asMatchPredicate()).filter(this::isConfigured);
  }

  private boolean isConfigured(String name) {
    // The directory may be that of the user who is root in the container.
    return FileStatus.isRegularFileRaised(directory.resolve(name).resolve("config"));
  }

  @Override
  FoundContainer found(String name, ContainerState present) {
    return FoundContainer.named(
        SCHEME, name, present.state(), present.pid(), present.way(), present.evidence());
  }

  @Override
  public Optional<StoppedFiles> files(Target target) throws IOException {
    return Optional.of(DirectoryFiles.ofLxc(directory, target.id()));
  }
}
