#include "judge.hpp"

#include "readable_text.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

using TcpEnd = Observation::TcpEnd;

std::size_t messagesDue(const Expectation& expected) {
  std::size_t sum = 0;
  for (const ExpectedMessages& run : expected.messages) sum += run.count;
  return sum;
}

/// RFC 6455 section 5.5.3: the most recent Ping must be answered, those before it may go
/// unanswered.
bool arePongsDone(const Expectation& expected, const Observation& seen) {
  if (expected.pongs.empty()) return true;
  return !seen.pongs.empty() && seen.pongs.back() == expected.pongs.back();
}

bool isIn(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// Codes that tell of an error (RFC 6455 section 7.4.1).
bool tellsOfError(int code) noexcept {
  return code == 1002 || code == 1003 || (code >= 1007 && code <= 1011);
}

std::string closeText(const std::optional<ArrivedClose>& close) {
  if (!close) return "no Close frame";
  if (!close->code) return "an empty Close frame";
  const std::string reason = close->reason.empty() ? "" : " " + inQuotes(close->reason);
  return fmt::format("Close {}{}", *close->code, reason);
}

std::string endText(const Observation& seen) {
  switch (seen.tcpEnd) {
    case TcpEnd::None:
      return seen.isTimedOut ? "no end in time" : "TCP open";
    case TcpEnd::End:
      return "TCP ended";
    case TcpEnd::Reset:
      return "TCP reset";
  }
  return {};
}

/// "2 of 3 messages, Close 1002, TCP ended".
std::string summary(const Expectation& expected, const Observation& seen) {
  std::string text;
  if (const std::size_t due = messagesDue(expected); due > 0) {
    text += fmt::format("{} of {} messages, ", seen.messages, due);
  }
  if (!expected.pongs.empty()) {
    text += fmt::format("{} of {} Pongs, ", seen.pongs.size(), expected.pongs.size());
  }
  return text + closeText(seen.close) + ", " + endText(seen);
}

Finding failed(const Case& theCase, const Observation& seen, std::string_view why) {
  return {Verdict::Failed, fmt::format("{} ({})", why, summary(theCase.expected, seen))};
}

/// The TCP connection after both Close frames (RFC 6455 section 7.1.1).
Finding afterBothCloses(const Observation& seen, std::string note) {
  if (seen.isTcpLeftOpen) return {Verdict::NonStrict, "the server leaves TCP open"};
  if (seen.tcpEnd == TcpEnd::Reset) return {Verdict::NonStrict, "TCP was reset instead of ended"};
  return {Verdict::Strict, std::move(note)};
}

Finding judgeWeClose(const Case& theCase, const Observation& seen) {
  const Expectation& expected = theCase.expected;
  if (seen.messages < messagesDue(expected)) return failed(theCase, seen, "messages are missing");
  if (!arePongsDone(expected, seen)) return failed(theCase, seen, "a Pong is missing");
  if (!seen.close) return failed(theCase, seen, "our Close frame was not answered");
  if (!seen.closedByUs) return failed(theCase, seen, "the peer closed");
  // Section 5.5.1: the answer "typically" has the code that was received.
  if (seen.close->code != 1000) {
    return {Verdict::NonStrict, "1000 was answered with " + closeText(seen.close)};
  }
  return afterBothCloses(seen, {});
}

Finding judgeAnswered(const Case& theCase, const Ending& ending, const Observation& seen) {
  if (!seen.close) return failed(theCase, seen, "the Close frame was not answered");
  const std::string text = closeText(seen.close);
  if (const auto code = seen.close->code;
      code && tellsOfError(*code) && !isIn(ending.codes, *code)) {
    return failed(theCase, seen, "a legal Close frame was taken for an error");
  }
  if (seen.messages < messagesDue(theCase.expected) || !arePongsDone(theCase.expected, seen)) {
    return {Verdict::NonStrict, "the Close frame overtook the answers before it"};
  }
  // To an empty body there is no code to repeat; 1000 says the same.
  const bool isRepeated = seen.close->code ? isIn(ending.codes, *seen.close->code) ||
                                                 (ending.codes.empty() && seen.close->code == 1000)
                                           : ending.codes.empty();
  if (!isRepeated) return {Verdict::NonStrict, "answered with " + text};
  return afterBothCloses(seen, "answered with " + text);
}

Finding judgeFailed(const Case& theCase, const Ending& ending, const Observation& seen) {
  if (!seen.close && seen.tcpEnd == TcpEnd::None) {
    return failed(theCase, seen, "the connection was not failed");
  }
  if (!seen.close) return {Verdict::NonStrict, "TCP ended without a Close frame"};
  const std::string text = closeText(seen.close);
  const int code = seen.close->code.value_or(1005);
  if (!isIn(ending.codes, code)) {
    if (!tellsOfError(code) && code < 3000) {
      return failed(theCase, seen, "the connection was closed as if nothing were wrong");
    }
    return {Verdict::NonStrict, "failed with " + text};
  }
  if (ending.lastTimelyStep && seen.endedAtStep > *ending.lastTimelyStep) {
    return {Verdict::NonStrict, "failed with " + text + ", but not at once"};
  }
  // Where failing is the alternative, what is expected are answers to what the peer fails for.
  const bool comesBehindMessages = theCase.expected.ending.kind == Ending::Kind::Failed;
  if (comesBehindMessages && seen.messages < messagesDue(theCase.expected)) {
    return {Verdict::NonStrict, "failed with " + text + " before it answered earlier messages"};
  }
  if (seen.isTcpLeftOpen) {
    return {Verdict::NonStrict, "failed with " + text + ", and leaves TCP open"};
  }
  return {Verdict::Strict, "failed with " + text};
}

Finding judgeLost(const Case& theCase, const Observation& seen) {
  if (seen.tcpEnd == TcpEnd::None && !seen.close) {
    return failed(theCase, seen, "the connection did not end");
  }
  return {Verdict::Strict, summary(theCase.expected, seen)};
}

Finding judgeRefused(const Case& theCase, const Ending& ending, const Observation& seen) {
  if (seen.opening == Observation::Opening::Opened) {
    return {Verdict::Failed, "the server opened the connection"};
  }
  if (!seen.answer) {
    if (seen.tcpEnd == TcpEnd::None) return failed(theCase, seen, "no answer");
    return {Verdict::NonStrict, "TCP ended without an answer"};
  }
  const int status = seen.answer->status().value_or(0);
  if (status == 101) return {Verdict::Failed, seen.openingFault};
  if (status == 0) return {Verdict::Failed, "the answer is no HTTP"};
  const std::string text = "answered " + inQuotes(seen.answer->startLine);
  if (!ending.field.empty() && seen.answer->values(ending.field).empty()) {
    return {Verdict::Failed, text + " without " + ending.field};
  }
  const bool isClientError = (status >= 400 && status < 500) || status == 501 || status == 505;
  const bool isRight =
      ending.isAnyStatusFine || (ending.codes.empty() ? isClientError : isIn(ending.codes, status));
  return {isRight ? Verdict::Strict : Verdict::NonStrict, text};
}

Finding judgeNotOpened(const Case& theCase, const Observation& seen) {
  if (seen.messages > 0 || seen.isAlive || !seen.mismatch.empty()) {
    return failed(theCase, seen, "the client uses the connection");
  }
  if (seen.close) {
    return {Verdict::NonStrict, "the client sent " + closeText(seen.close) + " before it left"};
  }
  if (seen.tcpEnd == TcpEnd::None) return failed(theCase, seen, "the client stays connected");
  return {Verdict::Strict, endText(seen)};
}

bool judgesOpening(const Ending& ending) noexcept {
  return ending.kind == Ending::Kind::Refused || ending.kind == Ending::Kind::NotOpened;
}

Finding judgeEnding(const Case& theCase, const Ending& ending, const Observation& seen) {
  if (seen.opening != Observation::Opening::Opened && !judgesOpening(ending)) {
    return failed(
        theCase, seen,
        seen.openingFault.empty() ? "no handshake" : "no handshake: " + seen.openingFault);
  }
  switch (ending.kind) {
    case Ending::Kind::WeClose:
      return judgeWeClose(theCase, seen);
    case Ending::Kind::Answered:
      return judgeAnswered(theCase, ending, seen);
    case Ending::Kind::Failed:
      return judgeFailed(theCase, ending, seen);
    case Ending::Kind::Lost:
      return judgeLost(theCase, seen);
    case Ending::Kind::Refused:
      return judgeRefused(theCase, ending, seen);
    case Ending::Kind::NotOpened:
      return judgeNotOpened(theCase, seen);
  }
  return {};
}

/// What ends a case before its expectation is looked at.
std::optional<Finding> judgeBefore(const Case& theCase, const Observation& seen) {
  if (!seen.connectError.empty()) return Finding{Verdict::Failed, seen.connectError};
  if (!seen.violation.empty()) return failed(theCase, seen, "the peer sent " + seen.violation);
  if (seen.isDeclined)
    return Finding{Verdict::Unimplemented, "no permessage-deflate on these terms"};
  if (!seen.mismatch.empty()) return failed(theCase, seen, seen.mismatch);
  return std::nullopt;
}

std::string rateText(const Case& theCase, const Observation& seen) {
  const double seconds = std::max(std::chrono::duration<double>(seen.exchange).count(), 1e-6);
  const double messages = static_cast<double>(messagesDue(theCase.expected));
  const double bytes = static_cast<double>(theCase.weight());
  return fmt::format("{:.0f} messages/s, {:.1f} MB/s", messages / seconds, bytes / seconds / 1e6);
}

/// RFC 6455 section 5.3: a fresh key for each frame, from a strong source.
std::optional<Finding> judgeMaskKeys(const Observation& seen) {
  const std::set<MaskKey> different(seen.maskKeys.begin(), seen.maskKeys.end());
  if (different.size() == seen.maskKeys.size()) return std::nullopt;
  return Finding{Verdict::Failed, fmt::format("{} masking keys in {} frames", different.size(),
                                              seen.maskKeys.size())};
}

/// By what the case expects, or by what it also allows.
Finding judgeEndings(const Case& theCase, const Observation& seen) {
  const Expectation& expected = theCase.expected;
  Finding finding = judgeEnding(theCase, expected.ending, seen);
  if (finding.verdict != Verdict::Failed) {
    if (expected.best != Verdict::Strict) finding.verdict = expected.best;
    return finding;
  }
  // Where it is open what a peer makes of it, it may also wait for more.
  if (expected.best == Verdict::Informational && seen.isTimedOut) {
    return {Verdict::Informational, "no reaction: " + summary(expected, seen)};
  }
  if (!expected.alternative) return finding;
  Finding other = judgeEnding(theCase, expected.alternative->ending, seen);
  if (other.verdict == Verdict::Failed) return finding;
  // In an open question a SHOULD of either side decides nothing.
  if (other.verdict == Verdict::Strict || expected.best == Verdict::Informational) {
    other.verdict = expected.alternative->verdict;
  }
  return other;
}

}  // namespace

Finding judge(const Case& theCase, const Observation& seen) {
  if (auto finding = judgeBefore(theCase, seen)) return *finding;
  Finding finding = judgeEndings(theCase, seen);
  if (finding.verdict == Verdict::Failed) return finding;
  if (theCase.measure == Measure::Rate) finding.detail = rateText(theCase, seen);
  if (theCase.measure == Measure::MaskKeys) {
    if (auto keys = judgeMaskKeys(seen)) return *keys;
  }
  if (finding.verdict != Verdict::Strict && finding.detail.empty()) {
    const char* what = finding.verdict == Verdict::NonStrict ? "accepted: " : "";
    finding.detail = what + summary(theCase.expected, seen);
  }
  return finding;
}

}  // namespace parley::tool::check
