#include "fuzz/handshake_trace.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "handshake/socks5.hpp"

#include <algorithm>
#include <string>
#include <vector>

// Oracles: the messages of RFC 1928 and 1929 cut out of the stream; pieces against the whole; what
// is written is three messages at most, in their order.

namespace parley::fuzz {

namespace {

using handshake::Socks5Tunnel;
using State = Socks5Tunnel::State;

/// What a proxy says between two messages of ours.
using Turns = std::vector<std::string>;

struct Outcome {
  State state = State::NeedsMore;
  std::string behind{};

  bool operator==(const Outcome&) const = default;
};

/// The length of the reply that `text` begins with; nothing while that is open; 0: it is none.
std::optional<std::size_t> replySize(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text[0] != 5) return 0;
  if (text.size() >= 2 && text[1] != 0) return 0;
  if (text.size() < 5) {
    if (text.size() == 4 && text[3] != 1 && text[3] != 3 && text[3] != 4) return 0;
    return std::nullopt;
  }
  if (text[3] == 1) return 10;
  if (text[3] == 4) return 22;
  if (text[3] == 3) return 7U + static_cast<unsigned char>(text[4]);
  return 0;
}

/// Of the answers to the first two messages: two bytes, the first of which is a version.
enum class Short : std::uint8_t { Open, Bad, Good };
Short judgeShort(std::string_view text, char version, std::string_view good) {
  if (!text.empty() && text[0] != version) return Short::Bad;
  if (text.size() < 2) return Short::Open;
  return good.find(text[1]) == std::string_view::npos ? Short::Bad : Short::Good;
}

/// With or without credentials; an answer may not come before what it answers was sent.
Outcome referenceOf(const Turns& turns, bool hasCredentials) {
  enum class Phase : std::uint8_t { Method, Login, Reply } phase = Phase::Method;
  std::string text;
  bool isSent = false;
  for (const std::string& turn : turns) {
    isSent = true;
    text += turn;
    while (!text.empty()) {
      if (!isSent) return {State::Failed};
      if (phase == Phase::Reply) {
        const auto size = replySize(text);
        if (size == 0) return {State::Failed};
        if (!size || text.size() < *size) break;
        Outcome open{State::Open, text.substr(*size)};
        for (auto later = &turn + 1; later != turns.data() + turns.size(); ++later) {
          open.behind += *later;
        }
        return open;
      }
      const std::string methods(hasCredentials ? std::string("\x00\x02", 2) : std::string(1, '\0'));
      const bool isMethod = phase == Phase::Method;
      const Short answer =
          isMethod ? judgeShort(text, 5, methods) : judgeShort(text, 1, std::string_view("\0", 1));
      if (answer == Short::Bad) return {State::Failed};
      if (answer == Short::Open) break;
      phase = isMethod && text[1] == 2 ? Phase::Login : Phase::Reply;
      text.erase(0, 2);
      isSent = false;
    }
  }
  return {};
}

void checkFailure(const Socks5Tunnel& tunnel) {
  const handshake::Socks5Failure& failure = tunnel.failure();
  require(std::all_of(failure.message.begin(), failure.message.end(),
                      [](char c) { return c >= ' ' && c < '\x7F'; }),
          "a message is fit for a log");
  require(failure.message.find("secret") == failure.message.npos, "without our secrets");
  require(failure.reply.has_value() == (failure.error == handshake::Socks5Error::Refused),
          "a refusal has a code");
}

Outcome run(Socks5Tunnel tunnel, const Turns& turns, Splitter splitter) {
  Outcome outcome;
  std::size_t messages = 0;
  for (const std::string& turn : turns) {
    if (!tunnel.output().empty()) require(++messages <= 3, "there are three messages at most");
    tunnel.sent(tunnel.output().size());
    splitter.divide(asBytes(turn), [&](std::span<std::byte> piece) {
      const State before = tunnel.state();
      const std::size_t consumed = tunnel.receive(piece);
      require(consumed == (before == State::NeedsMore ? piece.size() : 0), "all until the end");
      require(before == State::NeedsMore || tunnel.state() == before, "an end is an end");
      if (before == State::Open) {
        outcome.behind += asText(piece);
      } else if (tunnel.state() == State::Open) {
        const std::vector<std::byte> leftover = tunnel.takeLeftover();
        outcome.behind += asText(leftover);
      }
      return Appetite::More;
    });
  }
  outcome.state = tunnel.state();
  tunnel.endOfInput();
  require(tunnel.state() != State::NeedsMore, "the end of input is the end");
  if (tunnel.state() == State::Failed) checkFailure(tunnel);
  return outcome;
}

}  // namespace

void socks5Tunnel(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  handshake::Socks5Request request{.host = "server.example.com", .port = 443};
  if ((choice & 1U) != 0) request.host = input.text();
  if ((choice & 2U) != 0) request.port = input.word();
  if ((choice & 4U) != 0) request.credentials = http::Credentials{"user", "secret"};
  if ((choice & 8U) != 0) request.names = handshake::Socks5Names::Local;
  const Splitter splitter(input);
  Turns turns;
  for (std::size_t i = 0; i < 4 && !input.empty(); ++i) turns.push_back(input.text());
  const Socks5Tunnel tunnel(request);
  const Outcome whole = run(tunnel, turns, Splitter());
  require(whole == run(tunnel, turns, splitter), "pieces give what the whole gives");
  if (tunnel.state() == State::Failed) return;  // the request could not be sent
  require(whole == referenceOf(turns, request.credentials.has_value()), "it is the reference");
}

}  // namespace parley::fuzz
