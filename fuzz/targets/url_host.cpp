#include "bytes/utf8.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "url/domain.hpp"
#include "url/host.hpp"
#include "url/ipv4.hpp"
#include "url/ipv6.hpp"
#include "url/percent_encoding.hpp"
#include "url/punycode.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <arpa/inet.h>

// Oracles: the host parser on its own results; the C library on IPv6 addresses; Punycode, IPv4 and
// percent-encoding there and back again.

namespace parley::fuzz {

namespace {

void checkHost(std::string_view text) {
  for (const url::HostKind kind : {url::HostKind::Special, url::HostKind::Opaque}) {
    if (text.empty() && kind == url::HostKind::Special) continue;
    const auto host = url::parseHost(text, kind);
    if (!host) continue;
    require(std::all_of(host->begin(), host->end(), [](char c) { return c > ' ' && c < '\x7F'; }),
            "a host is visible ASCII");
    require(host->find_first_of("/?#@\\") == std::string::npos, "a host ends where it ends");
    require(url::parseHost(*host, kind) == host, "a parsed host parses to itself");
  }
}

/// The C library reads the same addresses but for zones and scopes, which it refuses as well.
void checkIpv6(const std::string& text) {
  const auto pieces = url::parseIpv6(text);
  std::array<unsigned char, 16> address{};
  const bool isAddress = text.find('\0') == std::string::npos &&
                         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
  require(pieces.has_value() == isAddress, "an IPv6 address for both or for neither");
  if (!pieces) return;
  for (std::size_t i = 0; i < pieces->size(); ++i) {
    require((*pieces)[i] == address[2 * i] * 256 + address[2 * i + 1], "and the same one");
  }
  const std::string shortest = url::serialiseIpv6(*pieces);
  require(url::parseIpv6(shortest) == pieces, "parse(serialise(x)) is x");
  std::array<char, INET6_ADDRSTRLEN> printed{};
  inet_ntop(AF_INET6, address.data(), printed.data(), printed.size());
  // The C library writes the last two pieces of some addresses as IPv4, the standard never does.
  const std::string_view other(printed.data());
  require(other.find('.') != std::string_view::npos || shortest == other, "the shortest form");
}

void checkIpv4(std::string_view text) {
  if (!url::endsInANumber(text)) return;
  const auto address = url::parseIpv4(text);
  if (!address) return;
  const std::string serialised = url::serialiseIpv4(*address);
  in_addr other{};
  require(inet_pton(AF_INET, serialised.c_str(), &other) == 1 && ntohl(other.s_addr) == *address,
          "the C library reads what we write");
  require(url::parseIpv4(serialised) == address, "parse(serialise(x)) is x");
}

void checkPunycode(std::string_view text) {
  const auto label = url::decodePunycode(text);
  if (!label) return;
  const std::string encoded = url::encodePunycode(*label);
  require(url::decodePunycode(encoded) == label, "decode(encode(x)) is x");
}

void checkDomain(std::string_view text) {
  const auto ascii = url::domainToAscii(text);
  if (!ascii) return;
  require(url::domainToAscii(*ascii) == ascii, "an ASCII domain stays as it is");
}

void checkPercent(std::string_view text) {
  for (const url::EncodeSet set :
       {url::EncodeSet::C0Control, url::EncodeSet::Fragment, url::EncodeSet::Query,
        url::EncodeSet::SpecialQuery, url::EncodeSet::Path, url::EncodeSet::Userinfo}) {
    std::string encoded;
    url::appendPercentEncoded(encoded, text, set);
    require(std::none_of(encoded.begin(), encoded.end(),
                         [set](char c) { return url::isInEncodeSet(c, set); }),
            "nothing of the set is left");
    std::string again;
    url::appendPercentEncoded(again, encoded, set);
    require(again == encoded, "encode(encode(x)) is encode(x)");
    require(url::percentDecode(encoded) == url::percentDecode(text),
            "decode(encode(x)) is decode(x)");
  }
}

}  // namespace

void urlHost(Bytes data) {
  const std::string text = bytes::replaceInvalidUtf8(asText(data));
  const ExactCopy copy(asBytes(text));
  const std::string_view view = asText(copy.bytes());
  checkHost(view);
  checkIpv6(text);
  checkIpv4(view);
  checkPunycode(view);
  if (!text.empty()) checkDomain(view);
  checkPercent(view);
}

}  // namespace parley::fuzz
