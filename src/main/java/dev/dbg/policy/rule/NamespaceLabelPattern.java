package dev.dbg.policy.rule;

import dev.dbg.model.Target;

/**
 * {@code namespace-label:KEY[=GLOB]}: the pods of the namespaces that have the label. Only the API
 * server knows it, so it is known of the pods that users of the cluster ask for, and of no others.
 */
record NamespaceLabelPattern(LabelGlob label) implements ContainerPattern {
  static final String START = "namespace-label:";

  @Override
  public boolean readsLabels() {
    return true;
  }

  @Override
  public boolean matches(Target target) {
    return target.owner().isEmpty()
        && target.pod().flatMap(Target.Pod::namespaceLabels).filter(label::isAmong).isPresent();
  }

  /**
   * A container of no pod is in no namespace; one without known labels may be Docker's of a pod.
   */
  @Override
  public boolean spares(Target target) {
    return target
        .pod()
        .map(pod -> pod.namespaceLabels().map(label::isAmong).orElse(true))
        .orElse(target.labels().isEmpty() || target.isOfPod());
  }
}
