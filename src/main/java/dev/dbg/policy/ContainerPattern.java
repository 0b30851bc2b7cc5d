package dev.dbg.policy;

import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.Optional;

/**
 * Which containers: {@code GLOB} on the name, {@code SCHEME://GLOB} on the name in one runtime,
 * {@code label:KEY[=GLOB]}, {@code image:GLOB}. A bare process is only ever matched by {@code
 * pid://GLOB}: {@code *} means containers.
 */
sealed interface ContainerPattern {
  boolean matches(Target target);

  /** Whether a container of this name would match, whatever else it is. */
  boolean matchesName(TargetName name);

  record Name(Optional<String> runtime, Glob glob) implements ContainerPattern {
    private static final String PROCESS = "pid";

    @Override
    public boolean matches(Target target) {
      boolean inRuntime =
          runtime.map(target.runtime()::equals).orElse(!target.runtime().equals(PROCESS));
      return inRuntime && glob.matches(target.name());
    }

    @Override
    public boolean matchesName(TargetName name) {
      boolean inRuntime =
          name.scheme()
              .map(typed -> runtime.map(typed::equals).orElse(!typed.equals(PROCESS)))
              .orElse(!runtime.equals(Optional.of(PROCESS)));
      return inRuntime && glob.matches(name.name());
    }
  }

  record Label(String key, Optional<Glob> value) implements ContainerPattern {
    @Override
    public boolean matches(Target target) {
      String found = target.labels().get(key);
      return found != null && value.map(glob -> glob.matches(found)).orElse(true);
    }

    @Override
    public boolean matchesName(TargetName name) {
      return false;
    }
  }

  record Image(Glob glob) implements ContainerPattern {
    @Override
    public boolean matches(Target target) {
      return !target.image().isEmpty() && glob.matches(target.image());
    }

    @Override
    public boolean matchesName(TargetName name) {
      return false;
    }
  }

  static ContainerPattern parse(String text) {
    if (text.startsWith("label:")) {
      String label = text.substring("label:".length());
      int equals = label.indexOf('=');
      return equals < 0
          ? new Label(label, Optional.empty())
          : new Label(
              label.substring(0, equals), Optional.of(new Glob(label.substring(equals + 1))));
    }
    if (text.startsWith("image:")) {
      return new Image(new Glob(text.substring("image:".length())));
    }
    TargetName name = TargetName.parse(text);
    return new Name(name.scheme(), new Glob(name.name()));
  }
}
