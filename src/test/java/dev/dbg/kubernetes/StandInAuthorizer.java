package dev.dbg.kubernetes;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.List;

/**
 * The variable {@code authorizer} of an admission policy, which Kubernetes adds to CEL: what is
 * asked of it, as one text, behind the one right that there is. It says nothing of RBAC, only which
 * question a policy asks.
 */
final class StandInAuthorizer {
  private static final List<String> STEPS =
      List.of("group", "resource", "namespace", "name", "check");

  private StandInAuthorizer() {}

  /** Its value where this is granted, as in {@code /dbg.dev/debugsessions/shop/web-1/kill}. */
  static String granting(String right) {
    return right + "\n";
  }

  static List<CelFunctionDecl> declarations() {
    List<CelFunctionDecl> all = new ArrayList<>();
    STEPS.forEach(name -> all.add(method(name, SimpleType.DYN, SimpleType.DYN, SimpleType.STRING)));
    all.add(method("allowed", SimpleType.BOOL, SimpleType.DYN));
    return all;
  }

  private static CelFunctionDecl method(String name, CelType result, CelType... of) {
    return CelFunctionDecl.newFunctionDeclaration(
        name, CelOverloadDecl.newMemberOverload("authorizer_" + name, result, of));
  }

  static List<CelFunctionBinding> bindings() {
    List<CelFunctionBinding> all = new ArrayList<>();
    for (String name : STEPS) {
      all.add(
          CelFunctionBinding.from(
              "authorizer_" + name,
              String.class,
              String.class,
              (asked, word) -> asked + "/" + word));
    }
    all.add(
        CelFunctionBinding.from(
            "authorizer_allowed",
            String.class,
            asked -> {
              String[] parts = asked.split("\n", -1);
              return parts[0].equals(parts[1]);
            }));
    return all;
  }
}
