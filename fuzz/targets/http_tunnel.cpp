#include "handshake/http_tunnel.hpp"

#include "fuzz/handshake_trace.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <string>
#include <vector>

// Oracles: the whole answers of a proxy against their pieces; each request is one, and has
// credentials only if it was asked for them; an end is an end.

namespace parley::fuzz {

namespace {

using handshake::HttpTunnel;
using handshake::HttpTunnelRequest;
using State = HttpTunnel::State;

/// What a proxy does between two requests of ours.
struct Turn {
  Bytes answer{};
  bool ends = false;  ///< the connection, behind it
};

std::string hashHex(std::string_view text) {
  return "0123456789abcdef0123456789abcdef" + std::to_string(text.size());
}

/// Writes what there is to write.
void writeRequest(HttpTunnel& tunnel, std::string& trace) {
  const std::string request(tunnel.output());
  if (tunnel.state() == State::NeedsMore && !request.empty()) {
    require(request.starts_with("CONNECT ") && request.ends_with("\r\n\r\n"), "it is a request");
    require(request.find("\r\n\r\n") == request.size() - 4, "it is one request");
    const bool isWithCredentials = request.find("\r\nProxy-Authorization:") != request.npos;
    require(!isWithCredentials || trace.find("asked") != trace.npos,
            "credentials are not sent unasked");
  }
  appendTrace(trace, "request", request);
  tunnel.sent(request.size());
}

void appendEnd(std::string& trace, const HttpTunnel& tunnel) {
  if (tunnel.state() != State::Failed) return;
  const handshake::HttpTunnelFailure& failure = tunnel.failure();
  require(std::all_of(failure.message.begin(), failure.message.end(),
                      [](char c) { return c >= ' ' && c < '\x7F'; }),
          "a message is fit for a log");
  require(failure.message.find("secret") == failure.message.npos, "without our secrets");
  appendTrace(trace, "error", toString(failure.error));
  appendTrace(trace, "message", failure.message);
  appendTrace(trace, "status", std::to_string(failure.httpStatus.value_or(0)));
  appendTrace(trace, "reason", failure.reason);
  appendTrace(trace, failure.headers);
  appendTrace(trace, "body", failure.body);
}

/// Feeds one answer; what comes behind a tunnel that is open goes to `behind`.
void receive(HttpTunnel& tunnel, const Turn& turn, Splitter& splitter, std::string& behind) {
  splitter.divide(turn.answer, [&](std::span<std::byte> piece) {
    const State before = tunnel.state();
    const std::size_t consumed = tunnel.receive(piece);
    require(consumed == (before == State::NeedsMore ? piece.size() : 0),
            "all is consumed until the end, and nothing behind it");
    require(before == State::NeedsMore || tunnel.state() == before, "an end is an end");
    if (before == State::Open) {
      behind += asText(piece);
    } else if (tunnel.state() == State::Open) {
      const std::vector<std::byte> leftover = tunnel.takeLeftover();
      behind += asText(leftover);
    }
    return Appetite::More;
  });
}

/// Everything that was seen, as text.
std::string run(const HttpTunnelRequest& request, const protocol::HandshakeLimits& limits,
                const std::vector<Turn>& turns, Splitter splitter) {
  std::string trace;
  std::string behind;
  std::size_t requests = 0;
  HttpTunnel tunnel(request, limits);
  for (const Turn& turn : turns) {
    if (!tunnel.output().empty()) require(++requests <= 3, "a request is repeated twice at most");
    writeRequest(tunnel, trace);
    receive(tunnel, turn, splitter, behind);
    if (turn.ends) tunnel.endOfInput();
    if (tunnel.refusalStatus()) appendTrace(trace, "refused", "yes");
    if (tunnel.state() == State::Reconnect) {
      appendTrace(trace, "asked", "over a new connection");
      tunnel.reconnected();
      require(tunnel.state() == State::NeedsMore && !tunnel.output().empty(),
              "there is something to be sent then");
    } else if (asText(turn.answer).find("407") != std::string_view::npos) {
      appendTrace(trace, "asked", "maybe");
    }
    appendTrace(trace, "state", std::to_string(static_cast<int>(tunnel.state())));
  }
  tunnel.endOfInput();
  appendEnd(trace, tunnel);
  appendTrace(trace, "behind", behind);
  return trace;
}

}  // namespace

void httpTunnel(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  HttpTunnelRequest request{.host = "server.example.com", .port = 443};
  if ((choice & 1U) != 0) request.host = input.text();
  if ((choice & 2U) != 0) request.port = input.word();
  if ((choice & 4U) != 0) request.credentials = http::Credentials{"user", "secret"};
  if ((choice & 8U) != 0) request.hashes = {.md5Hex = hashHex, .sha256Hex = hashHex};
  protocol::HandshakeLimits limits;
  if ((choice & 16U) != 0) limits.refusalBodyBytes = choice;
  if ((choice & 32U) != 0) limits.informationalResponses = 1;
  if ((choice & 64U) != 0) limits.headBytes = 100U + choice;
  const Splitter splitter(input);
  std::vector<Turn> turns;
  for (std::size_t i = 0; i < 4 && !input.empty(); ++i) {
    const bool ends = (input.byte() & 1U) != 0;
    turns.push_back({input.bytes(input.word() % 4096), ends});
  }
  require(run(request, limits, turns, Splitter()) == run(request, limits, turns, splitter),
          "pieces give what the whole gives");
}

}  // namespace parley::fuzz
