package dev.dbg.resolve.container;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.stopped.StoppedFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A runtime, of whose containers those exist that have a name, {@link NameGrammar}. */
public record NamedRuntime(ContainerRuntime inner) implements ContainerRuntime {
  public static List<FoundContainer> named(List<FoundContainer> some) {
    return some.stream().allMatch(NameGrammar::admits)
        ? some
        : some.stream().filter(NameGrammar::admits).toList();
  }

  @Override
  public List<String> schemes() {
    return inner.schemes();
  }

  @Override
  public boolean hasBareNames() {
    return inner.hasBareNames();
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    return named(inner.find(name));
  }

  @Override
  public Optional<FoundContainer> again(FoundContainer found) throws RuntimeUnavailable {
    return inner.again(found).filter(NameGrammar::admits);
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return inner.meant(name, some);
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return named(inner.all());
  }

  @Override
  public List<FoundContainer> ended() throws RuntimeUnavailable {
    return named(inner.ended());
  }

  @Override
  public Optional<StoppedFiles> files(Target target) throws IOException {
    return inner.files(target);
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return named(inner.running());
  }

  @Override
  public List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    return named(inner.described(ended));
  }

  @Override
  public ContainerLog log(Target target, LogWanted wanted) throws RuntimeUnavailable {
    return inner.log(target, wanted);
  }

  @Override
  public <T> T inspected(Target target, AnswerReader<T> reader) throws RuntimeUnavailable {
    return inner.inspected(target, reader);
  }

  @Override
  public void warmUp() throws RuntimeUnavailable {
    inner.warmUp();
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return inner.health();
  }
}
