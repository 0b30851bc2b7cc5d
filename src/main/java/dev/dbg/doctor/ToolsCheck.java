package dev.dbg.doctor;

import dev.dbg.kernel.Privilege;
import dev.dbg.plan.View;
import dev.dbg.policy.Policy;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.toolroot.ToolUnusable;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The tools of the catalogue: is each on this host, and can it be made ready as a session would
 * need it? One that no rule names is missed by nobody.
 */
record ToolsCheck(ToolRoots views, Catalogue catalogue, Policy policy) implements HostCheck {
  @Override
  public List<Finding> findings() {
    return catalogue.all().stream()
        .map(
            tool ->
                new Finding(
                    "tool", tool.name(), verdict(tool), new Audience.WhoMayRun(tool.name())))
        .toList();
  }

  private CheckStatus verdict(Tool tool) {
    String missing =
        tool.capabilities().stream()
            .map(Capability::name)
            .filter(name -> !Privilege.valueOf(name).isHeld())
            .sorted()
            .map("CAP_"::concat)
            .collect(Collectors.joining(" "));
    if (!missing.isEmpty()) {
      return unusable(
          tool,
          "dbgd has no %s to give: CapabilityBoundingSet= of dbgd.service must have it"
              .formatted(missing));
    }
    try {
      views.tryOut(tool, View.of(tool, tool.requires()));
      return CheckStatus.works();
    } catch (ToolUnusable e) {
      String name = tool.name() + " ";
      return unusable(
          tool, e.message().startsWith(name) ? e.message().substring(name.length()) : e.message());
    }
  }

  private CheckStatus unusable(Tool tool, String message) {
    return policy.names(tool.name())
        ? new CheckStatus.Fails(message)
        : new CheckStatus.Degraded(message);
  }
}
