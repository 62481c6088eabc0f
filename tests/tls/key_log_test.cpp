#include "tls/key_log.hpp"

#include "tls/engine_pair.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace parley::tls {
namespace {

using testing::HasSubstr;

std::string contentOf(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

class TlsKeyLog : public EngineTest {
 protected:
  TlsKeyLog() { serve("DNS:example.com"); }
};

TEST_F(TlsKeyLog, BothEndsWriteTheSameSecrets) {
  clientOptions.keyLogFile = pathOf("client.log");
  serverOptions.keyLogFile = pathOf("server.log");
  connect();
  const std::string log = contentOf(pathOf("client.log"));
  EXPECT_THAT(log, HasSubstr("CLIENT_HANDSHAKE_TRAFFIC_SECRET "));
  EXPECT_THAT(log, HasSubstr("SERVER_TRAFFIC_SECRET_0 "));
  EXPECT_TRUE(log.ends_with('\n'));
  const std::string other = contentOf(pathOf("server.log"));
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = log.find('\n', at);
    EXPECT_THAT(other, HasSubstr(log.substr(at, end + 1 - at)));
    at = end + 1;
  }
}

TEST_F(TlsKeyLog, AppendsAndIsForItsOwnerOnly) {
  clientOptions.keyLogFile = pathOf("log");
  connect();
  const std::size_t once = contentOf(pathOf("log")).size();
  connect();
  EXPECT_EQ(contentOf(pathOf("log")).size(), 2 * once);
  struct stat status {};
  ASSERT_EQ(::stat(pathOf("log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(TlsKeyLog, CoversTheIdentityThatSniSelects) {
  serverOptions.identities.push_back(
      identity(authority.issue({.alternativeNames = "DNS:other.example"})));
  serverOptions.keyLogFile = pathOf("log");
  connect("other.example");
  EXPECT_THAT(contentOf(pathOf("log")), HasSubstr("SERVER_TRAFFIC_SECRET_0 "));
}

TEST_F(TlsKeyLog, NamesAFileThatCanNotBeWritten) {
  const std::string path = pathOf("no/such/folder");
  const auto log = KeyLog::open(path);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().message, "keyLogFile " + path + ": no such file or directory");
  clientOptions.keyLogFile = path;
  EXPECT_FALSE(ClientContext::load(clientOptions));
  serverOptions.keyLogFile = path;
  EXPECT_FALSE(ServerContext::load(serverOptions));
}

}  // namespace
}  // namespace parley::tls
