#include "bytes/ascii.hpp"
#include "fuzz/handshake_trace.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <parley/protocol/handshake.hpp>
#include <parley/testing/fixed_entropy.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Oracle: the handshake of each end against the other, whatever the application asks for.

namespace parley::fuzz {

namespace {

using protocol::ClientHandshake;
using protocol::ClientRequest;
using protocol::HandshakeError;
using protocol::ServerHandshake;

constexpr std::size_t kMostFields = 12;

ClientRequest requestFrom(Input& input) {
  ClientRequest request;
  const std::uint8_t choice = input.byte();
  request.host = (choice & 1U) != 0 ? input.text() : "h:8080";
  request.target = (choice & 2U) != 0 ? input.text() : "/";
  for (std::size_t count = choice >> 2U & 3U; count > 0; --count) {
    request.subprotocols.push_back(input.text());
  }
  if ((choice & 16U) != 0) request.extensions = input.text();
  if ((choice & 32U) != 0) request.origin = input.text();
  if ((choice & 64U) == 0) return request;
  for (std::size_t count = input.below(kMostFields); count > 0; --count) {
    const std::string name = input.text();
    (void)request.headers.tryAppend(name, input.text());
  }
  return request;
}

struct ServerPlan {
  enum class Verdict : std::uint8_t { Accept, Reject } verdict = Verdict::Accept;
  /// Of the subprotocols that were offered; beyond them: none.
  std::size_t subprotocol = 0;
  std::string extensions{};
  protocol::HttpResponse refusal{};
  /// Frames that follow the 101 in the same read, and those that came with the request.
  std::string firstFrames{};
  std::string earlyFrames{};
};

ServerPlan planFrom(Input& input) {
  ServerPlan plan;
  const std::uint8_t choice = input.byte();
  if ((choice & 1U) != 0) plan.verdict = ServerPlan::Verdict::Reject;
  plan.subprotocol = choice >> 1U & 3U;
  if ((choice & 8U) != 0) plan.extensions = input.text();
  if ((choice & 16U) != 0) plan.firstFrames = input.text();
  if ((choice & 32U) != 0) plan.earlyFrames = input.text();
  plan.refusal.status = static_cast<std::uint16_t>(200 + input.byte() * 2);
  plan.refusal.body = input.text();
  return plan;
}

/// What was asked for is what arrives.
void checkArrived(const ClientRequest& asked, const protocol::Request& arrived) {
  require(arrived.isUpgrade && arrived.target == asked.target, "the target arrives");
  require(arrived.host == asked.host, "the host arrives");
  require(arrived.subprotocols == asked.subprotocols, "the subprotocols arrive");
  require(arrived.headers.getAll("Sec-WebSocket-Key").size() == 1, "one key arrives");
  for (const Headers::Field& field : asked.headers) {
    const auto values = arrived.headers.getAll(field.name);
    require(std::find(values.begin(), values.end(), field.value) != values.end(),
            "every field arrives");
  }
  require(arrived.headers.size() < asked.headers.size() + 12, "and none that nobody sent");
}

/// The octets that the server writes.
std::string answer(ServerHandshake& server, const ServerPlan& plan,
                   protocol::Negotiated& negotiated) {
  if (plan.verdict == ServerPlan::Verdict::Reject) return server.reject(plan.refusal);
  const auto& offered = server.request()->subprotocols;
  ServerHandshake::AcceptOptions options;
  if (plan.subprotocol < offered.size()) options.subprotocol = offered[plan.subprotocol];
  options.extensions = plan.extensions;
  auto accepted = server.accept(options);
  if (auto* const acceptance = std::get_if<ServerHandshake::Acceptance>(&accepted)) {
    negotiated = std::move(acceptance->negotiated);
    return acceptance->response + plan.firstFrames;
  }
  require(!plan.extensions.empty(), "only an extension is not accepted");
  return server.reject(plan.refusal);
}

void checkRefused(const ClientHandshake& client, const protocol::HttpResponse& refusal) {
  require(client.state() == ClientHandshake::State::Failed, "a refusal is a failure");
  const protocol::HandshakeFailure& failure = client.failure();
  require(failure.error == HandshakeError::UnexpectedStatus, "of the right kind");
  const std::uint16_t status = refusal.status <= 599 ? refusal.status : std::uint16_t{500};
  require(failure.httpStatus == status, "its status arrives");
  const bool hasBody = status != 204 && status != 205 && status != 304;
  require(failure.body == (hasBody ? refusal.body : ""), "and its body");
}

/// The client's value, unless it may not agree.
std::optional<protocol::Negotiated> checkAgreed(ClientHandshake& client,
                                                const ClientRequest& request,
                                                const protocol::Negotiated& server) {
  if (!request.subprotocols.empty() && server.subprotocol.empty()) {
    require(client.state() == ClientHandshake::State::Failed &&
                client.failure().error == HandshakeError::MissingSubprotocol,
            "who offered subprotocols wants one");
    return std::nullopt;
  }
  require(client.state() == ClientHandshake::State::Negotiated, "both ends agree");
  protocol::Negotiated negotiated = client.take();
  require(negotiated.subprotocol == server.subprotocol, "on the subprotocol");
  // A field loses the blanks around it on the way.
  require(negotiated.extensions == bytes::trimOws(server.extensions), "and on the extensions");
  return negotiated;
}

}  // namespace

void handshakePair(Bytes data) {
  Input input(data);
  const ClientRequest request = requestFrom(input);
  const ServerPlan plan = planFrom(input);
  Splitter splitter(input);
  std::array<std::byte, 16> nonce;
  testing::FixedEntropy(input.byte()).fill(nonce);

  ClientHandshake client(request, nonce);
  if (client.state() == ClientHandshake::State::Failed) {
    require(client.request().empty(), "what can't be sent is not sent");
    require(client.failure().error == HandshakeError::InvalidRequest, "and is the caller's fault");
    return;
  }
  ServerHandshake server;
  const std::string sent = std::string(client.request()) + plan.earlyFrames;
  std::string unread;
  splitter.divide(asBytes(sent), [&](std::span<std::byte> piece) {
    unread += asText(piece.subspan(server.receive(piece)));
    return Appetite::More;
  });
  require(server.state() == ServerHandshake::State::UpgradeRequest, "a request is an upgrade");
  checkArrived(request, *server.request());
  protocol::Negotiated negotiated;
  const std::string reply = answer(server, plan, negotiated);
  std::string unreadReply;
  splitter.divide(asBytes(reply), [&](std::span<std::byte> piece) {
    unreadReply += asText(piece.subspan(client.receive(piece)));
    return Appetite::More;
  });
  client.endOfInput();
  if (server.state() != ServerHandshake::State::Accepted) {
    return checkRefused(client, plan.refusal);
  }
  require(std::string(leftoverOf(negotiated)) + unread == plan.earlyFrames,
          "frames behind the request are not lost");
  const auto agreed = checkAgreed(client, request, negotiated);
  require(!agreed || std::string(leftoverOf(*agreed)) + unreadReply == plan.firstFrames,
          "nor those behind the 101");
}

}  // namespace parley::fuzz
