package dev.dbg.resolve.engine;

import dev.dbg.altered.InPlaceOf;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.StampedContent;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.stopped.DockerFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What native tests put in places of {@code resolve.engine}. */
public interface AlteredEngines {

  /** Asks for the log of whatever has the name now. */
  final class AskingLogByName {
    @InPlaceOf(value = Target.class, usedIn = EngineWithFallback.class, usedBy = "log")
    static String id(Target target) {
      return target.name();
    }
  }

  /** Asks about whatever has the name now. */
  final class AskingByName {
    @InPlaceOf(value = Target.class, usedIn = EngineWithFallback.class, usedBy = "inspected")
    static String id(Target target) {
      return target.name();
    }
  }

  /** Does not remember that an engine kept it waiting. */
  final class Forgetful {
    @InPlaceOf(EngineWithFallback.class)
    static void noteSilence(EngineWithFallback engine, long start, RuntimeUnavailable failure) {}
  }

  /** Looks at no file of Docker's again that it has read. */
  final class BlindToDocker {
    @InPlaceOf(value = StampedContent.class, usedIn = DockerIndex.class)
    static boolean holds(StampedContent<?> before, FileStamp stamp) {
      return true;
    }
  }

  /** Looks at no file of Podman's again that it has read. */
  final class BlindToPodman {
    @InPlaceOf(value = List.class, usedIn = StorageIndex.class, usedBy = "holds")
    static boolean equals(List<?> stamps, Object now) {
      return true;
    }
  }

  /** Does not look whether the process of a container that it knows is still there. */
  final class Inert {
    @InPlaceOf(value = PidRef.class, usedIn = EngineContainerCache.class)
    static boolean isRunning(FoundContainer found) {
      return true;
    }
  }

  /** Asks about each name. */
  final class Asking {
    @InPlaceOf(EngineListCache.class)
    static boolean isTrusted(EngineListCache list) {
      return false;
    }
  }

  /** Believes the files whatever engine there is. */
  final class Trusting {
    @InPlaceOf(
        value = EngineListCache.EngineLife.class,
        usedIn = EngineListCache.class,
        usedBy = "isTrusted")
    static boolean lasts(EngineListCache.EngineLife then) {
      return true;
    }
  }

  /** Looks for the files of whatever image has the name now. */
  final class GoingByTheName {
    public static final String MOVED = "dbgt-image/moved:1";

    @InPlaceOf(value = DockerFiles.class, usedIn = ImageRuntime.class)
    static StoppedFiles ofImage(Path root, String id) throws IOException {
      return DockerFiles.ofImage(
          root,
          DockerFiles.images(root).entrySet().stream()
              .filter(image -> image.getValue().contains(MOVED))
              .findFirst()
              .orElseThrow()
              .getKey());
    }
  }
}
