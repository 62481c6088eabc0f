#include "tls/server_context.hpp"

#include "tls/engine_pair.hpp"

namespace parley::tls {
namespace {

using State = Engine::State;
using Kind = Error::Kind;

class TlsServerContext : public EngineTest {
 protected:
  Error loadError() {
    const auto context = ServerContext::load(serverOptions);
    EXPECT_FALSE(context);
    return context ? Error{} : context.error();
  }
  /// Does the server's answer to a client that asks for `host` have a certificate with that name?
  bool serves(std::string_view host) {
    connect(host);
    return client->engine.state() == State::Open;
  }
};

TEST_F(TlsServerContext, NamesWhatIsMissing) {
  EXPECT_EQ(loadError().message, "identities: a server needs one");
  serverOptions.identities = {{.certificateChainFile = pathOf("missing.pem")}};
  EXPECT_EQ(loadError().message,
            "certificateChainFile " + pathOf("missing.pem") + ": no such file or directory");
  serve("DNS:example.com");
  serverOptions.identities.front().keyFile = pathOf("missing.key");
  EXPECT_EQ(loadError().message,
            "keyFile " + pathOf("missing.key") + ": no such file or directory");
  serve("DNS:example.com");
  serverOptions.clientCertificates = TlsServerOptions::ClientCertificates::Request;
  EXPECT_EQ(loadError().message, "clientCaFile: needed to check clients");
  EXPECT_EQ(loadError().kind, Kind::Option);
  serverOptions.clientCaFile = pathOf("missing.pem");
  EXPECT_EQ(loadError().message,
            "clientCaFile " + pathOf("missing.pem") + ": no such file or directory");
}

TEST_F(TlsServerContext, NamesAKeyOfAnotherCertificate) {
  const TlsIdentity one = identity(authority.issue({}));
  const TlsIdentity other = identity(authority.issue({}));
  serverOptions.identities = {
      {.certificateChainFile = one.certificateChainFile, .keyFile = other.keyFile}};
  EXPECT_EQ(loadError().message, "keyFile " + *other.keyFile +
                                     ": the private key is not that of the certificate in " +
                                     one.certificateChainFile);
}

TEST_F(TlsServerContext, TheKeyMayBeInTheChainFileAndEncrypted) {
  const Certificate own = authority.issue({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {
      {.certificateChainFile = write("all.pem", own.encryptedKeyPem("secret") + own.pem()),
       .keyPassword = "secret"}};
  EXPECT_TRUE(serves("example.com"));
}

TEST_F(TlsServerContext, SniSelectsTheIdentity) {
  serverOptions.identities = {
      identity(authority.issue({.alternativeNames = "DNS:first.example"})),
      identity(authority.issue({.alternativeNames = "DNS:second.example,DNS:third.example"})),
      identity(authority.issue({.alternativeNames = "DNS:*.wild.example"})),
      identity(authority.issue({.alternativeNames = "DNS:exact.wild.example"}))};
  for (const char* host : {"first.example", "second.example", "third.example", "THIRD.example",
                           "any.wild.example", "exact.wild.example"}) {
    EXPECT_TRUE(serves(host)) << host;
  }
  EXPECT_FALSE(serves("a.b.wild.example"));
  EXPECT_EQ(client->engine.error().message,
            "certificate of a.b.wild.example: it is for first.example");
  EXPECT_FALSE(serves("unknown.example"));
  EXPECT_EQ(client->engine.error().message,
            "certificate of unknown.example: it is for first.example");
}

TEST_F(TlsServerContext, AnExactNameWinsOverAnEarlierWildcard) {
  serverOptions.identities = {
      identity(authority.issue({.alternativeNames = "DNS:*.zone.example"})),
      identity(authority.issue({.alternativeNames = "DNS:exact.zone.example"}))};
  clientOptions.pins = {"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="};
  const Error exact = failedHandshake("exact.zone.example");
  const Error wild = failedHandshake("other.zone.example");
  ASSERT_EQ(exact.kind, Kind::PinMismatch);
  ASSERT_EQ(wild.kind, Kind::PinMismatch);
  EXPECT_NE(exact.message.substr(exact.message.find("sha256//")),
            wild.message.substr(wild.message.find("sha256//")));
}

TEST_F(TlsServerContext, AddressesGetTheFirstIdentity) {
  serverOptions.identities = {
      identity(authority.issue({.alternativeNames = "IP:127.0.0.1"})),
      identity(authority.issue({.alternativeNames = "DNS:second.example"}))};
  EXPECT_TRUE(serves("127.0.0.1"));
}

TEST_F(TlsServerContext, EachIdentityOffersTickets) {
  serverOptions.identities = {
      identity(authority.issue({.alternativeNames = "DNS:first.example"})),
      identity(authority.issue({.alternativeNames = "DNS:second.example"}))};
  const auto clients = clientContext();
  const auto servers = serverContext();
  for (const char* host : {"first.example", "second.example"}) {
    for (const auto session : {Agreement::Session::New, Agreement::Session::Resumed}) {
      client.emplace(makeClient(clients, host));
      server.emplace(makeServer(servers));
      exchange(*client, *server);
      EXPECT_EQ(client->engine.agreement().session, session) << host;
      EXPECT_EQ(client->engine.agreement().protocol, "http/1.1");
    }
  }
}

TEST_F(TlsServerContext, ConnectionsOutliveTheContextThatTheyWereMadeOf) {
  serve("DNS:example.com");
  connect();
  client->write("still here");
  exchange(*client, *server);
  EXPECT_EQ(server->received, "still here");
}

TEST_F(TlsServerContext, MinVersionIsKept) {
  serve("DNS:example.com");
  serverOptions.minVersion = TlsVersion::Tls13;
  connect();
  EXPECT_EQ(server->engine.agreement().version, "TLSv1.3");
}

}  // namespace
}  // namespace parley::tls
