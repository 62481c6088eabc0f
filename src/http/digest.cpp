#include "http/digest.hpp"

#include "bytes/ascii.hpp"
#include "http/token_list.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace parley::http {
namespace {

struct AlgorithmName {
  std::string_view name;
  DigestAlgorithm algorithm;
};
constexpr std::array<AlgorithmName, 4> kAlgorithms{
    {{"MD5", DigestAlgorithm::Md5},
     {"MD5-sess", DigestAlgorithm::Md5Session},
     {"SHA-256", DigestAlgorithm::Sha256},
     {"SHA-256-sess", DigestAlgorithm::Sha256Session}}};

bool isSession(DigestAlgorithm algorithm) noexcept {
  return algorithm == DigestAlgorithm::Md5Session || algorithm == DigestAlgorithm::Sha256Session;
}

std::optional<DigestAlgorithm> algorithmOf(std::string_view name) noexcept {
  for (const AlgorithmName& known : kAlgorithms) {
    if (bytes::equalsIgnoreCase(known.name, name)) return known.algorithm;
  }
  return std::nullopt;
}

/// Nothing when "auth" is not among those offered.
std::optional<DigestQuality> qualityOf(const Challenge& challenge) {
  const auto offered = challenge.parameter("qop");
  if (!offered) return DigestQuality::None;
  ListReader reader(*offered);
  while (const auto quality = reader.next()) {
    if (bytes::equalsIgnoreCase(*quality, "auth")) return DigestQuality::Auth;
  }
  return std::nullopt;
}

bool says(const Challenge& challenge, std::string_view name, std::string_view value) {
  const auto found = challenge.parameter(name);
  return found && bytes::equalsIgnoreCase(*found, value);
}

/// first ":" second ":" ..., which is what all of Digest hashes.
std::string joined(std::string_view first, std::initializer_list<std::string_view> others) {
  std::string out(first);
  for (const std::string_view other : others) out.append(":").append(other);
  return out;
}

/// RFC 7616 section 3.3, "nc": eight hexadecimal digits.
std::string countText(std::uint32_t count) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text(8, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = kHex[count % 16];
    count /= 16;
  }
  return text;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out.append("\"");
}

bool isAscii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// RFC 8187 section 3.2: a value of UTF-8, of which only letters, digits and some marks stay.
std::string extendedValue(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "UTF-8''";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (bytes::isTokenChar(c) && c != '*' && c != '\'' && c != '%') {
      out.push_back(c);
    } else {
      out.append("%").append(1, kHex[byte / 16U]).append(1, kHex[byte % 16U]);
    }
  }
  return out;
}

// RFC 7616 section 3.4.4. A server that does not say charset=UTF-8 is older than `username*`, and
// gets the octets as they are.
std::string usernameParameter(const DigestChallenge& challenge, std::string_view username,
                              HashFunction hash) {
  if (challenge.hashesUsername) {
    return "username=" + quoted(hash(joined(username, {challenge.realm})));
  }
  if (challenge.isUtf8 && !isAscii(username)) return "username*=" + extendedValue(username);
  return "username=" + quoted(username);
}

// RFC 7616 sections 3.4.1 to 3.4.3.
std::string responseOf(const DigestChallenge& challenge, const DigestRequest& request,
                       HashFunction hash) {
  std::string a1 = hash(joined(request.username, {challenge.realm, request.password}));
  if (isSession(challenge.algorithm)) a1 = hash(joined(a1, {challenge.nonce, request.cnonce}));
  const std::string a2 = hash(joined(request.method, {request.target}));
  if (challenge.quality == DigestQuality::None) return hash(joined(a1, {challenge.nonce, a2}));
  const std::string count = countText(request.count);
  return hash(joined(a1, {challenge.nonce, count, request.cnonce, "auth", a2}));
}

}  // namespace

std::optional<DigestChallenge> readDigestChallenge(const Challenge& challenge) {
  const auto realm = challenge.parameter("realm");
  const auto nonce = challenge.parameter("nonce");
  const auto algorithmText = challenge.parameter("algorithm");
  const auto algorithm = algorithmOf(algorithmText.value_or("MD5"));
  const auto quality = qualityOf(challenge);
  if (!realm || !nonce || !algorithm || !quality) return std::nullopt;
  // A session's key is made with a cnonce, which may only be sent to who knows qop (RFC 2617
  // section 3.2.2).
  if (isSession(*algorithm) && *quality == DigestQuality::None) return std::nullopt;
  DigestChallenge digest;
  digest.realm = *realm;
  digest.nonce = *nonce;
  if (const auto opaque = challenge.parameter("opaque")) digest.opaque.emplace(*opaque);
  digest.algorithm = *algorithm;
  if (algorithmText) digest.algorithmText.emplace(*algorithmText);
  digest.quality = *quality;
  digest.isStale = says(challenge, "stale", "true");
  digest.isUtf8 = says(challenge, "charset", "UTF-8");
  digest.hashesUsername = says(challenge, "userhash", "true");
  return digest;
}

HashFunction hashFor(DigestAlgorithm algorithm, const Hashes& hashes) noexcept {
  switch (algorithm) {
    case DigestAlgorithm::Md5:
    case DigestAlgorithm::Md5Session:
      return hashes.md5Hex;
    case DigestAlgorithm::Sha256:
    case DigestAlgorithm::Sha256Session:
      return hashes.sha256Hex;
  }
  return nullptr;
}

std::string digestCredentials(const DigestChallenge& challenge, const DigestRequest& request,
                              HashFunction hash) {
  std::string out = "Digest " + usernameParameter(challenge, request.username, hash);
  const auto add = [&](std::string_view name, std::string_view value) {
    out.append(", ").append(name).append("=").append(value);
  };
  add("realm", quoted(challenge.realm));
  add("uri", quoted(request.target));
  if (challenge.algorithmText) add("algorithm", *challenge.algorithmText);
  add("nonce", quoted(challenge.nonce));
  // RFC 7616 section 3.4: which of these are quoted is not free.
  if (challenge.quality == DigestQuality::Auth) {
    add("nc", countText(request.count));
    add("cnonce", quoted(request.cnonce));
    add("qop", "auth");
  }
  add("response", quoted(responseOf(challenge, request, hash)));
  if (challenge.opaque) add("opaque", quoted(*challenge.opaque));
  if (challenge.hashesUsername) add("userhash", "true");
  return out;
}

}  // namespace parley::http
