#pragma once

#include "tls/certificate_authority.hpp"
#include "tls/server_context.hpp"
#include "tls/settings.hpp"
#include "transport/memory_pipe.hpp"
#include "transport/tls_handshake.hpp"
#include "transport/transport_fixture.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace parley::transport {

/// Hears of a TLS handshake and writes it down.
class TlsWitness final : public TlsListener {
 public:
  void onSecured(TransportPtr transport, const tls::Agreement&) override {
    ++calls;
    secured = std::move(transport);
    if (whenDone) whenDone();
  }
  void onTlsFailed(const TransportError& error) override {
    ++calls;
    failure = error;
    if (whenDone) whenDone();
  }
  [[nodiscard]] bool isDone() const { return calls > 0; }
  [[nodiscard]] std::string message() const { return failure ? failure->message : "no failure"; }

  TlsHandshakePtr handshake;
  TransportPtr secured;
  std::optional<TransportError> failure;
  int calls = 0;
  std::function<void()> whenDone;
};

/// An authority, a server's certificate of it for "localhost" and 127.0.0.1, and the settings of
/// both ends.
class TlsFixture : public LoopFixture {
 protected:
  TlsFixture() {
    const tls::Certificate leaf =
        authority.issue({.alternativeNames = "DNS:localhost,IP:127.0.0.1"});
    serverOptions.identities = {
        {.certificateChainFile = tls::writeFile(directory.file("server.pem"), leaf.pem()),
         .keyFile = tls::writeFile(directory.file("server.key"), leaf.keyPem())}};
    clientSettings.options.caFile = tls::writeFile(directory.file("ca.pem"), authority.pem());
    clientSettings.host = "localhost";
  }

  tls::ServerSettings serverSettings() {
    auto context = tls::ServerContext::load(serverOptions);
    EXPECT_TRUE(context) << context.error().message;
    return {std::move(*context)};
  }
  /// Begins both handshakes over these transports.
  void begin(TransportPtr clientInner, TransportPtr serverInner) {
    clientWitness.handshake = secure(loop, std::move(clientInner), clientSettings, clientWitness);
    serverWitness.handshake = secure(loop, std::move(serverInner), serverSettings(), serverWitness);
  }
  [[nodiscard]] bool finishHandshakes() {
    return runUntil([&] { return clientWitness.isDone() && serverWitness.isDone(); });
  }
  /// Takes what the handshakes have made.
  void takeSecured() {
    ASSERT_TRUE(clientWitness.secured) << clientWitness.message();
    ASSERT_TRUE(serverWitness.secured) << serverWitness.message();
    client.take(std::move(clientWitness.secured));
    server.take(std::move(serverWitness.secured));
    clientWitness.handshake.reset();
    serverWitness.handshake.reset();
  }

  TemporaryDirectory directory;
  tls::CertificateAuthority authority;
  TlsServerOptions serverOptions;
  tls::ClientSettings clientSettings;
  TlsWitness clientWitness, serverWitness;
  Recorder client, server;
};

/// Text in which a piece that is lost, doubled or moved shows.
inline std::string patternText(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

}  // namespace parley::transport
