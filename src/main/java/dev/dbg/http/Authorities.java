package dev.dbg.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities whose servers are trusted: those of a list in PEM, and no others.
 *
 * <p>{@link #HOST} are those of this host: the list of its ca-certificates, with what its
 * administrator has added. Java does not read that list. A Java of the host has one of its own that
 * the host keeps in step; the runtime in dbg's packages has one that is as old as the package.
 */
public final class Authorities {
  /** Where distributions keep the list: Debian first, then Fedora. */
  public static final List<Path> HOST =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

  private Authorities() {}

  /** Trusts the authorities of the first list that exists; without one, those of Java. */
  public static SSLContext context(List<Path> lists) throws IOException {
    try {
      return context(first(lists));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use TLS: %s".formatted(e.getMessage()), e);
    }
  }

  /** Trusts these; without any, those of Java. */
  public static SSLContext context(@Nullable KeyStore authorities) throws GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The first list that exists, to find out whether it was exchanged. */
  public static byte @Nullable [] bytes(List<Path> lists) throws IOException {
    Path list = existing(lists);
    return list == null ? null : Files.readAllBytes(list);
  }

  private static @Nullable Path existing(List<Path> lists) {
    return lists.stream().filter(Files::exists).findFirst().orElse(null);
  }

  static @Nullable KeyStore first(List<Path> lists) throws IOException, GeneralSecurityException {
    Path list = existing(lists);
    if (list == null) {
      return null;
    }
    try (InputStream pem = new BufferedInputStream(Files.newInputStream(list))) {
      return read(pem);
    } catch (CertificateException e) {
      throw new IOException(
          "cannot read the host's certificate authorities: %s: %s: make the list anew: update-ca-certificates, or update-ca-trust"
              .formatted(list, e.getMessage()),
          e);
    }
  }

  /** The certificates in PEM, of which there may be none. */
  public static KeyStore read(InputStream pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
      store.setCertificateEntry(Integer.toString(store.size()), one);
    }
    return store;
  }
}
