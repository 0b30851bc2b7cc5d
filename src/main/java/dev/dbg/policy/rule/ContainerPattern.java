package dev.dbg.policy.rule;

import dev.dbg.model.Glob;
import dev.dbg.model.Replica;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.toml.DidYouMean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A pattern for containers: {@code GLOB} on the name, {@code SCHEME://GLOB} on the name in one
 * runtime, {@code label:KEY[=GLOB]}, {@code image:GLOB}, {@code runtime:SCHEME}, {@code k8s:GLOB}
 * on the Kubernetes namespace, {@code namespace-label:KEY[=GLOB]} on that namespace's labels,
 * {@code compose:PROJECT/SERVICE}. Only {@code pid://GLOB} matches a bare process, only {@code
 * unit://GLOB} a service, and only {@code image://GLOB} an image: {@code *} means containers.
 *
 * <p>The name of a user's container is chosen by the user, so only {@code SCHEME://USER/GLOB}
 * matches such a container. As an exception to a rule every pattern applies to users' containers
 * too.
 */
public sealed interface ContainerPattern
    permits ContainerPattern.ByName,
        ContainerPattern.ByLabel,
        ContainerPattern.ByImage,
        ContainerPattern.ByKubernetesNamespace,
        ContainerPattern.NamespaceLabelPattern,
        ImagePattern,
        ContainerPattern.ServicePattern {
  /**
   * All schemes that a container's name can have, whether or not this dbgd is configured for them.
   */
  List<String> SCHEMES =
      List.of("docker", "podman", "containerd", "k8s", "nspawn", "lxc", "incus", "unit", "pid");

  /** Whether a rule for this pattern reaches the container. */
  boolean matches(Target target);

  /** Returns true if this exception matches the container; an unknown property matches. */
  boolean spares(Target target);

  /**
   * Whether it matches every container to which {@code name} may refer: all containers of that
   * name, or all containers if {@code name} may be the beginning of an id. Those that are not found
   * unless the operator may see them are ignored: users' containers, and for a name without a
   * scheme the replicas of a service of that name.
   */
  default boolean coversAll(TargetName name) {
    return false;
  }

  /** Whether it might match some container to which {@code name} may refer, as above. */
  default boolean mightCover(TargetName name) {
    return true;
  }

  /** Whether it may match a container of which the image's name is known. */
  default boolean reachesImages() {
    return true;
  }

  /** Whether what it matches are containers, and no processes or services of the host. */
  default boolean isForContainers() {
    return true;
  }

  /** Whether what it matches are images. */
  default boolean isForImages() {
    return false;
  }

  /** Whether it looks at labels, which records do not have. */
  default boolean readsLabels() {
    return false;
  }

  /**
   * Like {@link #mightCover}, and also for a container that the name finds although it is not its
   * own, such as the container of a pod of that name. Nobody learns of such a container who may not
   * see it, so that {@link #coversAll} need not consider it.
   */
  default boolean mightFind(TargetName name) {
    return mightCover(name);
  }

  /**
   * A pattern for names.
   *
   * @param user the owner, for users' containers; empty for root's
   */
  record ByName(Optional<String> runtime, Optional<Glob> user, Glob glob)
      implements ContainerPattern {
    /** The schemes of what is no container: a pattern or a name without a scheme means none. */
    private static final Set<String> OF_THE_HOST = Set.of("pid", "unit", "image");

    private static final Set<String> WITHOUT_IMAGES =
        Set.of("lxc", "incus", "nspawn", "unit", "pid");

    @Override
    public boolean isForContainers() {
      return runtime.filter(OF_THE_HOST::contains).isEmpty();
    }

    @Override
    public boolean reachesImages() {
      return runtime.filter(WITHOUT_IMAGES::contains).isEmpty();
    }

    @Override
    public boolean matches(Target target) {
      return isInRuntime(target)
          && isOfUser(target)
          && (namesPods() ? PodName.isOfPod(glob, target.name()) : glob.matches(target.name()));
    }

    @Override
    public boolean spares(Target target) {
      return isInRuntime(target)
          && (user.isEmpty() || isOfUser(target))
          && sparesOwn(target.name());
    }

    /** Whether it is compared with the names of pods: {@code k8s://NAMESPACE/POD}. */
    private boolean namesPods() {
      return runtime.equals(Optional.of(PodName.SCHEME)) && PodName.isWithoutContainer(glob);
    }

    private boolean isInRuntime(Target target) {
      return runtime.map(target.runtime()::equals).orElse(!OF_THE_HOST.contains(target.runtime()));
    }

    private boolean isOfUser(Target target) {
      return target
          .owner()
          .map(owner -> user.isPresent() && user.get().matches(owner.user()))
          .orElse(user.isEmpty());
    }

    @Override
    public boolean coversAll(TargetName name) {
      if (isService(name)) {
        // Its containers have any names.
        return runtime.isEmpty() && user.isEmpty() && glob.matchesAll();
      }
      boolean inRuntime = runtime.isPresent() ? runtime.equals(name.scheme()) : !isOfHost(name);
      boolean ofUser =
          name.user()
              .map(typed -> user.isPresent() && user.get().matches(typed))
              .orElse(user.isEmpty());
      return inRuntime
          && ofUser
          && (mayBeId(name) ? glob.matchesAll() : coversOwn(name.container()));
    }

    /** As an exception, a pattern for pods is compared with the whole name too. */
    private boolean sparesOwn(String name) {
      return glob.matches(name) || (namesPods() && PodName.isOfPod(glob, name));
    }

    private boolean coversOwn(String name) {
      return namesPods() ? PodName.isPod(glob, name) : glob.matches(name);
    }

    @Override
    public boolean mightCover(TargetName name) {
      if (isService(name)) {
        return user.isEmpty() && runtime.filter(OF_THE_HOST::contains).isEmpty();
      }
      boolean bothSay = runtime.isPresent() && name.scheme().isPresent();
      boolean inRuntime =
          bothSay
              ? runtime.equals(name.scheme())
              : isOfHost(name) == runtime.filter(OF_THE_HOST::contains).isPresent();
      boolean mayBeUsers =
          user.isEmpty() || name.user().isEmpty() || user.get().matches(name.user().get());
      return inRuntime && mayBeUsers && (mayBeId(name) || sparesOwn(name.container()));
    }

    @Override
    public boolean mightFind(TargetName name) {
      return mightCover(name) || (user.isEmpty() && PodName.mightBePart(runtime, name));
    }

    private static boolean isOfHost(TargetName name) {
      return name.scheme().filter(OF_THE_HOST::contains).isPresent();
    }

    private static boolean isService(TargetName name) {
      return name.scheme().equals(Optional.of(Replica.SCHEME));
    }

    private static boolean mayBeId(TargetName name) {
      return !isOfHost(name) && name.mayBeId();
    }
  }

  /** What follows {@code label:}, and what a namespace's label is compared with. */
  record LabelGlob(String key, Optional<Glob> value) {
    static LabelGlob parse(String text, String start) {
      String label = text.substring(start.length());
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      // A pattern is what follows: a key with a star in it is that of no label.
      if (key.isEmpty() || key.matches("(?s).*[*\\s].*")) {
        throw new IllegalArgumentException(
            "'%s' names no label: %sKEY=VALUE, where VALUE alone may be a pattern"
                .formatted(text, start));
      }
      return new LabelGlob(
          key, equals < 0 ? Optional.empty() : Optional.of(new Glob(label.substring(equals + 1))));
    }

    boolean isAmong(Map<String, String> labels) {
      String found = labels.get(key);
      return found != null && value.map(glob -> glob.matches(found)).orElse(true);
    }
  }

  record ByLabel(LabelGlob label) implements ContainerPattern {
    @Override
    public boolean readsLabels() {
      return true;
    }

    @Override
    public boolean matches(Target target) {
      return target.owner().isEmpty() && target.labels().filter(label::isAmong).isPresent();
    }

    @Override
    public boolean spares(Target target) {
      return target.labels().map(label::isAmong).orElse(true);
    }
  }

  record ByImage(Glob glob) implements ContainerPattern {
    /** An id or its beginning, as typed, or as a kubelet gave it to Docker. */
    private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]+");

    @Override
    public boolean matches(Target target) {
      return target.owner().isEmpty() && !target.isImage() && isOfImage(target);
    }

    /**
     * Of a pod's container no name is sure: before version 2 containerd tells the first of all that
     * the node has for the image, and who makes a pod there gives it another.
     */
    @Override
    public boolean spares(Target target) {
      if (target.isImage()) {
        return target.image().mayHaveOthers() || target.image().spellings().anyMatch(glob::matches);
      }
      return isOfImage(target)
          || target.runtime().equals(PodName.SCHEME)
          || target.isOfPod()
          || target.image().names().stream().anyMatch(name -> ID.matcher(name).matches())
          || (target.image().names().isEmpty() && target.way() == ResolvedBy.DISK);
    }

    private boolean isOfImage(Target target) {
      return target.image().names().stream().anyMatch(glob::matches);
    }
  }

  /**
   * The namespace of a pod: part of its name, or a label. An image may have that label too, so it
   * is believed only of what a kubelet named; as an exception, of each container.
   */
  record ByKubernetesNamespace(Glob glob) implements ContainerPattern {
    @Override
    public boolean readsLabels() {
      return true;
    }

    @Override
    public boolean matches(Target target) {
      return target.owner().isEmpty()
          && (target.runtime().equals(PodName.SCHEME) || PodName.isKubelets(target))
          && isIn(target, false);
    }

    @Override
    public boolean spares(Target target) {
      return isIn(target, true);
    }

    private boolean isIn(Target target, boolean ifUnknown) {
      return target.runtime().equals(PodName.SCHEME)
          ? glob.matches(PodName.namespace(target.name()))
          : target.labels().map(this::isAmong).orElse(ifUnknown);
    }

    private boolean isAmong(Map<String, String> labels) {
      String namespace = labels.get(Target.POD_NAMESPACE);
      return namespace != null && glob.matches(namespace);
    }
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException if it is not valid; the message says why. A pattern that can
   *     match nothing is not valid: as an exception it would permit what it was meant to forbid.
   */
  static ContainerPattern parse(String text) {
    if (text.startsWith("label:")) {
      return new ByLabel(LabelGlob.parse(text, "label:"));
    }
    if (text.startsWith(NamespaceLabelPattern.START)) {
      return new NamespaceLabelPattern(LabelGlob.parse(text, NamespaceLabelPattern.START));
    }
    if (text.startsWith("k8s:") && !text.startsWith("k8s://")) {
      String namespace = required(text, "k8s:");
      NameForms.require(text, NameForms.NAMESPACE, namespace);
      return new ByKubernetesNamespace(new Glob(namespace));
    }
    if (text.startsWith("runtime:")) {
      String runtime = required(text, "runtime:");
      requireKnown(runtime);
      return new ByName(Optional.of(runtime), Optional.empty(), new Glob("*"));
    }
    if (text.startsWith(ImagePattern.START)) {
      return ImagePattern.parse(text);
    }
    if (text.startsWith("image:")) {
      return new ByImage(new Glob(required(text, "image:")));
    }
    if (ServicePattern.isOne(text)) {
      return ServicePattern.parse(text);
    }
    TargetName name = TargetName.parse(text);
    name.scheme().ifPresent(ContainerPattern::requireKnown);
    if (name.container().isEmpty() || name.user().filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException(
          "'%s' names no user's container: %s://USER/NAME"
              .formatted(text, name.scheme().orElse("")));
    }
    name.user().ifPresent(user -> NameForms.require(text, NameForms.USER, user));
    NameForms.require(text, name.scheme().orElse(NameForms.ANY), name.container());
    return new ByName(name.scheme(), name.user().map(Glob::new), new Glob(name.container()));
  }

  private static String required(String text, String prefix) {
    String rest = text.substring(prefix.length());
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("'%s' names nothing: %sNAME".formatted(text, prefix));
    }
    return rest;
  }

  private static void requireKnown(String scheme) {
    if (!SCHEMES.contains(scheme)) {
      throw new IllegalArgumentException(
          "unknown runtime '%s'%s"
              .formatted(
                  scheme,
                  DidYouMean.question(scheme, SCHEMES, ": one of " + String.join(", ", SCHEMES))));
    }
  }

  /**
   * {@code namespace-label:KEY[=GLOB]}: the pods of the namespaces that have the label. Only the
   * API server knows it, so it is known of the pods that users of the cluster ask for, and of no
   * others.
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

  /**
   * {@code compose:PROJECT/SERVICE}, or the same after {@code compose://}: containers of services
   * of Compose, by their labels. What {@code compose run} made for one command is among them.
   *
   * @param glob for PROJECT/SERVICE
   */
  record ServicePattern(Glob glob) implements ContainerPattern {
    private static final String SHORT = Replica.SCHEME + ":";
    private static final String LONG = SHORT + "//";

    static boolean isOne(String text) {
      return text.startsWith(SHORT);
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException if it can match nothing: PROJECT/SERVICE has one slash
     */
    static ServicePattern parse(String text) {
      String path = text.substring((text.startsWith(LONG) ? LONG : SHORT).length());
      NameForms.require(text, Replica.SCHEME, path);
      return new ServicePattern(new Glob(path));
    }

    @Override
    public boolean matches(Target target) {
      return target.owner().isEmpty() && isOfService(target);
    }

    @Override
    public boolean spares(Target target) {
      return target.labels().isEmpty() || isOfService(target);
    }

    private boolean isOfService(Target target) {
      return Replica.of(target).flatMap(Replica::path).filter(glob::matches).isPresent();
    }

    @Override
    public boolean readsLabels() {
      return true;
    }

    @Override
    public boolean coversAll(TargetName name) {
      return Replica.path(name).filter(glob::matches).isPresent();
    }

    @Override
    public boolean mightCover(TargetName name) {
      return Replica.path(name).map(glob::matches).orElse(true);
    }
  }
}
