package dev.dbg.doctor;

import dev.dbg.enter.ToolUnusable;
import dev.dbg.enter.ToolViews;
import dev.dbg.enter.View;
import dev.dbg.kernel.Privilege;
import dev.dbg.policy.Policy;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Tool;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The tools of the catalogue: is each on this host, and can it be made ready as a session would
 * need it? One that no rule names is missed by nobody.
 */
record ToolsOnHost(ToolViews views, Catalogue catalogue, Policy policy) implements Check {
  @Override
  public List<Finding> findings() {
    return catalogue.all().stream()
        .map(
            tool ->
                new Finding(
                    "tool", tool.name(), verdict(tool), new Audience.WhoMayRun(tool.name())))
        .toList();
  }

  private Verdict verdict(Tool tool) {
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
      return Verdict.works();
    } catch (ToolUnusable e) {
      String name = tool.name() + " ";
      return unusable(
          tool, e.message().startsWith(name) ? e.message().substring(name.length()) : e.message());
    }
  }

  private Verdict unusable(Tool tool, String message) {
    return policy.names(tool.name()) ? new Verdict.Fails(message) : new Verdict.Degraded(message);
  }
}
