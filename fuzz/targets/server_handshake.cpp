#include "bytes/ascii.hpp"
#include "fuzz/handshake_trace.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/splitter.hpp"
#include "fuzz/target.hpp"
#include "http/head_parser.hpp"

#include <parley/protocol/server_handshake.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

// Oracles: a stream of requests, whole against its pieces; what RFC 6455 section 4.2.1 demands of
// an upgrade; the answers read by the parser of responses.

namespace parley::fuzz {

namespace {

using protocol::Request;
using protocol::ServerHandshake;
using State = ServerHandshake::State;

/// What the application does about a request, whichever it is.
struct Answer {
  enum class Kind : std::uint8_t { Agree, Refuse } kind = Kind::Agree;
  protocol::HttpResponse response{};
  std::optional<std::string> subprotocol{};
  std::string extensions{};
};

Answer answerFrom(Input& input) {
  static constexpr std::array<std::uint16_t, 8> kStatuses{200, 404, 204, 304, 503, 101, 600, 400};
  static constexpr std::array<std::string_view, 4> kExtensions{"", "permessage-deflate", "x-a, x-b",
                                                               "\""};
  Answer answer;
  const std::uint8_t choice = input.byte();
  if ((choice & 1U) != 0) answer.kind = Answer::Kind::Refuse;
  if ((choice & 2U) != 0) answer.response.headers.append("X-Extra", "1");
  if ((choice & 4U) != 0) answer.response.headers.append("Upgrade", "h2c");
  if ((choice & 8U) != 0) answer.response.headers.append("Content-Length", "7");
  if ((choice & 16U) != 0) answer.subprotocol = (choice & 32U) != 0 ? "chat" : "superchat";
  answer.response.status = input.oneOf(kStatuses);
  answer.response.body.assign(input.below(40), 'b');
  answer.extensions = input.oneOf(kExtensions);
  return answer;
}

void checkUpgrade(const Request& request) {
  require(request.method == "GET" && request.version == protocol::HttpVersion::Http11,
          "an upgrade is a GET over 1.1");
  require(!request.hasBody && !request.host.empty(), "with a host and no body");
  require(request.headers.get("Sec-WebSocket-Version") == "13", "of version 13");
  require(request.headers.count("Sec-WebSocket-Key") == 1, "with one key");
  require(request.headers.get("Sec-WebSocket-Key")->size() == 24, "of 16 bytes");
  const std::set<std::string> names(request.subprotocols.begin(), request.subprotocols.end());
  require(names.size() == request.subprotocols.size(), "and distinct subprotocols");
  for (const std::string& name : names) require(bytes::isToken(name), "that are tokens");
}

/// RFC 9112 section 9.3: is this the last request of its connection?
bool endsConnection(const Request& request) {
  bool saysClose = false;
  for (const std::string_view value : request.headers.getAll("Connection")) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      saysClose =
          saysClose || bytes::equalsIgnoreCase(bytes::trimOws(rest.substr(0, comma)), "close");
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return saysClose || request.hasBody || request.version == protocol::HttpVersion::Http10;
}

enum class BodyRule : std::uint8_t { Follows, OnlyAnnounced };

/// An answer is one well-formed response and nothing else.
void checkResponse(const std::string& text, BodyRule rule) {
  http::ResponseHeadParser parser;
  const auto progress = parser.feed(asBytes(text));
  require(progress.status == http::ResponseHeadParser::Status::Done, "an answer can be read");
  const http::ResponseHead& head = parser.head();
  const std::size_t body = text.size() - progress.consumed;
  const std::uint64_t length = head.framing.contentLength.value_or(0);
  require(rule == BodyRule::Follows ? body == length : body == 0, "its body is as announced");
  if (head.status == 204 || head.status == 304) {
    require(!head.framing.contentLength, "there is no length where there is no body");
  }
}

/// The server's end of a connection, answered one request after the other.
class Server {
 public:
  Server(const protocol::HandshakeLimits& limits, const std::vector<Answer>& answers)
      : handshake_(limits), answers_(answers) {}

  void receive(std::span<const std::byte> piece) {
    while (!piece.empty()) {
      if (handshake_.state() == State::Accepted) {
        require(handshake_.receive(piece) == 0, "frames are not the handshake's");
        behind_.append(asText(piece));
        return;
      }
      const State before = handshake_.state();
      const std::size_t consumed = handshake_.receive(piece);
      require(before == State::NeedsMore || before == State::Closed, "every request is answered");
      require(consumed == piece.size(), "all is consumed");
      require(before != State::Closed || handshake_.state() == before, "the end is the end");
      piece = piece.subspan(consumed);
      answerAll();
    }
  }

  /// All that there was to see.
  [[nodiscard]] std::string finish() {
    handshake_.endOfInput();
    require(handshake_.state() == State::Accepted || handshake_.state() == State::Closed,
            "an open request ends with its input");
    appendTrace(trace_, "end", handshake_.state() == State::Accepted ? "accepted" : "closed");
    appendTrace(trace_, "behind", behind_);
    return trace_;
  }

 private:
  void answerAll() {
    for (;;) {
      const Answer& answer = answers_[answered_ % answers_.size()];
      switch (handshake_.state()) {
        case State::NeedsMore:
        case State::Accepted:
        case State::Closed:
          require(handshake_.request() == nullptr && handshake_.failure() == nullptr,
                  "nothing waits for an answer");
          return;
        case State::HttpRequest:
          answerRequest(answer);
          break;
        case State::UpgradeRequest:
          answerUpgrade(answer);
          break;
        case State::Invalid:
          answerInvalid(answer);
          break;
      }
      ++answered_;
    }
  }

  void answerRequest(const Answer& answer) {
    const Request& request = *handshake_.request();
    appendTrace(trace_, request);
    require(!request.isUpgrade, "a plain request is no upgrade");
    require(std::holds_alternative<ServerHandshake::AcceptError>(handshake_.accept({})),
            "and can't be accepted");
    const BodyRule rule = bodyRule(&request);
    if (answer.kind == Answer::Kind::Refuse) {
      reply(handshake_.reject(answer.response), rule);
      require(handshake_.state() == State::Closed, "a refusal closes");
    } else {
      const bool isLast = endsConnection(request);
      const std::string text = handshake_.respond(answer.response);
      reply(text, rule);
      require((text.find("Connection: close") != std::string::npos) == isLast,
              "the last answer of a connection says so");
      require(!isLast || handshake_.state() == State::Closed, "and closes it");
    }
  }

  void answerUpgrade(const Answer& answer) {
    const Request& request = *handshake_.request();
    appendTrace(trace_, request);
    checkUpgrade(request);
    require(handshake_.respond(answer.response).empty(), "an upgrade is no plain request");
    if (answer.kind == Answer::Kind::Agree) {
      auto accepted = handshake_.accept({answer.subprotocol, answer.extensions, {}});
      if (auto* const acceptance = std::get_if<ServerHandshake::Acceptance>(&accepted)) {
        appendTrace(trace_, acceptance->negotiated);
        behind_ = leftoverOf(acceptance->negotiated);
        return reply(acceptance->response, BodyRule::Follows);
      }
      require(handshake_.state() == State::UpgradeRequest, "after an error nothing has changed");
    }
    reply(handshake_.reject(answer.response), BodyRule::Follows);
    require(handshake_.state() == State::Closed, "a refusal closes");
  }

  void answerInvalid(const Answer& answer) {
    const protocol::HandshakeFailure& failure = *handshake_.failure();
    appendTrace(trace_, failure);
    require(failure.httpStatus && *failure.httpStatus >= 400, "a failure has a status to answer");
    const BodyRule rule = bodyRule(handshake_.request());
    if (handshake_.request() != nullptr) appendTrace(trace_, *handshake_.request());
    reply(answer.kind == Answer::Kind::Refuse ? handshake_.reject(answer.response)
                                              : handshake_.rejectInvalid(),
          rule);
    require(handshake_.state() == State::Closed, "a refusal closes");
  }

  static BodyRule bodyRule(const Request* request) {
    return request != nullptr && request->method == "HEAD" ? BodyRule::OnlyAnnounced
                                                           : BodyRule::Follows;
  }

  void reply(const std::string& text, BodyRule rule) {
    checkResponse(text, rule);
    appendTrace(trace_, "answer", text);
  }

  ServerHandshake handshake_;
  const std::vector<Answer>& answers_;
  std::size_t answered_ = 0;
  std::string trace_;
  std::string behind_;
};

std::string traceOf(Bytes stream, const protocol::HandshakeLimits& limits,
                    const std::vector<Answer>& answers, Splitter splitter) {
  Server server(limits, answers);
  splitter.divide(stream, [&server](std::span<std::byte> piece) {
    server.receive(piece);
    return Appetite::More;
  });
  return server.finish();
}

}  // namespace

void serverHandshake(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  protocol::HandshakeLimits limits;
  if ((choice & 128U) != 0) {
    limits.headBytes = 100U + input.byte();
    limits.lines = 1 + input.below(8);
  }
  std::vector<Answer> answers;
  for (std::size_t count = choice % 4 + 1; count > 0; --count) answers.push_back(answerFrom(input));
  Splitter splitter(input);
  const Bytes stream = input.rest();
  require(
      traceOf(stream, limits, answers, splitter) == traceOf(stream, limits, answers, Splitter()),
      "pieces give what the whole gives");
}

}  // namespace parley::fuzz
