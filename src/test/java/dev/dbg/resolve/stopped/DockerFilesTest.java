package dev.dbg.resolve.stopped;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.JsonFields;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the maker of an image may write about its layers. */
class DockerFilesTest {
  private static final String LAYER = "sha256:" + "0123456789abcdef".repeat(4);

  @Test
  void the_layers_are_those_that_the_configuration_lists() throws IOException {
    assertEquals(LAYER, DockerFiles.topLayer(one("{'rootfs':{'diff_ids':['LAYER']},'os':'x'}")));
  }

  /** dockerd would take the last of two that differ in case alone; dbg would show the first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'rootfs':{'diff_ids':['LAYER']},'RootFS':{'diff_ids':[]}}",
        "{'rootfs':{'diff_ids':['LAYER']},'root\u017fs':1,'rootf\u017f':{}}",
        "{'rootfs':{'diff_ids':['LAYER'],'Diff_IDs':[]}}",
        "{'rootfs':{'diff_ids':['LAYER']},'rootfs':{'diff_ids':[]}}",
        "{'rootfs':{'diff_ids':['LAYER'],'diff_ids':['LAYER']}}",
        "{'RootFS':{'diff_ids':['LAYER']}}",
        "{'rootfs':{'diff_ids':[]}}",
        "{'rootfs':{'diff_ids':['../LAYER']}}",
        "{'rootfs':[]}",
        "[]",
        "''",
        ""
      })
  void an_ambiguous_configuration_is_refused(String configuration) {
    assertThrows(IOException.class, () -> DockerFiles.topLayer(one(configuration)));
  }

  /**
   * 64 MB are read. Of each byte of them six were kept, or each third byte was hashed with more.
   */
  @ParameterizedTest
  @ValueSource(strings = {"{'rootfs':{},", "{'rootfs':{'diff_ids':["})
  void of_an_endless_configuration_little_is_read(String beginning) {
    String repeated = beginning.endsWith("[") ? "''," : "'rootfs':{},";
    InputStream rest =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            assertTrue(at < 1 << 20, "a megabyte was read");
            return repeated.replace('\'', '"').charAt(at++ % repeated.length());
          }
        };

    assertThrows(
        IOException.class,
        () -> DockerFiles.topLayer(new SequenceInputStream(one(beginning), rest)));
  }

  @Test
  void swarms_secrets_and_configurations_are_named_as_left_out() throws IOException {
    StoppedMounts mounted = new StoppedMounts(List.of());
    String config =
        "{'SecretReferences':[{'File':{'Name':'key'}},{'File':{'Name':'/etc/key'}}],'ConfigReferences':[{'File':{'Name':'conf'}},{'Runtime':{}}]}";

    DockerFiles.hideSwarms(
        JsonFields.of(one(config), DockerFiles.WANTED, Allowance.ofOne()), mounted);

    assertEquals(
        List.of("/conf", "/etc/key", "/run/secrets/key"), mounted.over(List.of()).hidden());
  }

  private static InputStream one(String configuration) {
    String json = configuration.replace('\'', '"').replace("LAYER", LAYER);
    return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
  }
}
