#include "conversation.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

/// After a 101, so that a client that can't take frames with it shows that only in the cases about
/// it.
constexpr Milliseconds kAfterAnswer{2};

}  // namespace

void Conversation::traceLines(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) trace_.sent(line.substr(0, 200));
  }
}

void Conversation::traceHead(const HttpHead& head) {
  trace_.received(head.startLine);
  for (const auto& [name, value] : head.fields) trace_.received(fmt::format("{}: {}", name, value));
}

void Conversation::sendRequest() {
  OpeningText text = case_.opening.text.value_or(usualRequest());
  std::string offers = case_.opening.badOffer;
  if (case_.opening.deflate) {
    if (!offers.empty()) offers += ", ";
    offers += case_.opening.offer.empty() ? describe(*case_.opening.deflate) : case_.opening.offer;
  }
  if (!offers.empty()) text.lines.push_back("Sec-WebSocket-Extensions: " + offers);
  const std::string bytes = render(text, around_.endpoint, key_);
  traceLines(bytes.substr(0, bytes.size() - text.tail.size()));
  // What the answer is held against, however its lines end on the wire.
  OpeningText readable = text;
  readable.lineEnd = "\r\n";
  std::string copy = render(readable, around_.endpoint, key_);
  if (auto head = takeHead(copy)) request_ = std::move(*head);
  outbox_.add(bytes, text.chop);
  phase_ = Phase::Opening;
}

void Conversation::readAnswer() {
  auto answer = takeHead(head_);
  if (!answer) return;
  traceHead(*answer);
  seen_.answer = std::move(*answer);
  seen_.openingFault = faultOfAnswer(*seen_.answer, request_).value_or("");
  const DeflateTerms offer = case_.opening.deflate.value_or(DeflateTerms{});
  const AnswerReading reading = check::readAnswer(*seen_.answer, offer);
  const auto* terms = std::get_if<DeflateTerms>(&reading);
  if (seen_.openingFault.empty()) {
    if (const auto* fault = std::get_if<std::string>(&reading)) seen_.openingFault = *fault;
    if (terms && !case_.opening.deflate) {
      seen_.openingFault = "the 101 names an extension that was not offered, or not like this";
    }
  }
  if (!seen_.openingFault.empty()) {
    seen_.opening = Observation::Opening::Refused;
    return finish();
  }
  if (terms) {
    agree(*terms);
  } else {
    seen_.isDeclined = case_.opening.deflate.has_value();
  }
  seen_.opening = Observation::Opening::Opened;
  phase_ = Phase::Script;
  inbox_.feed(head_);
}

void Conversation::sendAnswer(const Request& request) {
  OpeningText text = case_.opening.text.value_or(usualAnswer());
  if (case_.opening.deflate) {
    const auto terms = answerTo(request_, *case_.opening.deflate);
    seen_.isDeclined = !terms;
    if (terms) {
      text.lines.push_back("Sec-WebSocket-Extensions: " + describe(*terms));
      agree(*terms);
    }
  }
  if (case_.opening.requestRule) {
    const char* fault = case_.opening.requestRule({request_, request.isKeyRepeated});
    if (fault) seen_.violation = fault;
  }
  const std::string bytes = render(text, around_.endpoint, key_);
  traceLines(bytes.substr(0, bytes.size() - text.tail.size()));
  outbox_.add(bytes, text.chop);
  if (!case_.opening.isGlued) outbox_.addGap(kAfterAnswer);
  seen_.opening = Observation::Opening::Opened;
  phase_ = Phase::Script;
}

void Conversation::agree(const DeflateTerms& terms) {
  const int serverBits = terms.serverBits.value_or(15);
  const int clientBits = terms.clientBits.value_or(15);
  const Takeover server = terms.serverNoTakeover ? Takeover::None : Takeover::Kept;
  const Takeover client = terms.clientNoTakeover ? Takeover::None : Takeover::Kept;
  if (around_.role == Role::Client) {
    deflater_.emplace(clientBits, client);
    inbox_.setInflater(Inflater(serverBits, server));
  } else {
    deflater_.emplace(serverBits, server);
    inbox_.setInflater(Inflater(clientBits, client));
  }
}

}  // namespace parley::tool::check
