package dev.dbg.resolve.stopped;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of a container that does not run, or of an image.
 *
 * @param layers directories, the uppermost first
 * @param isImage whether they may lack the directories that a runtime makes for each container
 * @param volumes what is mounted over them, a directory before what is mounted below it
 * @param hidden the destinations at which the runtime would mount something that dbgd does not
 */
public record StoppedFiles(
    List<Path> layers, boolean isImage, List<Volume> volumes, List<String> hidden) {
  /**
   * A directory or a file of the host's.
   *
   * @param destination its absolute path in the container
   */
  public record Volume(Path source, String destination) {}

  public StoppedFiles {
    layers = List.copyOf(layers);
    volumes = List.copyOf(volumes);
    hidden = List.copyOf(hidden);
  }
}
