#include "tls/verifier.hpp"

#include "tls/certificate_text.hpp"
#include "tls/engine_pair.hpp"
#include "tls/openssl_peer.hpp"

#include <gmock/gmock.h>

namespace parley::tls {
namespace {

using State = Engine::State;
using Kind = Error::Kind;
using Direction = TlsAlert::Direction;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr long kDay = 24 * 3600;

class TlsVerifier : public EngineTest {
 protected:
  void serveRequest(const CertificateRequest& request) {
    serverOptions.identities = {identity(authority.issue(request))};
  }
  void expectOpen(std::string_view host) {
    connect(host);
    EXPECT_EQ(client->engine.state(), State::Open)
        << (client->engine.state() == State::Failed ? client->engine.error().message : "");
    EXPECT_EQ(server->engine.state(), State::Open);
  }
  void expectFault(Kind kind, std::string_view host = "example.com") {
    const Error error = failedHandshake(host);
    EXPECT_EQ(describe(error.kind), describe(kind)) << error.message;
    EXPECT_THAT(error.message, StartsWith("certificate of " + std::string(host) + ": "));
    message = error.message;
    alert = error.alert;
    EXPECT_EQ(server->engine.state(), State::Failed);
    EXPECT_EQ(server->received, "");
  }

  std::string message;
  std::optional<TlsAlert> alert;
};

TEST_F(TlsVerifier, TakesTheNamesOfTheCertificateInAnyCase) {
  serve("DNS:example.com,DNS:www.example.com");
  expectOpen("example.com");
  expectOpen("www.example.com");
  expectOpen("EXAMPLE.com");
  expectOpen("example.com.");
}

TEST_F(TlsVerifier, RefusesAnExpiredCertificateAndSaysWhen) {
  serveRequest({.alternativeNames = "DNS:example.com", .validFrom = -9 * kDay, .validTo = -kDay});
  expectFault(Kind::Expired);
  EXPECT_THAT(message, MatchesRegex("certificate of example.com: expired on "
                                    "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"));
  EXPECT_EQ(alert, (TlsAlert{45, Direction::Sent}));
  EXPECT_EQ(server->engine.error().kind, Kind::RejectedByPeer);
  EXPECT_EQ(server->engine.error().alert, (TlsAlert{45, Direction::Received}));
  EXPECT_EQ(server->engine.error().message,
            "the client refused: TLS alert 45 (certificate expired)");
}

TEST_F(TlsVerifier, RefusesACertificateThatIsNotYetValid) {
  serveRequest({.alternativeNames = "DNS:example.com", .validFrom = kDay, .validTo = 9 * kDay});
  expectFault(Kind::NotYetValid);
  EXPECT_THAT(message, HasSubstr("not valid before 20"));
}

TEST_F(TlsVerifier, RefusesASelfSignedCertificate) {
  const Certificate own = CertificateAuthority::selfSigned({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {identity(own)};
  expectFault(Kind::SelfSigned);
  EXPECT_EQ(alert, (TlsAlert{48, Direction::Sent}));
}

TEST_F(TlsVerifier, TakesASelfSignedCertificateThatIsTrusted) {
  const Certificate own = CertificateAuthority::selfSigned({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {identity(own)};
  clientOptions.caFile.reset();
  clientOptions.caPem = own.pem();
  expectOpen("example.com");
}

TEST_F(TlsVerifier, RefusesAnUnknownAuthorityAndNamesIt) {
  CertificateAuthority other("Other Root");
  serverOptions.identities = {
      identity(other.issue({.alternativeNames = "DNS:example.com"}), other.pem())};
  expectFault(Kind::UnknownAuthority);
  EXPECT_THAT(message, HasSubstr("CN=Other Root"));
}

TEST_F(TlsVerifier, RefusesAChainWithAGap) {
  CertificateAuthority middle(authority, CertificateAuthority::authorityRequest("Middle"));
  const Certificate leaf = middle.issue({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {identity(leaf)};
  expectFault(Kind::UnknownAuthority);
  EXPECT_THAT(message, HasSubstr("CN=Middle"));
  serverOptions.identities = {identity(leaf, middle.pem())};
  expectOpen("example.com");
}

TEST_F(TlsVerifier, AnIntermediateAuthorityCanBeTheTrustedOne) {
  CertificateAuthority middle(authority, CertificateAuthority::authorityRequest("Middle"));
  serverOptions.identities = {
      identity(middle.issue({.alternativeNames = "DNS:example.com"}), middle.pem())};
  clientOptions.caFile = write("middle.pem", middle.pem());
  expectOpen("example.com");
}

TEST_F(TlsVerifier, RefusesAnotherHostsCertificateAndListsItsNames) {
  serve("DNS:a.example,DNS:b.example,IP:192.0.2.1");
  expectFault(Kind::NameMismatch);
  EXPECT_EQ(message, "certificate of example.com: it is for a.example, b.example, 192.0.2.1");
}

TEST_F(TlsVerifier, ListsFewOfManyNames) {
  serve("DNS:a.x,DNS:b.x,DNS:c.x,DNS:d.x,DNS:e.x,DNS:f.x");
  expectFault(Kind::NameMismatch);
  EXPECT_EQ(message, "certificate of example.com: it is for a.x, b.x, c.x, d.x, e.x, ...");
}

TEST_F(TlsVerifier, ChecksAddressesAgainstAddressesOnly) {
  serve("DNS:example.com,IP:127.0.0.1,IP:::1");
  expectOpen("127.0.0.1");
  expectOpen("[::1]");
  expectOpen("::1");
  expectFault(Kind::NameMismatch, "127.0.0.2");
  expectFault(Kind::NameMismatch, "::2");
  serve("DNS:127.0.0.1");
  expectFault(Kind::NameMismatch, "127.0.0.1");
}

TEST_F(TlsVerifier, AWildcardStandsForOneLabelOnly) {
  serve("DNS:*.example.com");
  expectOpen("www.example.com");
  expectFault(Kind::NameMismatch, "a.b.example.com");
  expectFault(Kind::NameMismatch, "example.com");
  expectFault(Kind::NameMismatch, "www.example.org");
}

TEST_F(TlsVerifier, APartOfALabelIsNoWildcard) {
  serve("DNS:w*.example.com,DNS:*w.example.com,DNS:www.*.com,DNS:*.com");
  expectFault(Kind::NameMismatch, "www.example.com");
  expectFault(Kind::NameMismatch, "example.com");
}

TEST_F(TlsVerifier, TheCommonNameIsNoHostName) {
  serveRequest({.commonName = "example.com"});
  expectFault(Kind::NameMismatch);
  EXPECT_EQ(message, "certificate of example.com: it names no host (no subjectAltName)");
}

TEST_F(TlsVerifier, ANulInANameEndsNothing) {
  serveRequest({.rawName = std::string("example.com\0.evil.test", 22)});
  expectFault(Kind::NameMismatch);
  EXPECT_EQ(message, "certificate of example.com: it is for example.com?.evil.test");
}

TEST_F(TlsVerifier, RefusesACertificateOfAClient) {
  serveRequest({.alternativeNames = "DNS:example.com", .use = CertificateRequest::Use::Client});
  expectFault(Kind::WrongPurpose);
}

TEST_F(TlsVerifier, RefusesAnIssuerThatIsNoAuthority) {
  const Certificate leaf = authority.issue({.alternativeNames = "DNS:leaf.example"});
  CertificateAuthority imposter(authority, {.commonName = "Imposter"});
  serverOptions.identities = {
      identity(imposter.issue({.alternativeNames = "DNS:example.com"}), imposter.pem())};
  const Error error = failedHandshake();
  EXPECT_TRUE(error.kind == Kind::InvalidCertificate || error.kind == Kind::UnknownAuthority)
      << error.message;
}

TEST_F(TlsVerifier, RefusesASignatureThatIsNotTheIssuers) {
  const Certificate leaf = authority.issue({.alternativeNames = "DNS:example.com"});
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, leaf.get());
  const_cast<unsigned char*>(ASN1_STRING_get0_data(signature))[12] ^= 1;
  serverOptions.identities = {identity(leaf)};
  expectFault(Kind::BadSignature);
}

TEST_F(TlsVerifier, RefusesAnotherAuthorityOfTheSameName) {
  clientOptions.caFile.reset();
  clientOptions.caPem = CertificateAuthority("Test Root").pem();
  serve("DNS:example.com");
  expectFault(Kind::UnknownAuthority);
}

TEST_F(TlsVerifier, RefusesAKeyThatIsTooWeak) {
  const Certificate leaf = authority.issue(
      {.alternativeNames = "DNS:example.com", .key = CertificateRequest::Key::Rsa1024});
  OpensslPeer peer(OpensslPeer::Role::Server, &leaf);
  client.emplace(makeClient(clientContext(), "example.com"));
  exchange(peer, *client);
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().kind, Kind::WeakKey) << client->engine.error().message;
}

TEST_F(TlsVerifier, AnExpiredIntermediateIsNamed) {
  CertificateRequest request = CertificateAuthority::authorityRequest("Old Middle");
  request.validFrom = -9 * kDay;
  request.validTo = -kDay;
  CertificateAuthority middle(authority, request);
  serverOptions.identities = {
      identity(middle.issue({.alternativeNames = "DNS:example.com"}), middle.pem())};
  expectFault(Kind::Expired);
  EXPECT_THAT(message, HasSubstr("its issuer CN=Old Middle: expired on 20"));
}

TEST_F(TlsVerifier, HostileTextInNamesComesOutHarmless) {
  CertificateAuthority other("evil\x1b[2J\n\xc3\xa4" + std::string(300, 'x'));
  serverOptions.identities = {identity(other.issue({.alternativeNames = "DNS:example.com"}))};
  expectFault(Kind::UnknownAuthority);
  EXPECT_LT(message.size(), 300U);
  for (const char c : message) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << message;
}

// ---- Revocation ----

class TlsRevocation : public TlsVerifier {
 protected:
  TlsRevocation() : middle(authority, CertificateAuthority::authorityRequest("Middle")) {}

  void serveLeaf() {
    leaf.emplace(middle.issue({.alternativeNames = "DNS:example.com"}));
    serverOptions.identities = {identity(*leaf, middle.pem())};
  }
  void setLists(const std::string& lists) { clientOptions.crlFile = write("crl.pem", lists); }

  CertificateAuthority middle;
  std::optional<Certificate> leaf;
};

TEST_F(TlsRevocation, TakesAChainOfWhichNoneIsRevoked) {
  serveLeaf();
  setLists(authority.revocationList({}) + middle.revocationList({}));
  expectOpen("example.com");
}

TEST_F(TlsRevocation, RefusesARevokedLeaf) {
  serveLeaf();
  setLists(authority.revocationList({}) + middle.revocationList({&*leaf}));
  expectFault(Kind::Revoked);
  EXPECT_EQ(message, "certificate of example.com: revoked");
  EXPECT_EQ(alert, (TlsAlert{44, Direction::Sent}));
}

TEST_F(TlsRevocation, RefusesARevokedIntermediate) {
  serveLeaf();
  setLists(authority.revocationList({&middle.own()}) + middle.revocationList({}));
  expectFault(Kind::Revoked);
  EXPECT_EQ(message, "certificate of example.com: its issuer CN=Middle: revoked");
}

TEST_F(TlsRevocation, RefusesWhatNoListSpeaksOf) {
  serveLeaf();
  setLists(authority.revocationList({}));
  expectFault(Kind::RevocationUnknown);
}

TEST_F(TlsRevocation, RefusesAnOutdatedList) {
  serveLeaf();
  setLists(authority.revocationList({}) + middle.revocationList({}, -60));
  expectFault(Kind::RevocationUnknown);
}

TEST_F(TlsRevocation, WithoutListsNobodyIsRevoked) {
  serveLeaf();
  expectOpen("example.com");
}

// ---- Pins, and doing without ----

TEST_F(TlsVerifier, AnyPinThatFitsSuffices) {
  const Certificate leaf = authority.issue({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {identity(leaf)};
  const Certificate other = authority.issue({});
  clientOptions.pins = {pinOf(other.get()), pinOf(leaf.get())};
  expectOpen("example.com");
}

TEST_F(TlsVerifier, RefusesAKeyThatIsNotPinnedAndSaysWhichItIs) {
  const Certificate leaf = authority.issue({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {identity(leaf)};
  clientOptions.pins = {pinOf(authority.own().get())};  // only the leaf's key counts
  expectFault(Kind::PinMismatch);
  EXPECT_THAT(message, HasSubstr(pinOf(leaf.get())));
}

TEST_F(TlsVerifier, PinsComeBesidesTheCheckNotInItsPlace) {
  const Certificate own = CertificateAuthority::selfSigned({.alternativeNames = "DNS:example.com"});
  serverOptions.identities = {identity(own)};
  clientOptions.pins = {pinOf(own.get())};
  expectFault(Kind::SelfSigned);
}

TEST_F(TlsVerifier, WithoutVerificationAnyCertificateWillDo) {
  serverOptions.identities = {
      identity(CertificateAuthority::selfSigned({.validFrom = -9 * kDay, .validTo = -kDay}))};
  clientOptions.verification = TlsOptions::Verification::DangerouslyOff;
  expectOpen("example.com");
}

TEST_F(TlsVerifier, WithoutVerificationPinsAreChecked) {
  const Certificate own = CertificateAuthority::selfSigned({});
  serverOptions.identities = {identity(own)};
  clientOptions.verification = TlsOptions::Verification::DangerouslyOff;
  clientOptions.pins = {pinOf(own.get())};
  expectOpen("example.com");
  clientOptions.pins = {pinOf(authority.own().get())};
  expectFault(Kind::PinMismatch);
}

TEST_F(TlsVerifier, TheSystemsRootsDoNotKnowTheAuthorityOfThisTest) {
  clientOptions.caFile.reset();
  serve("DNS:example.com");
  expectFault(Kind::UnknownAuthority);
}

// ---- Clients ----

class TlsClientCertificates : public EngineTest {
 protected:
  TlsClientCertificates() {
    serve("DNS:example.com");
    serverOptions.clientCaFile = write("clients.pem", clients.pem());
    serverOptions.clientCertificates = TlsServerOptions::ClientCertificates::Require;
  }
  void identify(const Certificate& certificate) {
    clientOptions.certificateFile = write("client.pem", certificate.pem());
    clientOptions.keyFile = write("client.key", certificate.keyPem());
  }

  CertificateAuthority clients{"Client Root"};
};

TEST_F(TlsClientCertificates, AValidOneIsLetIn) {
  identify(clients.issue({.use = CertificateRequest::Use::Client}));
  connect();
  EXPECT_EQ(server->engine.state(), State::Open);
}

TEST_F(TlsClientCertificates, NobodyIsLetInWithoutOneThatIsRequired) {
  connect();
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::NoCertificate);
  EXPECT_EQ(server->engine.error().alert, (TlsAlert{116, Direction::Sent}));
  ASSERT_EQ(client->engine.state(), State::Failed);
  EXPECT_EQ(client->engine.error().message,
            "example.com refused: TLS alert 116 (certificate required)");
}

TEST_F(TlsClientCertificates, OnRequestTheyMayBeMissingButNotBad) {
  serverOptions.clientCertificates = TlsServerOptions::ClientCertificates::Request;
  connect();
  EXPECT_EQ(server->engine.state(), State::Open);
  identify(authority.issue({.use = CertificateRequest::Use::Client}));
  connect();
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::UnknownAuthority);
  EXPECT_THAT(server->engine.error().message, StartsWith("certificate of the client: "));
}

TEST_F(TlsClientCertificates, AServersCertificateIsNoClients) {
  identify(clients.issue({.use = CertificateRequest::Use::Server}));
  connect();
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::WrongPurpose);
}

TEST_F(TlsClientCertificates, TheyAreCheckedWhateverNameIsAskedFor) {
  serverOptions.identities.push_back(
      identity(authority.issue({.alternativeNames = "DNS:other.example"})));
  connect("other.example");
  ASSERT_EQ(server->engine.state(), State::Failed);
  EXPECT_EQ(server->engine.error().kind, Kind::NoCertificate);
  identify(clients.issue({.use = CertificateRequest::Use::Client}));
  connect("other.example");
  EXPECT_EQ(server->engine.state(), State::Open);
}

}  // namespace
}  // namespace parley::tls
