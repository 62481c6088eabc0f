#include "case.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

std::string plural(std::size_t number, const char* noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string joined(const std::vector<int>& codes) {
  std::string text;
  for (const int code : codes) {
    fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? "" : " or ", code);
  }
  return text;
}

std::string describe(const Ending& ending) {
  switch (ending.kind) {
    case Ending::Kind::WeClose:
      return "then a clean close";
    case Ending::Kind::Answered:
      return ending.codes.empty() ? "an empty Close in answer"
                                  : "Close " + joined(ending.codes) + " in answer";
    case Ending::Kind::Failed:
      return "then it fails the connection with " + joined(ending.codes) +
             (ending.lastTimelyStep ? ", at once" : "");
    case Ending::Kind::Lost:
      return "then TCP ends";
    case Ending::Kind::Refused:
      return "an HTTP error" + (ending.codes.empty() ? "" : " " + joined(ending.codes)) +
             (ending.field.empty() ? "" : " with " + ending.field);
    case Ending::Kind::NotOpened:
      return "the client drops the connection";
  }
  return {};
}

}  // namespace

std::size_t Case::weight() const noexcept {
  std::size_t sum = 0;
  for (const Step& step : steps) {
    if (const auto* frame = std::get_if<SendFrame>(&step)) sum += frame->frame.payload.size();
    if (const auto* messages = std::get_if<SendMessages>(&step)) {
      sum += messages->payload.size() * messages->count;
    }
  }
  // A small compressed frame may come back as a large message.
  for (const ExpectedMessages& messages : expected.messages) {
    sum = std::max(sum, messages.payload.size() * messages.count);
  }
  return sum;
}

std::string describe(const Expectation& expected) {
  std::size_t messages = 0;
  for (const ExpectedMessages& run : expected.messages) messages += run.count;
  std::string text;
  if (messages > 0) text += plural(messages, "message") + " back, ";
  if (!expected.pongs.empty()) text += plural(expected.pongs.size(), "Pong") + ", ";
  text += describe(expected.ending);
  if (expected.alternative) text += "; or " + describe(expected.alternative->ending);
  return text;
}

}  // namespace parley::tool::check
