#pragma once

#include "tls/certificate_authority.hpp"
#include "tls/client_context.hpp"
#include "tls/engine.hpp"
#include "tls/output_buffer.hpp"
#include "tls/server_context.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace parley::tls {

using Bytes = std::vector<std::byte>;

inline Bytes bytesOf(std::string_view text) {
  const auto* const data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

inline std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// One end of a TLS connection in memory, with what it has to send and what it has read.
class EngineEnd {
 public:
  explicit EngineEnd(Engine made) : engine(std::move(made)) {}

  /// Everything that can be done with these bytes.
  void receive(std::span<const std::byte> bytes) {
    input.insert(input.end(), bytes.begin(), bytes.end());
    std::span<const std::byte> left = input;
    while (engine.state() == Engine::State::Handshaking) {
      OutputBuffer output(memory_);
      const Engine::Need need = engine.handshake(left, output);
      keep(output);
      if (need == Engine::Need::Input) break;
    }
    while (engine.state() == Engine::State::Open) {
      OutputBuffer output(memory_);
      const std::size_t size = engine.read(left, plain_, output);
      keep(output);
      received += textOf(std::span(plain_).first(size));
      if (size == 0) break;
    }
    input.erase(input.begin(), input.end() - static_cast<std::ptrdiff_t>(left.size()));
  }

  void write(std::string_view text) {
    const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(text.data()), text.size()};
    OutputBuffer output(memory_);
    EXPECT_EQ(write({&piece, 1}, output), text.size());
    keep(output);
  }

  std::size_t write(std::span<const protocol::OutputPiece> pieces, OutputBuffer& output) {
    RecordSource source(pieces);
    return engine.write(source, output);
  }

  void close() {
    OutputBuffer output(memory_);
    engine.close(output);
    keep(output);
  }

  void keep(const OutputBuffer& output) {
    unsent.insert(unsent.end(), output.bytes().begin(), output.bytes().end());
  }

  Engine engine;
  Bytes input;   // received, and not taken
  Bytes unsent;  // for the other end
  std::string received;

 private:
  Bytes memory_ = Bytes(std::size_t{256} * 1024);
  Bytes plain_ = Bytes(std::size_t{64} * 1024);
};

/// Carries bytes between two ends, in pieces of at most `chunk`, until nothing moves.
inline void exchange(EngineEnd& client, EngineEnd& server, std::size_t chunk = SIZE_MAX) {
  client.receive({});
  while (!client.unsent.empty() || !server.unsent.empty()) {
    for (const auto& [from, to] : {std::pair(&client, &server), std::pair(&server, &client)}) {
      const Bytes bytes = std::exchange(from->unsent, {});
      for (std::size_t at = 0; at < bytes.size(); at += std::min(chunk, bytes.size() - at)) {
        to->receive(std::span(bytes).subspan(at, std::min(chunk, bytes.size() - at)));
      }
    }
  }
}

/// A test with an authority, a directory for files, and engines made of options.
class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parley-tls-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    clientOptions.caFile = write("ca.pem", authority.pem());
  }
  ~EngineTest() override { std::filesystem::remove_all(directory_); }

  std::string write(const std::string& name, const std::string& content) {
    return writeFile(pathOf(name), content);
  }
  [[nodiscard]] std::string pathOf(const std::string& name) const { return directory_ / name; }

  /// The files of a certificate and those behind it.
  TlsIdentity identity(const Certificate& certificate, const std::string& rest = {}) {
    const std::string name = "identity" + std::to_string(++identities_);
    return {.certificateChainFile = write(name + ".pem", certificate.pem() + rest),
            .keyFile = write(name + ".key", certificate.keyPem())};
  }
  /// The server has a certificate for these names, of the authority.
  void serve(const std::string& alternativeNames) {
    serverOptions.identities = {identity(authority.issue({.alternativeNames = alternativeNames}))};
  }

  std::shared_ptr<ClientContext> clientContext() {
    auto context = ClientContext::load(clientOptions);
    EXPECT_TRUE(context) << context.error().message;
    return std::move(*context);
  }
  std::shared_ptr<const ServerContext> serverContext() {
    auto context = ServerContext::load(serverOptions);
    EXPECT_TRUE(context) << context.error().message;
    return std::move(*context);
  }
  EngineEnd makeClient(std::shared_ptr<ClientContext> context, std::string_view host,
                       std::uint16_t port = 443) {
    auto engine = Engine::connect(std::move(context), host, port);
    EXPECT_TRUE(engine) << engine.error().message;
    return EngineEnd(std::move(*engine));
  }
  EngineEnd makeServer(std::shared_ptr<const ServerContext> context) {
    auto engine = Engine::accept(std::move(context));
    EXPECT_TRUE(engine) << engine.error().message;
    return EngineEnd(std::move(*engine));
  }

  /// Makes both ends and shakes hands.
  void connect(std::string_view host = "example.com") {
    client.emplace(makeClient(clientContext(), host));
    server.emplace(makeServer(serverContext()));
    exchange(*client, *server);
  }
  /// The error of a client whose handshake must fail.
  Error failedHandshake(std::string_view host = "example.com") {
    connect(host);
    EXPECT_EQ(client->engine.state(), Engine::State::Failed);
    return client->engine.state() == Engine::State::Failed ? client->engine.error() : Error{};
  }

  CertificateAuthority authority;
  TlsOptions clientOptions;
  TlsServerOptions serverOptions;
  std::optional<EngineEnd> client, server;

 private:
  std::filesystem::path directory_;
  int identities_ = 0;
};

}  // namespace parley::tls
