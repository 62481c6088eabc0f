#include "bytes/ascii.hpp"
#include "bytes/base64.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "http/authentication.hpp"
#include "http/authentication_challenge.hpp"

#include <algorithm>
#include <string>
#include <vector>

// Oracles: parse(write(x)) is x; an answer is a field's value, can be read as a challenge is, says
// what it was asked for, and is given as often as RFC 7616 allows.

namespace parley::fuzz {

namespace {

using http::Authenticator;
using http::Challenge;

constexpr std::string_view kField = "WWW-Authenticate";

/// Not a good hash, but one without a library.
std::string hashHex(std::string_view text) {
  std::uint64_t hash = 1469598103934665603U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  std::string hex;
  for (int i = 0; i < 16; ++i, hash >>= 4U) hex += "0123456789abcdef"[hash % 16];
  return hex;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string write(const std::vector<Challenge>& challenges) {
  std::string out;
  for (const Challenge& challenge : challenges) {
    out += (out.empty() ? "" : ", ") + challenge.scheme;
    if (challenge.token68) out += " " + *challenge.token68;
    for (std::size_t i = 0; i < challenge.parameters.size(); ++i) {
      const http::ChallengeParameter& parameter = challenge.parameters[i];
      out += (i == 0 ? " " : ", ") + parameter.name + "=";
      out += bytes::isToken(parameter.value) ? parameter.value : quoted(parameter.value);
    }
  }
  return out;
}

void checkChallenges(const Headers& headers) {
  const std::vector<Challenge> challenges = http::readChallenges(headers, kField);
  require(challenges.size() <= http::kMaxChallenges, "challenges have a limit");
  for (const Challenge& challenge : challenges) {
    require(bytes::isToken(challenge.scheme), "a scheme is a token");
    require(challenge.parameters.size() <= http::kMaxChallengeParameters, "so have parameters");
    require(!challenge.token68 || challenge.parameters.empty(), "a token68 stands alone");
    for (const http::ChallengeParameter& parameter : challenge.parameters) {
      require(challenge.parameter(parameter.name) == parameter.value, "each name is there once");
    }
  }
  Headers again;
  if (challenges.empty() || !again.tryAppend(kField, write(challenges))) return;
  require(http::readChallenges(again, kField) == challenges, "parse(write(x)) is x");
}

/// Of one round of Digest or Basic.
void checkAnswer(const std::string& answer, const http::Credentials& credentials) {
  require(std::none_of(answer.begin(), answer.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }),
          "no control character gets out");
  if (answer.starts_with("Basic ")) {
    const auto decoded = bytes::base64Decode(answer.substr(6));
    require(decoded && asText(*decoded) == credentials.username + ":" + credentials.password,
            "Basic says name and password");
    return;
  }
  Headers headers;
  require(headers.tryAppend(kField, answer), "it is a field's value");
  const std::vector<Challenge> read = http::readChallenges(headers, kField);
  require(read.size() == 1 && read[0].scheme == "Digest", "it is one answer");
  for (const char* name : {"realm", "nonce", "uri", "response"}) {
    require(read[0].parameter(name).has_value(), "nothing is left out");
  }
  require(read[0].parameter("uri") == "/a?b", "it is for what was asked");
}

}  // namespace

void challenges(Bytes data) {
  Input input(data);
  http::Credentials credentials;
  const std::uint8_t choice = input.byte();
  credentials.username = (choice & 1U) != 0 ? input.text() : "user";
  credentials.password = (choice & 2U) != 0 ? input.text() : "secret";
  const http::Hashes hashes{.md5Hex = hashHex, .sha256Hex = (choice & 4U) != 0 ? hashHex : nullptr};
  Authenticator authenticator(http::Challenger::Server, credentials, hashes, {});
  int answers = 0;
  for (int round = 0; round < 4; ++round) {
    Headers headers;
    for (std::size_t fields = 1 + input.below(3); fields != 0; --fields) {
      const ExactCopy value(asBytes(input.text()));
      static_cast<void>(headers.tryAppend(kField, asText(value.bytes())));
    }
    checkChallenges(headers);
    const auto answer = authenticator.answer(headers, "GET", "/a?b");
    if (!answer) continue;
    require(++answers <= 2, "credentials are sent once, and once more to who says stale");
    require(http::areSendable(credentials), "and only if they can be");
    checkAnswer(*answer, credentials);
  }
}

}  // namespace parley::fuzz
