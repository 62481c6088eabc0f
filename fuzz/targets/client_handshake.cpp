#include "fuzz/handshake_trace.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <parley/protocol/client_handshake.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

// Oracles: the whole answer of a server against its pieces; what a negotiated value demands of the
// bytes that led to it.

namespace parley::fuzz {

namespace {

using protocol::ClientHandshake;
using protocol::ClientRequest;
using State = ClientHandshake::State;

// RFC 6455 section 1.3: the nonce of the sample, so that seeds know the answer by heart.
constexpr std::string_view kNonce = "the sample nonce";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

struct Outcome {
  std::string trace{};
  State state = State::NeedsMore;
  protocol::Negotiated negotiated{};
  /// Behind the last head: what was left over, and what came later.
  std::string behind{};
};

void checkFailure(const ClientHandshake& handshake, const protocol::HandshakeLimits& limits) {
  const protocol::HandshakeFailure& failure = handshake.failure();
  require(std::all_of(failure.message.begin(), failure.message.end(),
                      [](char c) { return c >= ' ' && c < '\x7F'; }),
          "a message is fit for a log");
  require(!failure.message.empty() && !toString(failure.error).empty(), "a failure says why");
  require(failure.body.size() <= limits.refusalBodyBytes, "a refusal's body has a limit");
  const bool isRefused = failure.error == protocol::HandshakeError::UnexpectedStatus;
  require(handshake.refusalStatus().has_value() == isRefused, "a refusal has a status");
  require(!isRefused || (*failure.httpStatus >= 200 && *failure.httpStatus <= 599),
          "which is a final one");
}

Outcome run(Bytes answer, const ClientRequest& request, const protocol::HandshakeLimits& limits,
            Splitter splitter) {
  ClientHandshake handshake(request, asBytes(kNonce).first<16>(), limits);
  Outcome outcome;
  std::optional<std::uint16_t> status;
  std::size_t fed = 0;
  splitter.divide(answer, [&](std::span<std::byte> piece) {
    const State before = handshake.state();
    const std::size_t consumed = handshake.receive(piece);
    fed += consumed;
    require(consumed == (before == State::NeedsMore ? piece.size() : 0),
            "all is consumed until the end, and nothing behind it");
    require(before == State::NeedsMore || handshake.state() == before, "an end is an end");
    require(!status || handshake.refusalStatus() == status, "a refusal stays one");
    status = handshake.refusalStatus();
    return Appetite::More;
  });
  appendTrace(outcome.trace, "needs more",
              handshake.state() == State::NeedsMore ? "until the end" : "no");
  handshake.endOfInput();
  outcome.state = handshake.state();
  require(outcome.state != State::NeedsMore, "the end of input is the end");
  if (outcome.state == State::Failed) {
    checkFailure(handshake, limits);
    appendTrace(outcome.trace, handshake.failure());
    return outcome;
  }
  appendTrace(outcome.trace, handshake.responseHeaders());
  outcome.negotiated = handshake.take();
  appendTrace(outcome.trace, outcome.negotiated);
  outcome.behind.append(leftoverOf(outcome.negotiated)).append(asText(answer.subspan(fed)));
  return outcome;
}

/// RFC 6455 section 4.1, what the client must check, on the text of the last head.
void checkNegotiated(std::string_view answer, const Outcome& outcome,
                     const ClientRequest& request) {
  require(answer.ends_with(outcome.behind), "what is left over ends the answer");
  const std::string_view heads = answer.substr(0, answer.size() - outcome.behind.size());
  require(heads.ends_with("\r\n\r\n"), "an empty line ends the head");
  const std::size_t before = heads.substr(0, heads.size() - 4).rfind("\r\n\r\n");
  const std::string_view head = before == std::string_view::npos ? heads : heads.substr(before + 4);
  require(head.starts_with("HTTP/1.1 101"), "the status is 101");
  require(head.find(kAccept) != std::string_view::npos, "our key was answered");
  const auto& offered = request.subprotocols;
  const std::string& chosen = outcome.negotiated.subprotocol;
  require(offered.empty() ? chosen.empty()
                          : std::find(offered.begin(), offered.end(), chosen) != offered.end(),
          "the subprotocol was offered");
  require(!request.extensions.empty() || outcome.negotiated.extensions.empty(),
          "an extension was offered");
}

}  // namespace

void clientHandshake(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  ClientRequest request;
  request.host = "server.example.com";
  if ((choice & 1U) != 0) request.subprotocols = {"chat", "superchat"};
  if ((choice & 2U) != 0)
    request.extensions = "permessage-deflate; client_max_window_bits, x-other";
  protocol::HandshakeLimits limits;
  if ((choice & 4U) != 0) limits.refusalBodyBytes = choice;
  if ((choice & 8U) != 0) limits.informationalResponses = 1;
  if ((choice & 16U) != 0) limits.headBytes = 150U + choice;
  if ((choice & 32U) != 0) limits.lines = 6;
  Splitter splitter(input);
  const Bytes answer = input.rest();
  const Outcome whole = run(answer, request, limits, Splitter());
  const Outcome pieces = run(answer, request, limits, splitter);
  require(whole.state == pieces.state && whole.trace == pieces.trace,
          "pieces give what the whole gives");
  require(whole.behind == pieces.behind, "nothing behind the head is lost");
  if (whole.state == State::Negotiated) checkNegotiated(asText(answer), whole, request);
}

}  // namespace parley::fuzz
