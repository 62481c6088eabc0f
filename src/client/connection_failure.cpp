#include "client/connection_failure.hpp"

#include "bytes/ascii.hpp"
#include "http/status_text.hpp"

#include <system_error>
#include <utility>

namespace parley {

namespace {

using protocol::FailureCause;

std::optional<int> systemErrorOf(const transport::TransportError& error) {
  if (error.systemError == 0) return std::nullopt;
  return error.systemError;
}

/// "connection refused"
std::string errorText(const transport::TransportError& error) {
  if (error.systemError == 0) return error.message;
  std::string text = std::generic_category().message(error.systemError);
  if (!text.empty()) text[0] = bytes::toLower(text[0]);
  return text;
}

struct Words {
  std::string message;
  std::string limit;
};

Words wordsFor(FailureCause cause, const ClosingContext& context) {
  const protocol::ConnectionLimits& limits = context.limits;
  switch (cause) {
    case FailureCause::MessageTooBig:
      return {"a message is larger than " + std::to_string(limits.maxMessageSize) +
                  " bytes (maxMessageSize)",
              "maxMessageSize"};
    case FailureCause::TooManyFragments:
      return {"a message has more than " + std::to_string(limits.maxFragments) +
                  " fragments (maxFragments)",
              "maxFragments"};
    case FailureCause::OutgoingBufferFull:
      return {"more than " + std::to_string(context.maxBufferedAmount) +
                  " bytes wait for the peer (maxBufferedAmount)",
              "maxBufferedAmount"};
    case FailureCause::PingTimeout:
      return {"no answer to a Ping within " + durationText(limits.pingTimeout) + " (pingTimeout)",
              "pingTimeout"};
    case FailureCause::WriteTimeout:
      return {"the peer took nothing of what waits for " +
                  durationText(limits.writeTimeout.value_or(protocol::Duration())) +
                  " (writeTimeout)",
              "writeTimeout"};
    case FailureCause::CloseTimeout:
      return {"the closing handshake took longer than " + durationText(limits.closeTimeout) +
                  " (closeTimeout)",
              "closeTimeout"};
    case FailureCause::TransportLost:
      if (context.isTerminated) return {"ended by terminate()", {}};
      if (context.transportError)
        return {"connection lost: " + context.transportError->message, {}};
      return {"the connection was lost", {}};
    case FailureCause::EndedWithoutClose:
      return {"the peer ended the connection without a Close frame", {}};
    case FailureCause::InternalError:
      if (context.localError) return {*context.localError, {}};
      [[fallthrough]];
    case FailureCause::UnsupportedData:
      return {std::string(describe(cause)), {}};
    case FailureCause::ReservedBits:
    case FailureCause::ReservedOpcode:
    case FailureCause::FragmentedControl:
    case FailureCause::ControlTooLong:
    case FailureCause::LengthNotMinimal:
    case FailureCause::LengthTopBit:
    case FailureCause::MaskMissing:
    case FailureCause::MaskUnexpected:
    case FailureCause::UnexpectedContinuation:
    case FailureCause::ExpectedContinuation:
    case FailureCause::CloseBodyOneByte:
    case FailureCause::CloseCodeIllegal:
    case FailureCause::InvalidUtf8:
    case FailureCause::CloseReasonNotUtf8:
    case FailureCause::InvalidDeflate:
      return {"the peer broke the protocol: " + std::string(describe(cause)), {}};
  }
  return {};
}

}  // namespace

std::string_view describe(Failure::Stage stage) noexcept {
  switch (stage) {
    case Failure::Stage::Url:
      return "url";
    case Failure::Stage::Resolve:
      return "resolve";
    case Failure::Stage::Connect:
      return "connect";
    case Failure::Stage::Proxy:
      return "proxy";
    case Failure::Stage::Tls:
      return "tls";
    case Failure::Stage::Handshake:
      return "handshake";
    case Failure::Stage::Open:
      return "open";
    case Failure::Stage::Closing:
      return "closing";
    case Failure::Stage::Listen:
      return "listen";
  }
  return "";
}

std::string durationText(std::chrono::milliseconds duration) {
  if (duration.count() % 1000 == 0) return std::to_string(duration.count() / 1000) + " s";
  return std::to_string(duration.count()) + " ms";
}

Failure failureOf(const protocol::ClosedEvent& closed, const ClosingContext& context) {
  Failure failure;
  failure.stage = context.stage;
  Words words = wordsFor(closed.cause, context);
  failure.message = std::move(words.message);
  failure.limit = std::move(words.limit);
  // Once a Close frame was sent there is no second one (RFC 6455 section 5.5.1).
  const CloseCode code = protocol::closeCodeOf(closed.cause);
  if (code.isAllowedOnWire() && context.stage == Failure::Stage::Open) {
    failure.closeCodeSent = code;
  }
  if (context.transportError && closed.cause == FailureCause::TransportLost) {
    failure.systemError = systemErrorOf(*context.transportError);
    failure.tls = context.transportError->tls;
  }
  const bool isLocal = context.isTerminated || closed.closedFirst == protocol::Side::Local;
  failure.closedFirst = isLocal ? Failure::Side::Local : Failure::Side::Remote;
  return failure;
}

std::vector<Failure::Attempt> attemptsOf(const std::vector<transport::TriedAddress>& tried) {
  std::vector<Failure::Attempt> attempts;
  for (const transport::TriedAddress& address : tried) {
    attempts.push_back({.address = address.address,
                        .systemError = address.error.systemError,
                        .text = errorText(address.error)});
  }
  return attempts;
}

Failure failureOf(const transport::ConnectFailure& failure, const std::string& host) {
  Failure result;
  result.systemError = systemErrorOf(failure.error);
  result.attempts = attemptsOf(failure.tried);
  result.limit = failure.error.limit;
  if (failure.error.step == transport::TransportError::Step::Resolve) {
    result.stage = Failure::Stage::Resolve;
    result.message =
        result.limit.empty() ? "no address for host '" + host + "'" : failure.error.message;
    return result;
  }
  result.stage = Failure::Stage::Connect;
  const bool isRefused = std::error_code(failure.error.systemError, std::generic_category()) ==
                         std::errc::connection_refused;
  result.message = isRefused && !failure.address.empty()
                       ? "connection refused by " + failure.address
                       : failure.error.message;
  return result;
}

Failure failureOf(const protocol::HandshakeFailure& failure) {
  Failure result;
  result.stage = Failure::Stage::Handshake;
  result.message = failure.message;
  if (failure.error == protocol::HandshakeError::UnexpectedStatus && failure.httpStatus) {
    // The status by its registered name: what the server called it is the server's word.
    result.message = "the server answered " + http::statusAndText(*failure.httpStatus) +
                     " instead of " + http::statusAndText(101);
  }
  if (failure.httpStatus) result.httpStatus = *failure.httpStatus;
  result.httpHeaders = failure.headers;
  result.httpBody = failure.body;
  if (failure.error == protocol::HandshakeError::HeadTooLarge) result.limit = "maxHandshakeSize";
  return result;
}

Failure failureOf(transport::TunnelFailure&& failure) {
  Failure result;
  result.stage = Failure::Stage::Proxy;
  result.message = std::move(failure.message);
  if (failure.transportError) result.systemError = systemErrorOf(*failure.transportError);
  if (auto* refused = std::get_if<handshake::HttpTunnelFailure>(&failure.cause)) {
    if (refused->httpStatus) result.httpStatus = *refused->httpStatus;
    result.httpHeaders = std::move(refused->headers);
    result.httpBody = std::move(refused->body);
  }
  return result;
}

Failure failureOf(const transport::TransportError& error, Failure::Stage stage) {
  Failure result;
  result.stage = stage;
  // A fault of TLS is a sentence of its own.
  result.message = error.tls ? error.message
                             : "connection lost during the " +
                                   std::string(stage == Failure::Stage::Tls ? "TLS" : "opening") +
                                   " handshake: " + error.message;
  result.systemError = systemErrorOf(error);
  result.tls = error.tls;
  return result;
}

Failure tookTooLong(Failure::Stage stage, std::string_view what, std::chrono::milliseconds time,
                    std::string_view limit) {
  return {.stage = stage,
          .message = std::string(what) + " took longer than " + durationText(time) + " (" +
                     std::string(limit) + ")",
          .limit = std::string(limit)};
}

}  // namespace parley
