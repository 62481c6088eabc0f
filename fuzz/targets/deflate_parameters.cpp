#include "deflate/negotiation.hpp"
#include "deflate/parameters.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "http/extension_list.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

// Oracles: parse(serialize(x)) is x; RFC 7692 section 7.1 written out for what an answer to an
// offer may say; and our answers against it.

namespace parley::fuzz {

namespace {

using deflate::Parameters;

unsigned orMost(const std::optional<std::uint8_t>& bits) {
  return bits.value_or(15);
}

enum class In : std::uint8_t { Offer, Answer };

/// RFC 7692 section 7.1: each parameter is known, stands once, and has such a value as it must.
bool isLegal(const http::Extension& extension, In in) {
  static const std::set<std::string> kBits{"8", "9", "10", "11", "12", "13", "14", "15"};
  std::set<std::string> seen;
  for (const auto& [name, value] : extension.parameters) {
    if (!seen.insert(name).second) return false;
    if (name == "server_no_context_takeover" || name == "client_no_context_takeover") {
      if (value) return false;
    } else if (name == "server_max_window_bits" || name == "client_max_window_bits") {
      const bool mayBeBare = in == In::Offer && name == "client_max_window_bits";
      if (value ? !kBits.contains(*value) : !mayBeBare) return false;
    } else {
      return false;
    }
  }
  return true;
}

std::optional<Parameters> parse(const http::Extension& extension, In in) {
  const auto read = in == In::Offer ? deflate::parseOffer : deflate::parseAnswer;
  const auto write = in == In::Offer ? deflate::serializeOffer : deflate::serializeAnswer;
  const auto parsed = read(extension);
  require(parsed.has_value() == isLegal(extension, in), "legal parameters are read");
  if (!parsed) return std::nullopt;
  const auto written = http::parseExtensionList(write(*parsed));
  require(written && written->size() == 1 && written->front().name == "permessage-deflate",
          "what is written is one element");
  require(read(written->front()) == parsed, "parse(serialize(x)) is x");
  return parsed;
}

/// Sections 7.1.1.1, 7.1.2.1 and 7.1.2.2.
bool mayAnswer(const Parameters& offer, const Parameters& answer) {
  const bool keepsContext = offer.serverNoContextTakeover && !answer.serverNoContextTakeover;
  const bool widens = offer.serverMaxWindowBits.has_value() &&
                      orMost(answer.serverMaxWindowBits) > *offer.serverMaxWindowBits;
  const bool limitsUnasked = answer.clientMaxWindowBits && !offer.clientMaxWindowBits;
  const bool exceedsHint = answer.clientMaxWindowBits && offer.clientMaxWindowBits &&
                           *answer.clientMaxWindowBits > *offer.clientMaxWindowBits;
  return !keepsContext && !widens && !limitsUnasked && !exceedsHint;
}

void checkAgreement(const Parameters& offer, const Parameters& answer) {
  using Context = protocol::DeflateAgreement::Context;
  const protocol::DeflateAgreement agreement = deflate::agree(offer, answer);
  require(agreement.fromServer.windowBits == orMost(answer.serverMaxWindowBits),
          "the server's window is the answer's");
  require(agreement.fromClient.windowBits <= orMost(answer.clientMaxWindowBits) &&
              agreement.fromClient.windowBits <= orMost(offer.clientMaxWindowBits),
          "the client's is within both");
  require((agreement.fromServer.context == Context::Reset) == answer.serverNoContextTakeover,
          "the server's context is the answer's");
  require((agreement.fromClient.context == Context::Reset) ==
              (answer.clientNoContextTakeover || offer.clientNoContextTakeover),
          "the client's is reset if either says so");
}

Compression compressionFrom(Input& input) {
  Compression compression;
  const std::uint8_t choice = input.byte();
  compression.serverNoContextTakeover = (choice & 1U) != 0;
  compression.clientNoContextTakeover = (choice & 2U) != 0;
  compression.serverMaxWindowBits = static_cast<std::uint8_t>(9 + input.below(7));
  compression.clientMaxWindowBits = static_cast<std::uint8_t>(9 + input.below(7));
  return compression;
}

void checkOwnAnswer(const Parameters& offer, const Compression& compression) {
  const auto answer = deflate::answerTo(offer, compression);
  if (!answer) {
    require(offer.serverMaxWindowBits == 8, "only a window of 8 bits is declined");
    return;
  }
  require(mayAnswer(offer, *answer), "our answer keeps to the offer");
  require(orMost(answer->serverMaxWindowBits) <= compression.serverMaxWindowBits,
          "and to our own settings");
  const auto written = http::parseExtensionList(deflate::serializeAnswer(*answer));
  require(written && deflate::parseAnswer(written->front()) == answer, "and can be read");
  checkAgreement(offer, *answer);
}

}  // namespace

void deflateParameters(Bytes data) {
  Input input(data);
  const Compression server = compressionFrom(input);
  const Compression client = compressionFrom(input);
  checkOwnAnswer(deflate::offerOf(client), server);
  const ExactCopy first(input.block());
  const ExactCopy second(input.rest());
  const auto offers = http::parseExtensionList(asText(first.bytes()));
  const auto answers = http::parseExtensionList(asText(second.bytes()));
  std::optional<Parameters> offer;
  std::optional<Parameters> answer;
  if (offers) offer = parse(offers->front(), In::Offer);
  if (answers) answer = parse(answers->front(), In::Answer);
  if (offer) checkOwnAnswer(*offer, server);
  if (!offer || !answer) return;
  require(deflate::isAnswerTo(*offer, *answer) == mayAnswer(*offer, *answer),
          "isAnswerTo() is the reference");
  if (deflate::isAnswerTo(*offer, *answer)) checkAgreement(*offer, *answer);
}

}  // namespace parley::fuzz
