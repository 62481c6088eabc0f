#pragma once

#include "deflate_terms.hpp"
#include "frame.hpp"
#include "http_head.hpp"
#include "verdict.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace parley::tool::check {

using Milliseconds = std::chrono::milliseconds;

/// How bytes go to TCP: in one piece, or with pauses in between so that the peer reads them apart.
struct Chop {
  std::size_t first = 0;  ///< size of the first piece; 0: as the others
  std::size_t piece = 0;  ///< size of the others; 0: all the rest
  Milliseconds gap{0};    ///< after each
};

// ---- What a case does, step by step ----

struct SendFrame {
  Frame frame;
  Chop chop = {};
};

/// Bytes that are no frames at all.
struct SendBytes {
  std::string bytes;
  Chop chop = {};
};

/// Whole messages, compressed if the connection has agreed to that.
struct SendMessages {
  enum class Compression : std::uint8_t { AsAgreed, Never };
  enum class Pace : std::uint8_t { Pipelined, OneByOne };

  Opcode opcode = Opcode::Text;
  Payload payload = {};
  std::size_t count = 1;         ///< the next ones are payload.numbered(1), ...
  std::size_t fragmentSize = 0;  ///< of payload per frame; 0: one frame
  Compression compression = Compression::AsAgreed;
  Pace pace = Pace::Pipelined;
  Chop chop = {};
};

/// Goes on when so many messages and Pongs have come.
struct Await {
  std::size_t messages = 0;
  std::size_t pongs = 0;
};

/// Waits whether the peer ends the connection; goes on if it doesn't.
struct Probe {
  Milliseconds time;
};

/// Ends our half of TCP.
struct EndOutput {};

using Step = std::variant<SendFrame, SendBytes, SendMessages, Await, Probe, EndOutput>;

// ---- What it expects ----

struct ExpectedMessages {
  Opcode opcode = Opcode::Text;
  Payload payload = {};
  std::size_t count = 1;
};

struct Ending {
  enum class Kind : std::uint8_t {
    WeClose,    ///< the suite closes with 1000 when everything has come
    Answered,   ///< a Close frame that the case sent is answered
    Failed,     ///< the peer fails the connection (RFC 6455 section 7.1.7)
    Lost,       ///< TCP ends, whatever comes before
    Refused,    ///< the server's answer to the handshake is an HTTP error
    NotOpened,  ///< the client does not take the answer for an open connection
  };
  Kind kind = Kind::WeClose;
  /// Close codes of the strict verdict (Answered: none is an empty body), or HTTP statuses (none:
  /// 4xx, 501, 505).
  std::vector<int> codes = {};
  /// Failed: the last step at which a peer fails that does so as soon as it can.
  std::optional<std::size_t> lastTimelyStep = {};
  /// Refused: a field that the answer must have.
  std::string field = {};
  /// Refused: to what is no handshake at all, every answer but 101 is right.
  bool isAnyStatusFine = false;
};

/// Another ending that the standard allows, and what it is worth.
struct Alternative {
  Ending ending = {};
  Verdict verdict = Verdict::Informational;
};

struct Expectation {
  std::vector<ExpectedMessages> messages = {};
  /// Payloads in order. A peer may leave out all but the last (RFC 6455 section 5.5.3).
  std::vector<std::string> pongs = {};
  Ending ending = {};
  /// If everything is as expected.
  Verdict best = Verdict::Strict;
  std::optional<Alternative> alternative = {};
};

// ---- The opening handshake ----

/// A request or an answer. In its lines {host}, {path}, {key} and {accept} stand for the
/// connection's own.
struct OpeningText {
  std::string startLine;
  std::vector<std::string> lines;
  std::string lineEnd = "\r\n";
  /// Directly behind the empty line.
  std::string tail = {};
  Chop chop = {};
};

/// What a server sees of its client, for cases that judge the request.
struct RequestFacts {
  const HttpHead& head;
  bool isKeyRepeated;
};
/// nullptr, or what is wrong with the request.
using RequestRule = const char* (*)(const RequestFacts&);

struct Opening {
  /// Instead of the usual text.
  std::optional<OpeningText> text = {};
  /// What to agree on about permessage-deflate; a case without it does not offer it.
  std::optional<DeflateTerms> deflate = {};
  /// An offer in raw form that must be declined, in front of `deflate` if that is there.
  std::string badOffer = {};
  /// `deflate` as a client writes it, if not in the usual form.
  std::string offer = {};
  RequestRule requestRule = nullptr;
  /// As a server: the first frames leave together with the 101.
  bool isGlued = false;
};

/// What is looked at besides.
enum class Measure : std::uint8_t { Nothing, Rate, MaskKeys };

struct Case {
  std::string id;       ///< stable: "utf8.invalid.12.cut3"
  std::string section;  ///< "RFC 6455 5.5.2"
  std::string description;
  Opening opening = {};
  std::vector<Step> steps = {};
  Expectation expected = {};
  Measure measure = Measure::Nothing;

  /// Bytes of payload that go one way; large cases run alone.
  [[nodiscard]] std::size_t weight() const noexcept;
};

/// "echo 2 messages, 1 Pong, fail with 1002".
[[nodiscard]] std::string describe(const Expectation& expected);

}  // namespace parley::tool::check
