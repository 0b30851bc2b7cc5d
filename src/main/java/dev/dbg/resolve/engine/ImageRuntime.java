package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.Image;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.stopped.DockerFiles;
import dev.dbg.resolve.stopped.PodmanFiles;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code image://REFERENCE}: images that root's engines keep for overlayfs, as their files say,
 * which only root can have written. One that several engines have is one, with all names: its id is
 * the hash of what it is made of. What is read does not depend on the name that is looked for.
 *
 * <p>Docker's count while it answers only if it has that storage driver and that directory: after a
 * change, as to containerd's store or to userns-remap, it has other images, and the files stay.
 */
public final class ImageRuntime implements ContainerRuntime {
  private static final String DRIVER = "overlay2";
  private static final String STATE = "image of ";

  private final List<EngineLocation> engines;
  private final Map<EngineLocation, EngineRuntime> dockers;
  private final SingleFlight<List<FoundContainer>> all = new SingleFlight<>();

  public ImageRuntime(List<EngineLocation> engines) {
    this.engines = engines.stream().filter(engine -> !engine.state().isEmpty()).toList();
    dockers =
        this.engines.stream()
            .filter(ImageRuntime::isDocker)
            .collect(
                Collectors.toMap(
                    docker -> docker,
                    docker -> new EngineRuntime(docker.scheme(), docker.socket(), "")));
  }

  @Override
  public List<String> schemes() {
    return List.of(Image.SCHEME);
  }

  @Override
  public boolean hasBareNames() {
    return false;
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return some.stream().filter(found -> found.target().image().isMeantBy(name.name())).toList();
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return all.ask(this::read);
  }

  private List<FoundContainer> read() throws RuntimeUnavailable {
    Map<String, List<String>> found = new TreeMap<>();
    for (EngineLocation engine : engines) {
      String state = STATE + engine.scheme();
      try {
        Map<String, List<String>> kept = images(engine);
        if (!kept.isEmpty() && isPast(engine)) {
          continue;
        }
        kept.forEach(
            (id, names) ->
                found.computeIfAbsent(id, _ -> new ArrayList<>(List.of(state))).addAll(names));
      } catch (IOException e) {
        throw new RuntimeUnavailable(
            "no %s can be found: %s: start a container of it".formatted(state, e.getMessage()));
      }
    }
    return found.entrySet().stream()
        .filter(image -> NameGrammar.isId(image.getKey()))
        .filter(image -> image.getValue().stream().skip(1).allMatch(NameGrammar::isReference))
        .map(image -> found(image.getKey(), image.getValue()))
        .toList();
  }

  private static Map<String, List<String>> images(EngineLocation engine) throws IOException {
    Path root = engine.state().getFirst();
    return isDocker(engine) ? DockerFiles.images(root) : PodmanFiles.images(root);
  }

  /** Whether an engine that answers says that it keeps images otherwise than its files do. */
  private boolean isPast(EngineLocation engine) {
    EngineRuntime docker = dockers.get(engine);
    try {
      return docker != null
          && docker.itself().filter(itself -> !keepsItHere(engine, itself)).isPresent();
    } catch (RuntimeUnavailable e) {
      return false;
    }
  }

  private static boolean keepsItHere(EngineLocation engine, EngineAnswer.Itself docker) {
    try {
      return docker.driver().equals(DRIVER)
          && Files.isSameFile(docker.directory(), engine.state().getFirst());
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isDocker(EngineLocation engine) {
    return engine.scheme().equals(DockerState.SCHEME);
  }

  /**
   * The labels are its maker's, and must not decide. An image of which a name is in no known form
   * is not found: that name may be the one that an exception means.
   */
  private static FoundContainer found(String id, List<String> stateAndNames) {
    List<String> names = stateAndNames.stream().skip(1).map(Image::brief).sorted().toList();
    String name = names.stream().findFirst().orElse(id);
    return new FoundContainer(
        new Target(
            Image.SCHEME,
            Optional.empty(),
            id,
            name,
            new Image(name, id, names),
            Optional.empty(),
            stateAndNames.getFirst(),
            0,
            ResolvedBy.API),
        Evidence.NONE);
  }

  @Override
  public Optional<StoppedFiles> files(Target target) throws IOException {
    for (EngineLocation engine : engines) {
      if (target.state().equals(STATE + engine.scheme())
          && images(engine).containsKey(target.id())) {
        Path root = TrustedFile.realPath(engine.state().getFirst());
        return Optional.of(
            isDocker(engine)
                ? DockerFiles.ofImage(root, target.id())
                : PodmanFiles.ofImage(root, target.id()));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<FoundContainer> running() {
    return List.of();
  }

  @Override
  public List<FoundContainer> described(boolean ended) {
    return List.of();
  }
}
