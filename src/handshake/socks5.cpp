#include "handshake/socks5.hpp"

#include "bytes/result.hpp"
#include "http/host.hpp"
#include "url/ipv4.hpp"
#include "url/ipv6.hpp"

#include <cassert>
#include <utility>

namespace parley::handshake {
namespace {

// RFC 1928 section 3: the two methods that we know, and "none of these".
constexpr char kNoAuthentication = 0;
constexpr char kUsernamePassword = 2;
constexpr std::uint8_t kNoAcceptableMethod = 0xFF;

constexpr std::uint8_t kVersion5 = 5;
constexpr std::uint8_t kAuthenticationVersion = 1;  // RFC 1929 section 2

// RFC 1928 section 5.
constexpr char kConnectCommand = 1;
constexpr std::uint8_t kIpv4 = 1;
constexpr std::uint8_t kName = 3;
constexpr std::uint8_t kIpv6 = 4;

constexpr std::size_t kMaxText = 255;  // what a length of one byte can say

void appendByte(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value & 0xFFU));
}

void appendPair(std::string& out, std::size_t value) {
  appendByte(out, value >> 8U);
  appendByte(out, value);
}

/// The type and the address or name; the text of the error says what is wrong with the host.
Result<std::string, std::string_view> addressBytes(const Socks5Request& request) {
  std::string_view host = request.host;
  std::string out;
  if (host.find(':') != std::string_view::npos) {
    const bool hasBrackets = host.starts_with('[') && host.ends_with(']');
    const auto pieces = url::parseIpv6(hasBrackets ? host.substr(1, host.size() - 2) : host);
    if (!pieces) return std::string_view("the host is no IPv6 address");
    appendByte(out, kIpv6);
    for (const std::uint16_t piece : *pieces) appendPair(out, piece);
    return out;
  }
  if (url::endsInANumber(host)) {
    const auto address = url::parseIpv4(host);
    if (!address) return std::string_view("the host is no IPv4 address");
    appendByte(out, kIpv4);
    appendPair(out, *address >> 16U);
    appendPair(out, *address);
    return out;
  }
  if (host.starts_with('[') || !http::isValidHost(host)) {
    return std::string_view("the host is not a host");
  }
  if (host.size() > kMaxText) return std::string_view("the host is longer than 255 bytes");
  if (request.names == Socks5Names::Local) {
    return std::string_view("the host is a name, which was to be resolved first");
  }
  appendByte(out, kName);
  appendByte(out, host.size());
  return out.append(host);
}

// RFC 1928 section 4.
Result<std::string, std::string_view> connectBytes(const Socks5Request& request) {
  if (request.port == 0) return std::string_view("the port is 0");
  const auto address = addressBytes(request);
  if (!address) return address.error();
  std::string out{kVersion5, kConnectCommand, 0};
  out.append(*address);
  appendPair(out, request.port);
  return out;
}

// RFC 1929 section 2, which has no empty password; many do, and there are proxies that let them in.
Result<std::string, std::string_view> authenticationBytes(const http::Credentials& credentials) {
  const std::string& username = credentials.username;
  const std::string& password = credentials.password;
  if (username.empty()) return std::string_view("the proxy's user name is empty");
  if (username.size() > kMaxText || password.size() > kMaxText) {
    return std::string_view("the proxy's user name or password is longer than 255 bytes");
  }
  if (!http::areSendable(credentials)) {
    return std::string_view("the proxy's credentials hold a control character");
  }
  std::string out{kAuthenticationVersion};
  appendByte(out, username.size());
  out.append(username);
  appendByte(out, password.size());
  return out.append(password);
}

std::string hexByte(std::uint8_t byte) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  return {'0', 'x', kHex[byte / 16U], kHex[byte % 16U]};
}

}  // namespace

std::string_view describeSocks5Reply(std::uint8_t reply) noexcept {
  switch (reply) {
    case 0:
      return "succeeded";
    case 1:
      return "general SOCKS server failure";
    case 2:
      return "connection not allowed by ruleset";
    case 3:
      return "network unreachable";
    case 4:
      return "host unreachable";
    case 5:
      return "connection refused";
    case 6:
      return "TTL expired";
    case 7:
      return "command not supported";
    case 8:
      return "address type not supported";
    default:
      return "unassigned reply code";
  }
}

Socks5Tunnel::Socks5Tunnel(const Socks5Request& request) : methods_{kNoAuthentication} {
  if (const auto problem = prepare(request)) {
    fail(Socks5Error::InvalidRequest, std::string(*problem));
    return;
  }
  // RFC 1928 section 3.
  std::string greeting{kVersion5};
  appendByte(greeting, methods_.size());
  begin(Step::Method, greeting + methods_);
}

std::optional<std::string_view> Socks5Tunnel::prepare(const Socks5Request& request) {
  auto connect = connectBytes(request);
  if (!connect) return connect.error();
  connect_ = *std::move(connect);
  if (!request.credentials) return std::nullopt;
  auto authentication = authenticationBytes(*request.credentials);
  if (!authentication) return authentication.error();
  authentication_ = *std::move(authentication);
  methods_.push_back(kUsernamePassword);
  return std::nullopt;
}

std::string_view Socks5Tunnel::output() const noexcept {
  if (state() != State::NeedsMore) return {};
  return std::string_view(output_).substr(sent_);
}

std::size_t Socks5Tunnel::receive(std::span<const std::byte> bytes) {
  if (state() != State::NeedsMore) return 0;
  std::size_t taken = 0;
  while (taken < bytes.size() && state() == State::NeedsMore) {
    takeByte(static_cast<std::uint8_t>(bytes[taken++]));
  }
  const auto rest = bytes.subspan(taken);
  if (state() == State::Open) leftover_.assign(rest.begin(), rest.end());
  return bytes.size();
}

void Socks5Tunnel::endOfInput() {
  if (state() != State::NeedsMore) return;
  fail(Socks5Error::ConnectionClosed, step_ == Step::Authentication
                                          ? "the SOCKS proxy closed the connection when it got "
                                            "name and password"
                                          : "the SOCKS proxy closed the connection before its "
                                            "answer was complete");
}

Socks5Tunnel::State Socks5Tunnel::state() const noexcept {
  if (failure_) return State::Failed;
  return step_ == Step::Done ? State::Open : State::NeedsMore;
}

std::vector<std::byte> Socks5Tunnel::takeLeftover() {
  assert(state() == State::Open);
  return std::move(leftover_);
}

const Socks5Failure& Socks5Tunnel::failure() const noexcept {
  assert(failure_);
  return *failure_;
}

void Socks5Tunnel::takeByte(std::uint8_t byte) {
  if (sent_ == 0) {
    return fail(Socks5Error::UnaskedReply, "the SOCKS proxy answered before it was asked");
  }
  ++received_;
  switch (step_) {
    case Step::Method:
      return takeMethodByte(byte);
    case Step::Authentication:
      return takeAuthenticationByte(byte);
    case Step::Reply:
      return takeReplyByte(byte);
    case Step::Done:
      return;
  }
}

// RFC 1928 section 3: version, method.
void Socks5Tunnel::takeMethodByte(std::uint8_t byte) {
  if (received_ == 2) return choose(byte);
  if (byte != kVersion5) failVersion(byte);
}

void Socks5Tunnel::choose(std::uint8_t method) {
  if (method == kNoAcceptableMethod) {
    return fail(Socks5Error::NoMethod,
                authentication_.empty()
                    ? "the SOCKS proxy wants credentials, and there are none"
                    : "the SOCKS proxy takes neither a name and password nor no authentication");
  }
  if (methods_.find(static_cast<char>(method)) == std::string::npos) {
    return fail(Socks5Error::UnofferedMethod, "the SOCKS proxy chose the authentication method " +
                                                  hexByte(method) + ", which was not offered");
  }
  if (method == kUsernamePassword) return begin(Step::Authentication, authentication_);
  begin(Step::Reply, connect_);
}

// RFC 1929 section 2: version, status.
void Socks5Tunnel::takeAuthenticationByte(std::uint8_t byte) {
  if (received_ == 1) {
    if (byte != kAuthenticationVersion) {
      fail(Socks5Error::WrongVersion, "the SOCKS proxy answered name and password with version " +
                                          hexByte(byte) + " instead of 0x01");
    }
    return;
  }
  if (byte != 0) {
    return fail(Socks5Error::CredentialsRefused, "the SOCKS proxy refused the credentials");
  }
  begin(Step::Reply, connect_);
}

// RFC 1928 section 6: version, reply, reserved, type, bound address, bound port. What is bound is
// of no use to us, and a refusal is one as soon as its code is there: some proxies send no more.
void Socks5Tunnel::takeReplyByte(std::uint8_t byte) {
  constexpr std::size_t kHead = 4;
  constexpr std::size_t kPort = 2;
  if (received_ == 1 && byte != kVersion5) return failVersion(byte);
  if (received_ == 2 && byte != 0) {
    return fail(Socks5Error::Refused,
                "the SOCKS proxy answered: " + std::string(describeSocks5Reply(byte)) + " (" +
                    hexByte(byte) + ")",
                byte);
  }
  if (received_ == kHead) {
    if (byte != kIpv4 && byte != kName && byte != kIpv6) {
      return fail(Socks5Error::MalformedReply,
                  "the SOCKS proxy answered with an address of the unknown type " + hexByte(byte));
    }
    // A name's length stands in the next byte.
    if (byte != kName) expected_ = kHead + (byte == kIpv4 ? 4 : 16) + kPort;
  }
  if (received_ == kHead + 1 && !expected_) expected_ = kHead + 1 + byte + kPort;
  if (received_ == expected_) step_ = Step::Done;
}

void Socks5Tunnel::begin(Step step, std::string output) {
  step_ = step;
  output_ = std::move(output);
  sent_ = 0;
  received_ = 0;
}

void Socks5Tunnel::fail(Socks5Error error, std::string message, std::optional<std::uint8_t> reply) {
  failure_ = Socks5Failure{error, std::move(message), reply};
}

void Socks5Tunnel::failVersion(std::uint8_t version) {
  const bool isHttp = version == 'H';
  fail(Socks5Error::WrongVersion, "the proxy's answer begins with " + hexByte(version) +
                                      " instead of SOCKS version 5" +
                                      (isHttp ? "; it may be an HTTP proxy" : ""));
}

}  // namespace parley::handshake
