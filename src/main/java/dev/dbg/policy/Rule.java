package dev.dbg.policy;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import java.util.List;
import java.util.Set;

/**
 * One permission, dbg-policy(5).
 *
 * @param place the file and line, for the record and for explain
 * @param except containers that the rule does not reach although {@code containers} matches
 * @param userSwitch whether it also lets the tool run as another user than root
 * @param hostNamespaces whether it also reaches a namespace that the container shares with the host
 */
record Rule(
    String place,
    List<Who> who,
    List<ContainerPattern> containers,
    List<ContainerPattern> except,
    Set<NamespaceKind> namespaces,
    Set<String> tools,
    boolean userSwitch,
    boolean hostNamespaces) {
  Rule {
    who = List.copyOf(who);
    containers = List.copyOf(containers);
    except = List.copyOf(except);
    namespaces = Set.copyOf(namespaces);
    tools = Set.copyOf(tools);
  }

  boolean isFor(Operator operator) {
    return who.stream().anyMatch(w -> w.includes(operator));
  }

  /** Whether it permits the tool in all of the namespaces, in some container. */
  boolean permits(Set<NamespaceKind> selected, String tool) {
    return namespaces.containsAll(selected) && tools.contains(tool);
  }

  boolean reaches(Target target) {
    return containers.stream().anyMatch(c -> c.matches(target))
        && except.stream().noneMatch(c -> c.matches(target));
  }

  /**
   * Whether it reaches every container that the name may mean, so that there is none whose
   * existence the absence of others would give away.
   */
  boolean reachesAll(TargetName name) {
    return containers.stream().anyMatch(c -> c.coversAll(name))
        && except.stream().noneMatch(c -> c.mightCover(name));
  }
}
