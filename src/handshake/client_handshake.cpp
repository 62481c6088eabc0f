#include "handshake/client_request.hpp"
#include "handshake/failure.hpp"
#include "handshake/refusal_body.hpp"
#include "handshake/response_check.hpp"
#include "http/head_parser.hpp"

#include <parley/protocol/client_handshake.hpp>

#include <cassert>
#include <utility>
#include <variant>

namespace parley::protocol {

using handshake::PreparedRequest;
using http::ResponseHeadParser;

class ClientHandshake::Impl {
 public:
  Impl(const ClientRequest& request, std::span<const std::byte, 16> nonce,
       const HandshakeLimits& limits)
      : limits_(limits) {
    auto prepared = handshake::prepareRequest(request, nonce);
    if (prepared) {
      request_ = *std::move(prepared);
      phase_.emplace<ReadingHead>(handshake::headLimits(limits));
    } else {
      fail({HandshakeError::InvalidRequest, std::string(prepared.error()), std::nullopt, {}, {}});
    }
  }

  [[nodiscard]] std::string_view request() const noexcept { return request_.bytes; }

  std::size_t receive(std::span<const std::byte> bytes) {
    if (state() != State::NeedsMore) return 0;
    std::span<const std::byte> rest = bytes;
    while (auto* reading = std::get_if<ReadingHead>(&phase_)) {
      const auto progress = reading->parser.feed(rest);
      rest = rest.subspan(progress.consumed);
      switch (progress.status) {
        case ResponseHeadParser::Status::NeedMore:
          return bytes.size();
        case ResponseHeadParser::Status::Failed:
          failHead(reading->parser);
          break;
        case ResponseHeadParser::Status::Done:
          takeHead(*reading, rest);
          break;
      }
    }
    if (auto* refused = std::get_if<Refused>(&phase_)) {
      refused->body.receive(rest);
      if (refused->body.isComplete()) finishRefusal(*refused);
    }
    return bytes.size();
  }

  void endOfInput() {
    if (auto* refused = std::get_if<Refused>(&phase_)) {
      finishRefusal(*refused);
    } else if (auto* reading = std::get_if<ReadingHead>(&phase_)) {
      fail({HandshakeError::ConnectionClosed,
            reading->parser.hasRead() ? "the connection was closed within the response"
                                      : "the connection was closed before a response",
            std::nullopt,
            {},
            {}});
    }
  }

  [[nodiscard]] State state() const noexcept {
    if (std::holds_alternative<Opened>(phase_)) return State::Negotiated;
    return std::holds_alternative<HandshakeFailure>(phase_) ? State::Failed : State::NeedsMore;
  }

  [[nodiscard]] std::optional<std::uint16_t> refusalStatus() const noexcept {
    if (const auto* refused = std::get_if<Refused>(&phase_)) return refused->failure.httpStatus;
    const auto* failure = std::get_if<HandshakeFailure>(&phase_);
    if (failure == nullptr || failure->error != HandshakeError::UnexpectedStatus) {
      return std::nullopt;
    }
    return failure->httpStatus;
  }

  [[nodiscard]] Negotiated take() {
    auto* opened = std::get_if<Opened>(&phase_);
    assert(opened != nullptr);
    return std::move(opened->negotiated);
  }

  [[nodiscard]] const Headers& responseHeaders() const noexcept { return responseHeaders_; }

  [[nodiscard]] const HandshakeFailure& failure() const noexcept {
    const auto* failure = std::get_if<HandshakeFailure>(&phase_);
    assert(failure != nullptr);
    return *failure;
  }

 private:
  struct ReadingHead {
    explicit ReadingHead(const http::HeadLimits& limits) : parser(limits) {}
    ResponseHeadParser parser;
    std::size_t informational = 0;
  };
  struct Refused {
    HandshakeFailure failure;
    handshake::RefusalBody body;
  };
  struct Opened {
    Negotiated negotiated;
  };

  void takeHead(ReadingHead& reading, std::span<const std::byte> rest) {
    http::ResponseHead head = std::move(reading.parser.head());
    if (head.status == 101) return takeSwitch(std::move(head), rest);
    if (head.status < 200) return skipInformational(reading);
    HandshakeFailure failure{
        HandshakeError::UnexpectedStatus,
        "the server answered " + std::to_string(head.status) + " instead of 101",
        head.status,
        head.headers,
        {}};
    phase_.emplace<Refused>(
        Refused{std::move(failure), handshake::RefusalBody(head, limits_.refusalBodyBytes)});
  }

  // RFC 9110 section 15.2: a client reads informational responses, expected or not, and goes on.
  void skipInformational(ReadingHead& reading) {
    if (++reading.informational > limits_.informationalResponses) {
      return fail({HandshakeError::TooManyInformational,
                   "the server sent more than " + std::to_string(limits_.informationalResponses) +
                       " informational responses",
                   std::nullopt,
                   {},
                   {}});
    }
    reading.parser = ResponseHeadParser(handshake::headLimits(limits_));
  }

  void takeSwitch(http::ResponseHead head, std::span<const std::byte> rest) {
    auto checked = handshake::checkResponse(head, request_);
    if (!checked) return fail(checked.error());
    responseHeaders_ = std::move(head.headers);
    Opened opened{*std::move(checked)};
    opened.negotiated.leftover.assign(rest.begin(), rest.end());
    phase_.emplace<Opened>(std::move(opened));
  }

  void failHead(ResponseHeadParser& parser) {
    const http::HeadError error = parser.error();
    const std::uint16_t status = parser.head().status;
    fail({handshake::handshakeErrorFor(error),
          std::string(http::describe(error)),
          status == 0 ? std::nullopt : std::optional(status),
          std::move(parser.head().headers),
          {}});
  }

  void finishRefusal(Refused& refused) {
    refused.failure.body = refused.body.text();
    fail(std::move(refused.failure));
  }

  void fail(HandshakeFailure failure) { phase_.emplace<HandshakeFailure>(std::move(failure)); }

  HandshakeLimits limits_;
  PreparedRequest request_;
  Headers responseHeaders_;
  // An invalid request is replaced at once; the first alternative never shows.
  std::variant<HandshakeFailure, ReadingHead, Refused, Opened> phase_;
};

ClientHandshake::ClientHandshake(const ClientRequest& request, std::span<const std::byte, 16> nonce,
                                 const HandshakeLimits& limits)
    : impl_(std::make_unique<Impl>(request, nonce, limits)) {}
ClientHandshake::ClientHandshake(ClientHandshake&&) noexcept = default;
ClientHandshake& ClientHandshake::operator=(ClientHandshake&&) noexcept = default;
ClientHandshake::~ClientHandshake() = default;

std::string_view ClientHandshake::request() const noexcept {
  return impl_->request();
}
std::size_t ClientHandshake::receive(std::span<const std::byte> bytes) {
  return impl_->receive(bytes);
}
void ClientHandshake::endOfInput() {
  impl_->endOfInput();
}
ClientHandshake::State ClientHandshake::state() const noexcept {
  return impl_->state();
}
std::optional<std::uint16_t> ClientHandshake::refusalStatus() const noexcept {
  return impl_->refusalStatus();
}
Negotiated ClientHandshake::take() {
  return impl_->take();
}
const Headers& ClientHandshake::responseHeaders() const noexcept {
  return impl_->responseHeaders();
}
const HandshakeFailure& ClientHandshake::failure() const noexcept {
  return impl_->failure();
}

}  // namespace parley::protocol
