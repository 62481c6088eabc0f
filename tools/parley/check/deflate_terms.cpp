#include "deflate_terms.hpp"

#include <algorithm>
#include <charconv>

namespace parley::tool::check {

namespace {

/// RFC 7692 section 7.1.2.1: 8 to 15 in decimal, without a leading zero.
std::optional<int> windowBits(std::string_view text) {
  if (text.empty() || text.front() == '0') return std::nullopt;
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (number < 8 || number > 15) return std::nullopt;
  return number;
}

/// Takes one parameter into the terms; false if it is unknown, repeated or ill-formed.
bool takeParameter(DeflateTerms& terms, std::string_view name,
                   const std::optional<std::string>& value) {
  if (name == "server_no_context_takeover" || name == "client_no_context_takeover") {
    bool& flag = name[0] == 's' ? terms.serverNoTakeover : terms.clientNoTakeover;
    const bool isNew = !flag;
    flag = true;
    return isNew && !value;
  }
  if (name == "client_max_window_bits" && !value) {
    const bool isNew = !terms.clientBitsAreOpen && !terms.clientBits;
    terms.clientBitsAreOpen = true;
    return isNew;
  }
  if ((name == "server_max_window_bits" || name == "client_max_window_bits") && value) {
    std::optional<int>& bits = name[0] == 's' ? terms.serverBits : terms.clientBits;
    const bool isNew = !bits && !(name[0] == 'c' && terms.clientBitsAreOpen);
    bits = windowBits(*value);
    return isNew && bits.has_value();
  }
  return false;
}

std::optional<DeflateTerms> termsOf(const ExtensionElement& element) {
  DeflateTerms terms;
  for (const auto& [name, value] : element.parameters) {
    if (!takeParameter(terms, name, value)) return std::nullopt;
  }
  return terms;
}

std::string unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return std::string(text.substr(1, text.size() - 2));
  }
  return std::string(text);
}

/// May a server answer `offer` with `answer` (RFC 7692 sections 7.1.1 and 7.1.2)?
std::optional<std::string> faultOf(const DeflateTerms& answer, const DeflateTerms& offer) {
  if (answer.clientBitsAreOpen) return "client_max_window_bits without a value";
  if (offer.serverNoTakeover && !answer.serverNoTakeover) {
    return "server_no_context_takeover was demanded and is not in the answer";
  }
  // The largest window goes without saying.
  if (answer.serverBits.value_or(15) > offer.serverBits.value_or(15)) {
    return "server_max_window_bits is larger than demanded, or missing";
  }
  if (answer.clientBits && !offer.clientBits && !offer.clientBitsAreOpen) {
    return "client_max_window_bits was not offered";
  }
  if (answer.clientBits && offer.clientBits && *answer.clientBits > *offer.clientBits) {
    return "client_max_window_bits is larger than offered";
  }
  return std::nullopt;
}

}  // namespace

std::string describe(const DeflateTerms& terms) {
  std::string text = "permessage-deflate";
  if (terms.serverNoTakeover) text += "; server_no_context_takeover";
  if (terms.clientNoTakeover) text += "; client_no_context_takeover";
  if (terms.serverBits) text += "; server_max_window_bits=" + std::to_string(*terms.serverBits);
  if (terms.clientBits) {
    text += "; client_max_window_bits=" + std::to_string(*terms.clientBits);
  } else if (terms.clientBitsAreOpen) {
    text += "; client_max_window_bits";
  }
  return text;
}

std::vector<ExtensionElement> extensionsOf(const HttpHead& head) {
  std::vector<ExtensionElement> elements;
  for (const std::string& value : head.values("Sec-WebSocket-Extensions")) {
    for (const std::string_view part : split(value, ',')) {
      if (part.empty()) continue;
      ExtensionElement element;
      for (const std::string_view piece : split(part, ';')) {
        if (element.name.empty()) {
          element.name = piece;
          continue;
        }
        const std::size_t equals = piece.find('=');
        element.parameters.emplace_back(trimmed(piece.substr(0, equals)), std::nullopt);
        if (equals != piece.npos) {
          element.parameters.back().second = unquoted(trimmed(piece.substr(equals + 1)));
        }
      }
      elements.push_back(std::move(element));
    }
  }
  return elements;
}

AnswerReading readAnswer(const HttpHead& answer, const DeflateTerms& offer) {
  const std::vector<ExtensionElement> elements = extensionsOf(answer);
  if (elements.empty()) return {};
  if (elements.size() > 1 || elements.front().name != "permessage-deflate") {
    return "the answer names an extension that was not offered";
  }
  const std::optional<DeflateTerms> terms = termsOf(elements.front());
  if (!terms) return "the answer has an unknown, repeated or ill-formed parameter";
  if (auto fault = faultOf(*terms, offer)) return *fault;
  return *terms;
}

std::optional<DeflateTerms> answerTo(const HttpHead& request, const DeflateTerms& wanted) {
  for (const ExtensionElement& element : extensionsOf(request)) {
    if (element.name != "permessage-deflate") continue;
    const std::optional<DeflateTerms> offer = termsOf(element);
    if (!offer) continue;
    DeflateTerms answer = wanted;
    answer.clientBitsAreOpen = false;
    answer.serverNoTakeover |= offer->serverNoTakeover;
    if (offer->serverBits) {
      answer.serverBits = std::min(answer.serverBits.value_or(15), *offer->serverBits);
    }
    if (!faultOf(answer, *offer)) return answer;
  }
  return std::nullopt;
}

}  // namespace parley::tool::check
