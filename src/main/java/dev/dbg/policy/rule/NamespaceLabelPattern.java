package dev.dbg.policy.rule;

import dev.dbg.model.Glob;
import dev.dbg.model.Target;
import java.util.Map;
import java.util.Optional;

/**
 * {@code namespace-label:KEY[=GLOB]}: the pods of the namespaces that have the label. Only the API
 * server knows it, so it is known of the pods that users of the cluster ask for, and of no others.
 */
record NamespaceLabelPattern(String key, Optional<Glob> value) implements ContainerPattern {
  static final String START = "namespace-label:";

  static NamespaceLabelPattern parse(String text) {
    String label = text.substring(START.length());
    int equals = label.indexOf('=');
    String key = equals < 0 ? label : label.substring(0, equals);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("'%s' names no label: %sKEY=VALUE".formatted(text, START));
    }
    return new NamespaceLabelPattern(
        key, equals < 0 ? Optional.empty() : Optional.of(new Glob(label.substring(equals + 1))));
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  @Override
  public boolean matches(Target target) {
    return target.owner().isEmpty()
        && target.pod().flatMap(Target.Pod::namespaceLabels).filter(this::isAmong).isPresent();
  }

  /** A container of no pod is in no namespace. */
  @Override
  public boolean spares(Target target) {
    return target
        .pod()
        .map(pod -> pod.namespaceLabels().map(this::isAmong).orElse(true))
        .orElse(false);
  }

  private boolean isAmong(Map<String, String> labels) {
    String found = labels.get(key);
    return found != null && value.map(glob -> glob.matches(found)).orElse(true);
  }
}
