package dev.dbg.apiserver;

import java.nio.ByteBuffer;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS that takes no more than so many bytes of a connection for itself, for a server that may send
 * tickets without end: Java keeps each of them, and as many bytes again as a session of it, for as
 * long as the connection is open. All else is the given context's. {@code java.net.http} asks it
 * for engines alone, and shows nobody its sockets.
 */
final class BoundedTls extends SSLContextSpi {
  /** A handshake takes some thousands; half of it would do for the longest certificates. */
  static final int MOST = 1 << 17;

  private final SSLContext whole;

  private BoundedTls(SSLContext whole) {
    this.whole = whole;
  }

  static SSLContext of(SSLContext whole) {
    return new SSLContext(new BoundedTls(whole), whole.getProvider(), whole.getProtocol()) {};
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return new BoundedEngine(whole.createSSLEngine());
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    return new BoundedEngine(whole.createSSLEngine(host, port));
  }

  @Override
  protected SSLParameters engineGetDefaultSSLParameters() {
    return whole.getDefaultSSLParameters();
  }

  @Override
  protected SSLParameters engineGetSupportedSSLParameters() {
    return whole.getSupportedSSLParameters();
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    return whole.getClientSessionContext();
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    return whole.getServerSessionContext();
  }

  @Override
  protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
      throws KeyManagementException {
    throw new KeyManagementException("it is made of another context");
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    throw new UnsupportedOperationException();
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    throw new UnsupportedOperationException();
  }

  /** For one thread at a time, as each engine. */
  private static final class BoundedEngine extends SSLEngine {
    private final SSLEngine whole;
    private int taken;

    BoundedEngine(SSLEngine whole) {
      super(whole.getPeerHost(), whole.getPeerPort());
      this.whole = whole;
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] into, int first, int count)
        throws SSLException {
      SSLEngineResult result = whole.unwrap(from, into, first, count);
      if (result.bytesProduced() == 0) {
        taken += result.bytesConsumed();
      }
      if (taken > MOST) {
        throw new SSLException("the server sent more than %d bytes for TLS alone".formatted(MOST));
      }
      return result;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int first, int count, ByteBuffer into)
        throws SSLException {
      return whole.wrap(from, first, count, into);
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
      return whole.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
      whole.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
      return whole.isInboundDone();
    }

    @Override
    public void closeOutbound() {
      whole.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
      return whole.isOutboundDone();
    }

    @Override
    public void beginHandshake() throws SSLException {
      whole.beginHandshake();
    }

    @Override
    public SSLEngineResult.HandshakeStatus getHandshakeStatus() {
      return whole.getHandshakeStatus();
    }

    @Override
    public SSLSession getSession() {
      return whole.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
      return whole.getHandshakeSession();
    }

    @Override
    public @Nullable String getApplicationProtocol() {
      return whole.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
      return whole.getHandshakeApplicationProtocol();
    }

    /** Without these the server's name would not be compared with its certificate's. */
    @Override
    public SSLParameters getSSLParameters() {
      return whole.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
      whole.setSSLParameters(parameters);
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return whole.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
      return whole.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
      whole.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
      return whole.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
      return whole.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
      whole.setEnabledProtocols(protocols);
    }

    @Override
    public boolean getUseClientMode() {
      return whole.getUseClientMode();
    }

    @Override
    public void setUseClientMode(boolean mode) {
      whole.setUseClientMode(mode);
    }

    @Override
    public boolean getNeedClientAuth() {
      return whole.getNeedClientAuth();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
      whole.setNeedClientAuth(need);
    }

    @Override
    public boolean getWantClientAuth() {
      return whole.getWantClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
      whole.setWantClientAuth(want);
    }

    @Override
    public boolean getEnableSessionCreation() {
      return whole.getEnableSessionCreation();
    }

    @Override
    public void setEnableSessionCreation(boolean may) {
      whole.setEnableSessionCreation(may);
    }
  }
}
