#include "handshake/http_tunnel.hpp"

#include "handshake/failure.hpp"
#include "handshake/http_tunnel_body.hpp"
#include "handshake/refusal_body.hpp"
#include "http/head_parser.hpp"
#include "http/head_writer.hpp"
#include "http/host.hpp"
#include "http/status_text.hpp"
#include "http/token_list.hpp"

#include <parley/version.hpp>

#include <cassert>
#include <utility>
#include <variant>

namespace parley::handshake {
namespace {

using http::ResponseHead;
using http::ResponseHeadParser;
using protocol::HandshakeError;
using protocol::HandshakeLimits;

// RFC 9110 section 9.3.6: the target is host and port, also where the port is the scheme's default.
std::string authorityOf(const HttpTunnelRequest& request) {
  const bool needsBrackets =
      request.host.find(':') != std::string::npos && !request.host.starts_with('[');
  const std::string host = needsBrackets ? "[" + request.host + "]" : request.host;
  return host + ":" + std::to_string(request.port);
}

std::optional<std::string_view> findProblem(const HttpTunnelRequest& request,
                                            std::string_view authority) {
  if (request.host.empty() || !http::isValidHost(authority)) return "the host is not a host";
  if (request.port == 0) return "the port is 0";
  if (request.credentials && !http::areSendable(*request.credentials)) {
    return "the proxy's credentials hold a control character";
  }
  return std::nullopt;
}

// RFC 9112 section 9.3. Proxy-Connection is no field of the standard, but one that old proxies say
// it with.
bool persists(const ResponseHead& head) {
  const auto says = [&](std::string_view token) {
    return http::listHas(head.headers, "Connection", token) ||
           http::listHas(head.headers, "Proxy-Connection", token);
  };
  if (says("close")) return false;
  return head.version == http::HttpVersion::Http11 || says("keep-alive");
}

// RFC 9110 section 9.3.6: Content-Length and Transfer-Encoding mean nothing in a 2xx to CONNECT.
// They are judged last, so the head was whole but for them.
bool isOfBodyLength(http::HeadError error) noexcept {
  return error == http::HeadError::RepeatedContentLength ||
         error == http::HeadError::MalformedContentLength ||
         error == http::HeadError::LengthWithTransferEncoding ||
         error == http::HeadError::TransferEncodingBefore11;
}

bool isSuccess(std::uint16_t status) noexcept {
  return status >= 200 && status <= 299;
}

}  // namespace

class HttpTunnel::Impl {
 public:
  Impl(const HttpTunnelRequest& request, const HandshakeLimits& limits)
      : limits_(limits),
        authority_(authorityOf(request)),
        authenticator_(http::Challenger::Proxy, request.credentials, request.hashes,
                       request.cnonce) {
    if (const auto problem = findProblem(request, authority_)) {
      fail({HandshakeError::InvalidRequest, std::string(*problem)});
    } else {
      makeRequest({});
      readHead(Use::First);
    }
  }

  [[nodiscard]] std::string_view output() const noexcept {
    // The next request waits for the end of what answers the last one.
    const bool mayWrite =
        state() == State::NeedsMore && !std::holds_alternative<HttpTunnelBody>(phase_);
    return mayWrite ? std::string_view(request_).substr(sent_) : std::string_view();
  }

  void sent(std::size_t size) noexcept { sent_ += size; }

  std::size_t receive(std::span<const std::byte> bytes) {
    if (state() != State::NeedsMore) return 0;
    std::span<const std::byte> rest = bytes;
    while (!rest.empty() && state() == State::NeedsMore) rest = rest.subspan(take(rest));
    if (auto* open = std::get_if<Opened>(&phase_)) open->leftover.assign(rest.begin(), rest.end());
    return bytes.size();
  }

  void endOfInput() {
    if (auto* refused = std::get_if<Refused>(&phase_)) {
      finishRefusal(*refused);
    } else if (std::holds_alternative<HttpTunnelBody>(phase_)) {
      phase_.emplace<Waiting>();
    } else if (auto* reading = std::get_if<ReadingHead>(&phase_)) {
      // RFC 9112 section 9.5: a connection may be closed at any time, also just before our request.
      if (reading->use == Use::Again && !reading->parser.hasRead()) {
        phase_.emplace<Waiting>();
        return;
      }
      fail({HandshakeError::ConnectionClosed,
            reading->parser.hasRead()
                ? "the proxy closed the connection within its answer to CONNECT"
                : "the proxy closed the connection before it answered CONNECT"});
    }
  }

  void reconnected() {
    assert(std::holds_alternative<Waiting>(phase_));
    sent_ = 0;
    readHead(Use::First);
  }

  [[nodiscard]] State state() const noexcept {
    if (std::holds_alternative<Opened>(phase_)) return State::Open;
    if (std::holds_alternative<Waiting>(phase_)) return State::Reconnect;
    return std::holds_alternative<HttpTunnelFailure>(phase_) ? State::Failed : State::NeedsMore;
  }

  [[nodiscard]] std::optional<std::uint16_t> refusalStatus() const noexcept {
    if (const auto* refused = std::get_if<Refused>(&phase_)) return refused->failure.httpStatus;
    const auto* failure = std::get_if<HttpTunnelFailure>(&phase_);
    if (failure == nullptr || failure->error != HandshakeError::UnexpectedStatus) {
      return std::nullopt;
    }
    return failure->httpStatus;
  }

  [[nodiscard]] std::vector<std::byte> takeLeftover() {
    auto* open = std::get_if<Opened>(&phase_);
    assert(open != nullptr);
    return std::move(open->leftover);
  }

  [[nodiscard]] const HttpTunnelFailure& failure() const noexcept {
    const auto* failure = std::get_if<HttpTunnelFailure>(&phase_);
    assert(failure != nullptr);
    return *failure;
  }

 private:
  /// Is it the first request of its connection?
  enum class Use : std::uint8_t { First, Again };
  struct ReadingHead {
    ReadingHead(const http::HeadLimits& limits, Use connectionUse)
        : parser(limits), use(connectionUse) {}
    ResponseHeadParser parser;
    Use use;
    std::size_t informational = 0;
  };
  struct Refused {
    HttpTunnelFailure failure;
    RefusalBody body;
  };
  /// For a new connection.
  struct Waiting {};
  struct Opened {
    std::vector<std::byte> leftover;
  };

  // Throws nowhere: every part was checked before, and what answers a challenge is made of what is
  // sendable and of a header field.
  void makeRequest(const std::optional<std::string>& credentials) {
    Headers headers;
    headers.append("Host", authority_);
    if (credentials) headers.append(authenticator_.field(), *credentials);
    headers.append("User-Agent", "Parley/" + std::string(kVersion));
    request_ = http::writeRequestHead("CONNECT", authority_, headers).value_or(std::string());
    sent_ = 0;
  }

  void readHead(Use use) { phase_.emplace<ReadingHead>(headLimits(limits_), use); }

  std::size_t take(std::span<const std::byte> bytes) {
    if (auto* reading = std::get_if<ReadingHead>(&phase_)) return takeHeadBytes(*reading, bytes);
    if (auto* body = std::get_if<HttpTunnelBody>(&phase_)) return takeBodyBytes(*body, bytes);
    auto& refused = std::get<Refused>(phase_);
    refused.body.receive(bytes);
    if (refused.body.isComplete()) finishRefusal(refused);
    return bytes.size();
  }

  std::size_t takeHeadBytes(ReadingHead& reading, std::span<const std::byte> bytes) {
    // It can't be the answer to what was not sent yet, so whose is it?
    if (reading.use == Use::Again && sent_ == 0) {
      fail({HandshakeError::MalformedHead, "the proxy sent more than one answer to CONNECT"});
      return bytes.size();
    }
    const auto progress = reading.parser.feed(bytes);
    switch (progress.status) {
      case ResponseHeadParser::Status::NeedMore:
        break;
      case ResponseHeadParser::Status::Failed:
        failHead(reading.parser);
        break;
      case ResponseHeadParser::Status::Done:
        takeHead(reading);
        break;
    }
    return progress.consumed;
  }

  std::size_t takeBodyBytes(HttpTunnelBody& body, std::span<const std::byte> bytes) {
    const auto progress = body.feed(bytes);
    if (progress.status == HttpTunnelBody::Status::Done) readHead(Use::Again);
    if (progress.status == HttpTunnelBody::Status::Failed) phase_.emplace<Waiting>();
    return progress.consumed;
  }

  void takeHead(ReadingHead& reading) {
    ResponseHead head = std::move(reading.parser.head());
    if (isSuccess(head.status)) return open();
    // RFC 9110 section 15.2: informational responses are read, expected or not. A 101 is none of
    // them: we did not ask to switch.
    if (head.status < 200 && head.status != 101) return skipInformational(reading);
    if (head.status == 407) return answerChallenge(std::move(head));
    refuse(std::move(head), std::nullopt);
  }

  void open() { phase_.emplace<Opened>(); }

  void skipInformational(ReadingHead& reading) {
    if (++reading.informational > limits_.informationalResponses) {
      return fail({HandshakeError::TooManyInformational,
                   "the proxy sent more than " + std::to_string(limits_.informationalResponses) +
                       " informational responses"});
    }
    reading.parser = ResponseHeadParser(headLimits(limits_));
  }

  void answerChallenge(ResponseHead head) {
    const auto credentials = authenticator_.answer(head.headers, "CONNECT", authority_);
    if (!credentials) return refuse(std::move(head), credentials.error());
    makeRequest(*credentials);
    auto body = persists(head) ? HttpTunnelBody::of(head) : std::nullopt;
    if (!body) {
      phase_.emplace<Waiting>();
    } else {
      phase_.emplace<HttpTunnelBody>(*std::move(body));
      takeBodyBytes(std::get<HttpTunnelBody>(phase_), {});
    }
  }

  void refuse(ResponseHead head, std::optional<http::AuthenticationError> why) {
    HttpTunnelFailure failure{HandshakeError::UnexpectedStatus};
    failure.message =
        "the proxy answered " + http::statusAndText(head.status) + " to CONNECT " + authority_;
    if (why) failure.message += ": it " + std::string(http::describe(*why));
    failure.httpStatus = head.status;
    failure.authentication = why;
    const RefusalBody body(head, limits_.refusalBodyBytes);
    failure.reason = std::move(head.reason);
    failure.headers = std::move(head.headers);
    auto& refused = phase_.emplace<Refused>(Refused{std::move(failure), body});
    if (refused.body.isComplete()) finishRefusal(refused);
  }

  void failHead(ResponseHeadParser& parser) {
    const http::HeadError error = parser.error();
    ResponseHead& head = parser.head();
    if (isSuccess(head.status) && isOfBodyLength(error)) return open();
    HttpTunnelFailure failure{handshakeErrorFor(error)};
    failure.message = "the proxy's answer to CONNECT: " + std::string(http::describe(error));
    if (head.status != 0) failure.httpStatus = head.status;
    failure.reason = std::move(head.reason);
    failure.headers = std::move(head.headers);
    fail(std::move(failure));
  }

  void finishRefusal(Refused& refused) {
    refused.failure.body = refused.body.text();
    fail(std::move(refused.failure));
  }

  void fail(HttpTunnelFailure failure) { phase_ = std::move(failure); }

  HandshakeLimits limits_;
  std::string authority_;
  http::Authenticator authenticator_;
  std::string request_;
  std::size_t sent_ = 0;  // of request_
  std::variant<Waiting, ReadingHead, HttpTunnelBody, Refused, Opened, HttpTunnelFailure> phase_;
};

HttpTunnel::HttpTunnel(const HttpTunnelRequest& request, const HandshakeLimits& limits)
    : impl_(std::make_unique<Impl>(request, limits)) {}
HttpTunnel::HttpTunnel(HttpTunnel&&) noexcept = default;
HttpTunnel& HttpTunnel::operator=(HttpTunnel&&) noexcept = default;
HttpTunnel::~HttpTunnel() = default;

std::string_view HttpTunnel::output() const noexcept {
  return impl_->output();
}
void HttpTunnel::sent(std::size_t size) noexcept {
  impl_->sent(size);
}
std::size_t HttpTunnel::receive(std::span<const std::byte> bytes) {
  return impl_->receive(bytes);
}
void HttpTunnel::endOfInput() {
  impl_->endOfInput();
}
void HttpTunnel::reconnected() {
  impl_->reconnected();
}
HttpTunnel::State HttpTunnel::state() const noexcept {
  return impl_->state();
}
std::optional<std::uint16_t> HttpTunnel::refusalStatus() const noexcept {
  return impl_->refusalStatus();
}
std::vector<std::byte> HttpTunnel::takeLeftover() {
  return impl_->takeLeftover();
}
const HttpTunnelFailure& HttpTunnel::failure() const noexcept {
  return impl_->failure();
}

}  // namespace parley::handshake
