#include "handshake/socks5.hpp"

#include "http/divisions.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::handshake::describeSocks5Reply;
using parley::handshake::Socks5Error;
using parley::handshake::Socks5Names;
using parley::handshake::Socks5Request;
using parley::handshake::Socks5Tunnel;
using parley::http::Credentials;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;
using testing::HasSubstr;
using testing::Not;
using State = Socks5Tunnel::State;

const std::string kNoMethod = "\x05\xFF"s;
const std::string kNoAuthentication = "\x05\x00"s;
const std::string kUsernamePassword = "\x05\x02"s;
const std::string kGreeting = "\x05\x01\x00"s;
const std::string kGreetingWithPassword = "\x05\x02\x00\x02"s;
const std::string kSuccess = "\x05\x00\x00\x01\x7F\x00\x00\x01\x1F\x90"s;
// "a.test" and port 443.
const std::string kConnect = "\x05\x01\x00\x03\x06"s + "a.test" + "\x01\xBB";

Socks5Request request(std::string host = "a.test") {
  Socks5Request description;
  description.host = std::move(host);
  description.port = 443;
  return description;
}

Socks5Request requestWith(Credentials credentials) {
  Socks5Request description = request();
  description.credentials = std::move(credentials);
  return description;
}

/// Takes what is to be sent.
std::string write(Socks5Tunnel& tunnel) {
  std::string bytes(tunnel.output());
  tunnel.sent(bytes.size());
  EXPECT_EQ(tunnel.output(), "");
  return bytes;
}

void receive(Socks5Tunnel& tunnel, std::string_view bytes) {
  EXPECT_EQ(tunnel.receive(asBytes(bytes)), bytes.size());
}

std::string text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Answers what is sent with `answers` in turn, the last of which comes in every division.
void expectEnd(const Socks5Request& description, const std::vector<std::string>& answers,
               const std::function<void(Socks5Tunnel&)>& check) {
  forEachDivision(answers.back(), [&](const Pieces& pieces) {
    Socks5Tunnel tunnel(description);
    for (std::size_t i = 0; i + 1 < answers.size(); ++i) {
      write(tunnel);
      receive(tunnel, answers[i]);
    }
    write(tunnel);
    for (const auto& piece : pieces) tunnel.receive(piece);
    check(tunnel);
  });
}

void expectFailure(const Socks5Request& description, const std::vector<std::string>& answers,
                   Socks5Error error, const std::string& message) {
  expectEnd(description, answers, [&](Socks5Tunnel& tunnel) {
    ASSERT_EQ(tunnel.state(), State::Failed);
    EXPECT_EQ(tunnel.failure().error, error);
    EXPECT_THAT(tunnel.failure().message, HasSubstr(message));
    EXPECT_EQ(tunnel.output(), "");
    EXPECT_EQ(tunnel.receive(asBytes("more")), 0U);
    tunnel.endOfInput();
    EXPECT_EQ(tunnel.failure().error, error);
  });
}

TEST(Socks5Tunnel, ConnectsToANameWithoutAuthentication) {
  Socks5Tunnel tunnel(request());
  EXPECT_EQ(write(tunnel), kGreeting);
  receive(tunnel, kNoAuthentication);
  EXPECT_EQ(write(tunnel), kConnect);
  receive(tunnel, kSuccess);
  ASSERT_EQ(tunnel.state(), State::Open);
  EXPECT_EQ(tunnel.output(), "");
  EXPECT_TRUE(tunnel.takeLeftover().empty());
  EXPECT_EQ(tunnel.receive(asBytes("more")), 0U);
}

TEST(Socks5Tunnel, SendsNameAndPasswordWhenTheProxyWantsThem) {
  Socks5Tunnel tunnel(requestWith({"user", "pass"}));
  EXPECT_EQ(write(tunnel), kGreetingWithPassword);
  receive(tunnel, kUsernamePassword);
  EXPECT_EQ(write(tunnel), "\x01\x04user\x04pass");
  receive(tunnel, "\x01\x00"s);
  EXPECT_EQ(write(tunnel), kConnect);
  receive(tunnel, kSuccess);
  EXPECT_EQ(tunnel.state(), State::Open);
}

TEST(Socks5Tunnel, KeepsNameAndPasswordWhenTheProxyDoesNotWantThem) {
  Socks5Tunnel tunnel(requestWith({"user", "pass"}));
  EXPECT_EQ(write(tunnel), kGreetingWithPassword);
  receive(tunnel, kNoAuthentication);
  EXPECT_EQ(write(tunnel), kConnect);
}

TEST(Socks5Tunnel, SendsAddressesAsAddresses) {
  const std::pair<const char*, std::string> cases[] = {
      {"192.0.2.1", "\x05\x01\x00\x01\xC0\x00\x02\x01\x01\xBB"s},
      {"2001:db8::1", "\x05\x01\x00\x04\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01\x01\xBB"},
      {"[::1]", "\x05\x01\x00\x04"s + std::string(15, '\0') + "\x01\x01\xBB"}};
  for (const auto& [host, expected] : cases) {
    for (const auto names : {Socks5Names::Proxy, Socks5Names::Local}) {
      Socks5Request description = request(host);
      description.names = names;
      Socks5Tunnel tunnel(description);
      write(tunnel);
      receive(tunnel, kNoAuthentication);
      EXPECT_EQ(write(tunnel), expected) << host;
    }
  }
}

TEST(Socks5Tunnel, OpensInEveryDivisionAndKeepsWhatFollows) {
  const std::string leftover = "\x81\x02hi\x05\x00"s;
  const std::string heads[] = {
      kSuccess,
      "\x05\x00\x00\x04"s + std::string(18, '\x05'),
      "\x05\x00\x00\x03\x06"s + "a.test" + "\x00\x50"s,
      "\x05\x00\x00\x03\x00\x00\x50"s,
      "\x05\x00\x00\x03\xFF"s + std::string(255, 'x') + "\x00\x50"s,
      // A reserved byte that is not 0 means nothing yet.
      "\x05\x00\x7F\x01"s + std::string(6, '\0'),
  };
  for (const std::string& head : heads) {
    for (const std::string& after : {leftover, ""s}) {
      forEachDivision(head + after, [&](const Pieces& pieces) {
        Socks5Tunnel tunnel(request());
        write(tunnel);
        receive(tunnel, kNoAuthentication);
        write(tunnel);
        std::string unconsumed;
        for (const auto& piece : pieces) {
          const std::size_t consumed = tunnel.receive(piece);
          unconsumed.append(reinterpret_cast<const char*>(piece.data()) + consumed,
                            piece.size() - consumed);
        }
        ASSERT_EQ(tunnel.state(), State::Open);
        EXPECT_EQ(text(tunnel.takeLeftover()) + unconsumed, after);
      });
    }
  }
}

TEST(Socks5Tunnel, ReadsTheEarlierAnswersInEveryDivision) {
  forEachDivision(kUsernamePassword, [&](const Pieces& method) {
    forEachDivision("\x01\x00"s, [&](const Pieces& authentication) {
      Socks5Tunnel tunnel(requestWith({"u", ""}));
      write(tunnel);
      for (const auto& piece : method) tunnel.receive(piece);
      EXPECT_EQ(write(tunnel), "\x01\x01u\x00"s);
      for (const auto& piece : authentication) tunnel.receive(piece);
      EXPECT_EQ(write(tunnel), kConnect);
    });
  });
}

TEST(Socks5Tunnel, WritesInAsManyPartsAsItTakes) {
  Socks5Tunnel tunnel(request());
  std::string written;
  while (!tunnel.output().empty()) {
    written.push_back(tunnel.output().front());
    tunnel.sent(1);
  }
  EXPECT_EQ(written, kGreeting);
  receive(tunnel, kNoAuthentication);
  tunnel.sent(3);
  EXPECT_EQ(tunnel.output(), kConnect.substr(3));
}

TEST(Socks5Tunnel, SaysEachReplyCodeInItsOwnWords) {
  std::vector<std::string> messages;
  for (unsigned code = 1; code < 256; ++code) {
    const std::string reply = "\x05"s + static_cast<char>(code);
    expectEnd(request(), {kNoAuthentication, reply}, [&](Socks5Tunnel& tunnel) {
      ASSERT_EQ(tunnel.state(), State::Failed);
      EXPECT_EQ(tunnel.failure().error, Socks5Error::Refused);
      EXPECT_EQ(tunnel.failure().reply, code);
    });
    const std::string words(describeSocks5Reply(static_cast<std::uint8_t>(code)));
    expectFailure(request(), {kNoAuthentication, reply}, Socks5Error::Refused, words);
    if (code <= 8) {
      EXPECT_THAT(messages, Not(testing::Contains(words)));
      messages.push_back(words);
    } else {
      EXPECT_EQ(words, "unassigned reply code");
    }
  }
  EXPECT_EQ(describeSocks5Reply(0), "succeeded");
  expectFailure(request(), {kNoAuthentication, "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"s},
                Socks5Error::Refused, "connection refused (0x05)");
}

TEST(Socks5Tunnel, FailsWhenNoMethodIsLeft) {
  expectFailure(request(), {kNoMethod}, Socks5Error::NoMethod, "wants credentials");
  expectFailure(requestWith({"u", "p"}), {kNoMethod}, Socks5Error::NoMethod, "neither");
}

TEST(Socks5Tunnel, FailsWhenAnotherMethodIsChosenThanWasOffered) {
  expectFailure(request(), {kUsernamePassword}, Socks5Error::UnofferedMethod, "0x02");
  expectFailure(requestWith({"u", "p"}), {"\x05\x01"s}, Socks5Error::UnofferedMethod, "0x01");
}

TEST(Socks5Tunnel, FailsWhenCredentialsAreRefused) {
  for (const char status : {'\x01', '\xFF'}) {
    expectFailure(requestWith({"u", "sesame"}), {kUsernamePassword, "\x01"s + status},
                  Socks5Error::CredentialsRefused, "refused the credentials");
  }
}

TEST(Socks5Tunnel, FailsAtTheFirstByteOfAnotherProtocol) {
  expectFailure(request(), {"\x04\x5A"s}, Socks5Error::WrongVersion, "0x04");
  expectFailure(request(), {"HTTP/1.1 400 Bad Request\r\n\r\n"}, Socks5Error::WrongVersion,
                "HTTP proxy");
  expectFailure(request(), {kNoAuthentication, "\x00\x00"s}, Socks5Error::WrongVersion, "0x00");
  expectFailure(requestWith({"u", "p"}), {kUsernamePassword, "\x05\x00"s},
                Socks5Error::WrongVersion, "0x05");
}

TEST(Socks5Tunnel, FailsForAnUnknownTypeOfAddress) {
  for (const char type : {'\x00', '\x02', '\x05', '\xFF'}) {
    expectFailure(request(), {kNoAuthentication, "\x05\x00\x00"s + type + std::string(20, 'x')},
                  Socks5Error::MalformedReply, "unknown type");
  }
}

// All that an honest proxy would say, at once.
TEST(Socks5Tunnel, FailsForAnAnswerBeforeTheQuestion) {
  expectFailure(request(), {kNoAuthentication + kSuccess}, Socks5Error::UnaskedReply,
                "before it was asked");
  Socks5Tunnel tunnel(request());
  receive(tunnel, "\x05"s);
  EXPECT_EQ(tunnel.failure().error, Socks5Error::UnaskedReply);
}

TEST(Socks5Tunnel, FailsWhenTheAnswerIsCutAnywhere) {
  const std::string conversation[] = {kUsernamePassword, "\x01\x00"s, kSuccess};
  for (std::size_t step = 0; step < 3; ++step) {
    for (std::size_t length = 0; length < conversation[step].size(); ++length) {
      Socks5Tunnel tunnel(requestWith({"u", "p"}));
      for (std::size_t i = 0; i < step; ++i) {
        write(tunnel);
        receive(tunnel, conversation[i]);
      }
      write(tunnel);
      receive(tunnel, conversation[step].substr(0, length));
      ASSERT_EQ(tunnel.state(), State::NeedsMore) << step << " " << length;
      tunnel.endOfInput();
      ASSERT_EQ(tunnel.state(), State::Failed);
      EXPECT_EQ(tunnel.failure().error, Socks5Error::ConnectionClosed);
    }
  }
}

TEST(Socks5Tunnel, AnEndAfterItIsOpenIsNotItsBusiness) {
  Socks5Tunnel tunnel(request());
  write(tunnel);
  receive(tunnel, kNoAuthentication);
  write(tunnel);
  receive(tunnel, kSuccess);
  tunnel.endOfInput();
  EXPECT_EQ(tunnel.state(), State::Open);
}

void expectInvalid(const Socks5Request& description, const std::string& what) {
  Socks5Tunnel tunnel(description);
  ASSERT_EQ(tunnel.state(), State::Failed) << what;
  EXPECT_EQ(tunnel.failure().error, Socks5Error::InvalidRequest) << what;
  EXPECT_EQ(tunnel.output(), "") << what;
}

TEST(Socks5Tunnel, WritesNothingThatIsNotAHost) {
  for (const std::string& host :
       {""s, "a b"s, "a\0b"s, "a\r\n"s, "a:1"s, "::1::"s, "[]"s, "[a]"s, "fe80::1%eth0"s,
        "1.2.3.4.5"s, "256.0.0.1"s, "a/b"s, "u@a"s, std::string(256, 'a')}) {
    expectInvalid(request(host), host);
  }
  Socks5Tunnel longest(request(std::string(255, 'a')));
  EXPECT_EQ(longest.state(), State::NeedsMore);
  Socks5Request noPort = request();
  noPort.port = 0;
  expectInvalid(noPort, "port");
}

TEST(Socks5Tunnel, DoesNotShowTheProxyANameThatIsToBeResolvedHere) {
  Socks5Request description = request();
  description.names = Socks5Names::Local;
  expectInvalid(description, "name");
}

TEST(Socks5Tunnel, WritesNoCredentialsThatDoNotFit) {
  const std::string longest(255, 'x');
  for (const Credentials& bad :
       {Credentials{"", "p"}, Credentials{longest + "x", "p"}, Credentials{"u", longest + "x"},
        Credentials{"u\r\n", "p"}, Credentials{"u", "p\0"s}}) {
    expectInvalid(requestWith(bad), bad.username + " " + bad.password);
  }
  Socks5Tunnel tunnel(requestWith({longest, longest}));
  write(tunnel);
  receive(tunnel, kUsernamePassword);
  EXPECT_EQ(write(tunnel), "\x01\xFF"s + longest + "\xFF" + longest);
}

TEST(Socks5Tunnel, NeverNamesAPasswordInAMessage) {
  expectEnd(requestWith({"user", "sesame"}), {kUsernamePassword, "\x01\x01"s},
            [](Socks5Tunnel& tunnel) {
              EXPECT_THAT(tunnel.failure().message, Not(HasSubstr("sesame")));
            });
}

}  // namespace
