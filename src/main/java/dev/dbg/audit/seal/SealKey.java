package dev.dbg.audit.seal;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The key that seals one epoch of a log: Ed25519, RFC 8032. It is random, is used once, and is then
 * overwritten. Its public half verifies the seal.
 */
public final class SealKey {
  private static final String ALGORITHM = "Ed25519";

  /** The prefix of an Ed25519 public key in X.509 form, RFC 8410. */
  private static final String X509 = "302a300506032b6570032100";

  private final byte[] seed;
  private final String verifying;

  /** Owns {@code seed}, 32 secret bytes; {@code verifying}, the public half, has 64 hex digits. */
  SealKey(byte[] seed, String verifying) {
    this.seed = seed;
    this.verifying = verifying;
  }

  public static SealKey generate() {
    return of(new SecureRandom());
  }

  private static SealKey of(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, random);
      KeyPair pair = generator.generateKeyPair();
      byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      String encoded = HexFormat.of().formatHex(pair.getPublic().getEncoded());
      return new SealKey(seed, encoded.substring(X509.length()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java since 15 has Ed25519", e);
    }
  }

  /** The signature, 128 hexadecimal digits. */
  public String sign(byte[] text) {
    try {
      PrivateKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text);
      return HexFormat.of().formatHex(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 seed may be any 32 bytes", e);
    }
  }

  /** The secret, for the file that keeps it. */
  String secret() {
    return HexFormat.of().formatHex(seed);
  }

  public String verifying() {
    return verifying;
  }

  /** Whether the halves belong together. Java derives one only of what it takes for random. */
  boolean isWhole() {
    SecureRandom notRandom =
        new SecureRandom(null, null) {
          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
          }
        };
    return verifying.equals(of(notRandom).verifying);
  }

  /** Whether {@code signature} is the signature of {@code text} by the given key. */
  static boolean verifies(String verifying, byte[] text, String signature) {
    try {
      byte[] encoded = HexFormat.of().parseHex(X509 + verifying);
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(text);
      return verifier.verify(HexFormat.of().parseHex(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Overwrites the secret in this object. Copies that the JVM has made end with the JVM. */
  void forget() {
    Arrays.fill(seed, (byte) 0);
  }
}
