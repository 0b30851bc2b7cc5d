package dev.dbg.resolve.stopped;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What containerd may not say, whoever has made it say so. */
class SnapshotFilesTest {
  private static final String STORE = "/no/io.containerd.snapshotter.v1.overlayfs/snapshots/";

  private static String refusal(String type, String source, List<String> options, String config) {
    byte[] specification = config.getBytes(StandardCharsets.UTF_8);
    return String.valueOf(
        assertThrows(
                IOException.class, () -> SnapshotFiles.of(type, source, options, specification))
            .getMessage());
  }

  private static String refusal(String type, String source, String... options) {
    return refusal(type, source, List.of(options), "{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/etc",
        "/no/io.containerd.snapshotter.v1.overlayfs/snapshots/1",
        "/no/io.containerd.snapshotter.v1.overlayfs/snapshots/1/work",
        "/no/io.containerd.snapshotter.v1.overlayfs/snapshots/../fs",
        "/no/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs/etc",
        "/no/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs,lowerdir+=x",
        "/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs",
        "/no/io.containerd.snapshotter.v1.native/snapshots/1/fs",
        "no/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs",
        ""
      })
  void what_is_no_layer_of_its_store_is_refused(String path) {
    for (String told :
        List.of(
            refusal("bind", path, "ro", "rbind"),
            refusal("overlay", "overlay", "lowerdir=" + path),
            refusal("overlay", "overlay", "upperdir=" + path, "workdir=/x"))) {
      assertTrue(told.contains("its layers are not those of containerd's overlayfs"), told);
    }
  }

  /** As many as a stack has no room for, if each is compared within the one before. */
  @Test
  void too_many_layers_are_refused_before_they_are_compared() {
    String layers =
        IntStream.range(0, 20_000)
            .mapToObj(number -> STORE + number + "/fs")
            .collect(Collectors.joining(":"));
    String told = refusal("overlay", "overlay", "lowerdir=" + layers);
    assertTrue(told.contains("its layers are not"), told);
  }

  @Test
  void layers_of_two_stores_are_refused() {
    String told = refusal("overlay", "overlay", "lowerdir=/usr" + STORE + "1/fs:" + STORE + "2/fs");
    assertTrue(told.contains("its layers are not"), told);
  }

  @ParameterizedTest
  @CsvSource({
    "uidmap=0:100000:65536, with uidmap",
    "userxattr, with userxattr",
    "redirect_dir=on, with redirect_dir",
    "metacopy=on, with metacopy"
  })
  void an_option_that_changes_what_is_seen_is_refused(String option, String words) {
    String told = refusal("overlay", "overlay", option, "lowerdir=" + STORE + "1/fs");
    assertTrue(told.contains(words), told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs", "fuse3.stargz", "format/overlay", "erofs", ""})
  void another_kind_of_mount_is_refused(String type) {
    assertTrue(refusal(type, STORE + "1/fs").contains("not overlay"));
  }

  @Test
  void one_with_a_user_namespace_is_refused() {
    String config = "{\"linux\": {\"uidMappings\": [{\"containerID\": 0}]}}";
    String told = refusal("bind", STORE + "1/fs", List.of(), config);
    assertTrue(told.contains("a user namespace"), told);
  }

  @Test
  void one_without_layers_or_with_too_many_is_refused() {
    assertTrue(refusal("overlay", "overlay").contains("its layers are not"));
    String many =
        IntStream.range(0, 200).mapToObj(i -> STORE + i + "/fs").collect(Collectors.joining(":"));
    assertTrue(refusal("overlay", "overlay", "lowerdir=" + many).contains("its layers are not"));
  }
}
