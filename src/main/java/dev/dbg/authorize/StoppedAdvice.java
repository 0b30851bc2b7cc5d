package dev.dbg.authorize;

import dev.dbg.grammar.words.ShellWords;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.policy.rule.Grant;
import dev.dbg.resolve.log.LogAdvice;
import dev.dbg.tools.Tool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an operator can do about a container that does not run, and that they may know of.
 *
 * @param isAboutFiles whether the line looks at nothing but files, and no rule permits that now
 */
record StoppedAdvice(Rights rights, Operator operator, Instant at, boolean isAboutFiles) {
  String of(TargetName name, Target target) {
    List<Grant> grants = rights.policy().grants(operator, target, at);
    Set<String> tools = grants.stream().map(Grant::tool).collect(Collectors.toSet());
    String typed = name.toString();
    List<String> all = new ArrayList<>();
    if (tools.contains("status") && LogAdvice.isStatusTold(target)) {
      all.add("%s says how it ended".formatted(ShellWords.dbg(List.of("status", typed))));
    }
    if (tools.contains("logs") && LogAdvice.isLogRead(target)) {
      all.add("%s prints what it wrote".formatted(ShellWords.dbg(List.of("logs", typed))));
    }
    if (target.owner().isEmpty()) {
      grants.stream()
          .filter(this::showsFiles)
          .map(Grant::tool)
          .min(Comparator.comparing(tool -> !tool.equals("ls")))
          .map(tool -> ShellWords.dbg(List.of(typed, "--", tool, tool.equals("ls") ? "/" : "PATH")))
          .or(() -> isAboutFiles ? Optional.of("a rule with stopped = true") : Optional.empty())
          .map("%s shows its files"::formatted)
          .ifPresent(all::add);
    }
    all.add(
        "%s waits for its next start"
            .formatted(ShellWords.dbg(List.of("--wait", typed, "--", "TOOL"))));
    return String.join(", ", all);
  }

  private boolean showsFiles(Grant grant) {
    Tool tool = rights.catalogue().tool(grant.tool()).orElseThrow();
    return grant.stopped()
        && grant.namespaces().contains(NamespaceKind.MNT)
        && tool.kinds().requires().equals(Set.of(NamespaceKind.MNT))
        && !tool.kinds().excludes().contains(NamespaceKind.PID);
  }
}
