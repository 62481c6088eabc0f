#include "http/authentication.hpp"

#include "bytes/ascii.hpp"
#include "bytes/base64.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace parley::http {
namespace {

bool hasControl(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

int strengthOf(DigestAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case DigestAlgorithm::Md5:
    case DigestAlgorithm::Md5Session:
      return 1;
    case DigestAlgorithm::Sha256:
    case DigestAlgorithm::Sha256Session:
      return 2;
  }
  return 0;
}

/// Of equal ones the first, as the server prefers it.
std::optional<DigestChallenge> strongestDigest(const std::vector<Challenge>& challenges,
                                               const Hashes& hashes) {
  std::optional<DigestChallenge> best;
  for (const Challenge& challenge : challenges) {
    if (!bytes::equalsIgnoreCase(challenge.scheme, "Digest")) continue;
    auto digest = readDigestChallenge(challenge);
    if (!digest || hashFor(digest->algorithm, hashes) == nullptr) continue;
    if (!best || strengthOf(digest->algorithm) > strengthOf(best->algorithm)) {
      best = std::move(digest);
    }
  }
  return best;
}

bool offersBasic(const std::vector<Challenge>& challenges) noexcept {
  return std::any_of(challenges.begin(), challenges.end(), [](const Challenge& challenge) {
    return bytes::equalsIgnoreCase(challenge.scheme, "Basic");
  });
}

}  // namespace

bool areSendable(const Credentials& credentials) noexcept {
  return !hasControl(credentials.username) && !hasControl(credentials.password);
}

// RFC 7617 section 2.1: UTF-8 is the only charset that a server can ask for, so it is what we send
// to those that don't ask, too.
std::optional<std::string> basicCredentials(const Credentials& credentials) {
  if (!areSendable(credentials)) return std::nullopt;
  if (credentials.username.find(':') != std::string::npos) return std::nullopt;
  const std::string text = credentials.username + ":" + credentials.password;
  return "Basic " + bytes::base64Encode(std::as_bytes(std::span(text)));
}

std::string_view describe(AuthenticationError error) noexcept {
  switch (error) {
    case AuthenticationError::NoCredentials:
      return "asks for a name and a password, and there are none";
    case AuthenticationError::UnusableCredentials:
      return "asks for a name and a password, and ours hold a character that can't be sent";
    case AuthenticationError::NoChallenge:
      return "asks for credentials without saying which";
    case AuthenticationError::UnsupportedScheme:
      return "asks for credentials in no way that is supported (Digest, Basic)";
    case AuthenticationError::Refused:
      return "refused the credentials";
  }
  return "";
}

Authenticator::Authenticator(Challenger challenger, std::optional<Credentials> credentials,
                             const Hashes& hashes, const Nonce& cnonce)
    : challenger_(challenger),
      credentials_(std::move(credentials)),
      hashes_(hashes),
      cnonce_(bytes::base64Encode(cnonce)) {}

std::string_view Authenticator::field() const noexcept {
  return challenger_ == Challenger::Server ? "Authorization" : "Proxy-Authorization";
}

Result<std::string, AuthenticationError> Authenticator::answer(const Headers& headers,
                                                               std::string_view method,
                                                               std::string_view target) {
  if (!credentials_) return AuthenticationError::NoCredentials;
  if (!areSendable(*credentials_)) return AuthenticationError::UnusableCredentials;
  const auto challenges = readChallenges(
      headers, challenger_ == Challenger::Server ? "WWW-Authenticate" : "Proxy-Authenticate");
  if (const auto digest = strongestDigest(challenges, hashes_)) {
    if (!mayAnswer(*digest)) return AuthenticationError::Refused;
    return answerDigest(*digest, method, target);
  }
  if (sent_ != Sent::Nothing) return AuthenticationError::Refused;
  if (challenges.empty()) return AuthenticationError::NoChallenge;
  if (!offersBasic(challenges)) return AuthenticationError::UnsupportedScheme;
  auto basic = basicCredentials(*credentials_);
  if (!basic) return AuthenticationError::UnusableCredentials;
  sent_ = Sent::Basic;
  return *std::move(basic);
}

// RFC 7616 section 3.3, "stale": true says that the credentials were right for an old nonce.
bool Authenticator::mayAnswer(const DigestChallenge& challenge) const noexcept {
  return sent_ == Sent::Nothing || (sent_ == Sent::Digest && challenge.isStale);
}

std::string Authenticator::answerDigest(const DigestChallenge& challenge, std::string_view method,
                                        std::string_view target) {
  sent_ = sent_ == Sent::Nothing ? Sent::Digest : Sent::DigestTwice;
  count_ = count_ != 0 && nonce_ == challenge.nonce ? count_ + 1 : 1;
  nonce_ = challenge.nonce;
  const DigestRequest request{
      credentials_->username, credentials_->password, method, target, cnonce_, count_};
  return digestCredentials(challenge, request, hashFor(challenge.algorithm, hashes_));
}

}  // namespace parley::http
