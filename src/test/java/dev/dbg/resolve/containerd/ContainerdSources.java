package dev.dbg.resolve.containerd;

import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.LimitedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What containerd keeps and answers. */
public final class ContainerdSources {
  private ContainerdSources() {}

  public static List<LimitedSource> all() {
    return List.of(
        bundle("{\"process\":{\"args\":%s},\"annotations\":{}}"),
        bundle("{\"annotations\":%s}"),
        new LimitedSource(
            Bundle.class,
            "{\"annotations\":%s}",
            "\"a\"",
            json -> {
              ProtobufMessage any = new ProtobufMessage().with(2, json.readAllBytes());
              byte[] container = new ProtobufMessage().with(1, "a").with(5, any).bytes();
              return Bundle.taskless("a", ProtobufFields.of(container), Allowance.ofOne());
            }),
        // Any bytes are fields, of which an empty one takes two.
        new LimitedSource(
            ContainerdApi.class, "%s", "\n\0", text -> ProtobufFields.of(text.readAllBytes())));
  }

  private static LimitedSource bundle(String form) {
    return new LimitedSource(
        Bundle.class,
        form,
        "\"a\"",
        LimitedSource.inFile(
            "default/a/config.json",
            root -> {
              Path bundle = root.resolve("default/a");
              Uid self = new Uid(((Number) Files.getAttribute(bundle, "unix:uid")).longValue());
              try (OwnedTree tasks = OwnedTree.open(root, self)) {
                return Bundle.read(tasks, "default", "a");
              }
            }));
  }
}
