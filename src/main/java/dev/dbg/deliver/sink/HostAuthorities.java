package dev.dbg.deliver.sink;

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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificate authorities that this host trusts: the list of its ca-certificates, with what its
 * administrator has added.
 *
 * <p>Java does not read that list. A Java of the host has one of its own that the host keeps in
 * step; the runtime in dbg's packages has one that is as old as the package.
 */
final class HostAuthorities {
  /** Where distributions keep the list, in PEM: Debian first, then Fedora. */
  static final List<Path> LISTS =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"));

  private HostAuthorities() {}

  /** Trusts the authorities of the first list that exists; without one, those of Java. */
  static SSLContext context(List<Path> lists) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(lists).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use TLS: %s".formatted(e.getMessage()), e);
    }
  }

  static TrustManagerFactory trust(List<Path> lists) throws IOException, GeneralSecurityException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    Optional<Path> list = lists.stream().filter(Files::exists).findFirst();
    trust.init(list.isPresent() ? authorities(list.get()) : null);
    return trust;
  }

  private static KeyStore authorities(Path list) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate authority : read(list)) {
      store.setCertificateEntry(Integer.toString(store.size()), authority);
    }
    return store;
  }

  private static Collection<? extends Certificate> read(Path list) throws IOException {
    try (InputStream pem = new BufferedInputStream(Files.newInputStream(list))) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    } catch (CertificateException e) {
      throw new IOException(
          "cannot read the host's certificate authorities: %s: %s: make the list anew: update-ca-certificates, or update-ca-trust"
              .formatted(list, e.getMessage()),
          e);
    }
  }
}
