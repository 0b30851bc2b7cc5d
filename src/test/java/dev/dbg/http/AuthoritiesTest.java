package dev.dbg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthoritiesTest {
  /** Made by `openssl req -x509 -newkey ec -days 36500`; its key is thrown away. */
  private static final String AUTHORITY =
      """
      -----BEGIN CERTIFICATE-----
      MIIBkTCCATegAwIBAgIUadair2+kRdkWVBwuh32O1zY05HwwCgYIKoZIzj0EAwIw
      HTEbMBkGA1UEAwwSZGJnIHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyNjEzMzUyOVoY
      DzIxMjYxMTAyMTMzNTI5WjAdMRswGQYDVQQDDBJkYmcgdGVzdCBhdXRob3JpdHkw
      WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATgA+N6jXaC62jx10zLbgeCUuJpOP0F
      JzsUo2mMNerCN31WzqA+9P2Ez80JV05a6uO3+23FcyhH7maeiSjGp7iSo1MwUTAd
      BgNVHQ4EFgQUTT5+SKg0C4kAk9ErgKJNT0ouQmAwHwYDVR0jBBgwFoAUTT5+SKg0
      C4kAk9ErgKJNT0ouQmAwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBF
      AiEA/3ap+87/KdwD4lVeQeWe/W3O8mRVia7LZZCLq94tvSACIHEWnT/Y7voIBeYh
      xBMOX5uUfSQoZA2EJsX8TvmR73+g
      -----END CERTIFICATE-----
      """;

  @TempDir private Path directory;

  @Test
  void the_authorities_are_those_of_the_hosts_list_and_no_others() throws Exception {
    Path list = Files.writeString(directory.resolve("list"), "# dbg test authority\n" + AUTHORITY);
    assertEquals(List.of("CN=dbg test authority"), trusted(List.of(list)));
  }

  @Test
  void the_first_list_that_exists_is_taken() throws Exception {
    Path list = Files.writeString(directory.resolve("list"), AUTHORITY);
    Path empty = Files.writeString(directory.resolve("empty"), "");
    assertEquals(
        List.of("CN=dbg test authority"),
        trusted(List.of(directory.resolve("missing"), list, empty)));
  }

  @Test
  void without_a_list_the_authorities_are_those_of_java() throws Exception {
    assertTrue(trusted(List.of(directory.resolve("missing"))).size() > 10);
  }

  @Test
  void an_empty_list_trusts_nobody() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty"), "");
    assertEquals(List.of(), trusted(List.of(empty)));
  }

  @Test
  void a_damaged_list_is_not_replaced_by_that_of_java() throws Exception {
    Path damaged =
        Files.writeString(directory.resolve("damaged"), AUTHORITY.replace("MIIBkTCC", "AAAAAAAA"));
    assertThrows(IOException.class, () -> Authorities.context(List.of(damaged)));
  }

  private static List<String> trusted(List<Path> lists) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(Authorities.first(lists));
    return Stream.of(trust.getTrustManagers())
        .map(X509TrustManager.class::cast)
        .flatMap(manager -> Stream.of(manager.getAcceptedIssuers()))
        .map(X509Certificate::getSubjectX500Principal)
        .map(Object::toString)
        .toList();
  }
}
