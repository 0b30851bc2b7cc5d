package dev.dbg.wire;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way into a cluster, {@code src/main/c/dbg/kube}: what it makes of a line, and what it reads
 * of an API server, whose answers have strings that strangers chose. The sanitizers of the compiler
 * look on.
 */
class ClusterTest {
  @Test
  void answers_of_an_api_server_are_read_within_bounds(@TempDir Path directory) throws Exception {
    String _ =
        GoldenTest.run(
            GoldenTest.compiled(
                    "cluster",
                    directory,
                    "-g",
                    "-fsanitize=address,undefined",
                    "-fno-sanitize-recover=all")
                .toString());
  }
}
