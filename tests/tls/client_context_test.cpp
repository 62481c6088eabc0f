#include "tls/client_context.hpp"

#include "tls/engine_pair.hpp"

#include <gmock/gmock.h>

namespace parley::tls {
namespace {

using State = Engine::State;
using Kind = Error::Kind;
using testing::HasSubstr;

class TlsClientContext : public EngineTest {
 protected:
  Error loadError() {
    const auto context = ClientContext::load(clientOptions);
    EXPECT_FALSE(context);
    return context ? Error{} : context.error();
  }
};

TEST_F(TlsClientContext, NamesTheFileThatIsMissing) {
  const std::string missing = pathOf("missing");
  clientOptions.caFile = missing;
  EXPECT_EQ(loadError().message, "caFile " + missing + ": no such file or directory");
  clientOptions.caFile.reset();
  clientOptions.crlFile = missing;
  EXPECT_EQ(loadError().message, "crlFile " + missing + ": no such file or directory");
  clientOptions.crlFile.reset();
  clientOptions.certificateFile = missing;
  EXPECT_EQ(loadError().message, "certificateFile " + missing + ": no such file or directory");
  clientOptions.certificateFile = write("own.pem", authority.pem());
  clientOptions.keyFile = missing;
  EXPECT_EQ(loadError().message, "keyFile " + missing + ": no such file or directory");
  EXPECT_EQ(loadError().kind, Kind::File);
}

TEST_F(TlsClientContext, NamesTheOptionThatIsWrong) {
  clientOptions.caPem = "nonsense";
  EXPECT_EQ(loadError().message, "caPem (text): holds no certificate in PEM form");
  clientOptions.caPem.reset();
  clientOptions.pins = {"sha256//x"};
  EXPECT_EQ(loadError().kind, Kind::Option);
  clientOptions.pins = {};
  clientOptions.alpn = {"http/1.1", ""};
  EXPECT_EQ(loadError().message, "alpn: \"\" is not of 1 to 255 bytes");
  clientOptions.alpn = {std::string(256, 'x')};
  EXPECT_EQ(loadError().kind, Kind::Option);
  clientOptions.alpn = {};
  clientOptions.keyFile = pathOf("key");
  EXPECT_EQ(loadError().message, "keyFile: there is no certificateFile");
}

TEST_F(TlsClientContext, NamesAKeyOfAnotherCertificate) {
  const Certificate one = authority.issue({});
  const Certificate other = authority.issue({});
  clientOptions.certificateFile = write("one.pem", one.pem());
  clientOptions.keyFile = write("other.key", other.keyPem());
  EXPECT_EQ(loadError().message, "keyFile " + pathOf("other.key") +
                                     ": the private key is not that of the certificate in " +
                                     pathOf("one.pem"));
}

TEST_F(TlsClientContext, TheKeyMayBeInTheCertificatesFile) {
  const Certificate own = authority.issue({.use = CertificateRequest::Use::Client});
  clientOptions.certificateFile = write("own.pem", own.pem() + own.encryptedKeyPem("secret"));
  EXPECT_THAT(loadError().message, HasSubstr("certificateFile " + pathOf("own.pem")));
  clientOptions.keyPassword = "secret";
  EXPECT_TRUE(clientContext());
}

TEST_F(TlsClientContext, CaFileAndCaPemAreBothTrusted) {
  CertificateAuthority other("Other");
  clientOptions.caPem = other.pem();
  serve("DNS:example.com");
  connect();
  EXPECT_EQ(client->engine.state(), State::Open);
  serverOptions.identities = {identity(other.issue({.alternativeNames = "DNS:example.com"}))};
  connect();
  EXPECT_EQ(client->engine.state(), State::Open);
}

TEST_F(TlsClientContext, RefusesAHostThatCanNotBe) {
  for (const std::string& host : {std::string(), std::string("."), std::string(300, 'x')}) {
    const auto engine = Engine::connect(clientContext(), host, 443);
    ASSERT_FALSE(engine) << host;
    EXPECT_EQ(engine.error().kind, Kind::Option);
  }
}

TEST_F(TlsClientContext, ServerNameStandsForTheHost) {
  serve("DNS:inner.example");
  clientOptions.serverName = "inner.example";
  connect("outer.example");
  EXPECT_EQ(client->engine.state(), State::Open);
  clientOptions.serverName = "192.0.2.1";
  const Error error = failedHandshake("inner.example");
  EXPECT_EQ(error.kind, Kind::NameMismatch);
  EXPECT_EQ(error.message, "certificate of 192.0.2.1: it is for inner.example");
}

TEST_F(TlsClientContext, KnowsWhatItOffers) {
  clientOptions.alpn = {"h2", "http/1.1"};
  const auto context = clientContext();
  EXPECT_TRUE(context->offers("h2"));
  EXPECT_TRUE(context->offers("http/1.1"));
  EXPECT_FALSE(context->offers("2"));
  EXPECT_FALSE(context->offers("http/1"));
  EXPECT_FALSE(context->offers(""));
}

}  // namespace
}  // namespace parley::tls
