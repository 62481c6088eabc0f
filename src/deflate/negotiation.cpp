#include "deflate/negotiation.hpp"

#include <algorithm>

namespace parley::deflate {

namespace {

using protocol::DeflateAgreement;

DeflateAgreement::Context contextOf(bool isReset) noexcept {
  return isReset ? DeflateAgreement::Context::Reset : DeflateAgreement::Context::Kept;
}

std::optional<std::uint8_t> belowMost(std::uint8_t bits) noexcept {
  if (bits == kMostWindowBits) return std::nullopt;
  return bits;
}

}  // namespace

Parameters offerOf(const Compression& compression) noexcept {
  return {.serverNoContextTakeover = compression.serverNoContextTakeover,
          .clientNoContextTakeover = compression.clientNoContextTakeover,
          .serverMaxWindowBits = belowMost(compression.serverMaxWindowBits),
          .clientMaxWindowBits = compression.clientMaxWindowBits};
}

std::optional<Parameters> answerTo(const Parameters& offer,
                                   const Compression& compression) noexcept {
  const std::uint8_t written = std::min(offer.serverMaxWindowBits.value_or(kMostWindowBits),
                                        compression.serverMaxWindowBits);
  // RFC 7692 section 7.1.2.1: what the server can't keep to it declines.
  if (written < kLeastWrittenBits) return std::nullopt;
  Parameters answer;
  answer.serverNoContextTakeover =
      offer.serverNoContextTakeover || compression.serverNoContextTakeover;
  answer.clientNoContextTakeover =
      offer.clientNoContextTakeover || compression.clientNoContextTakeover;
  // Section 7.1.2.1: to an offer with the parameter, it is how the server says yes; without, the
  // server may still tell the client how little memory it needs.
  answer.serverMaxWindowBits = offer.serverMaxWindowBits ? written : belowMost(written);
  if (offer.clientMaxWindowBits) {
    answer.clientMaxWindowBits =
        belowMost(std::min(*offer.clientMaxWindowBits, compression.clientMaxWindowBits));
  }
  return answer;
}

bool isAnswerTo(const Parameters& offer, const Parameters& answer) noexcept {
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover) return false;
  if (offer.serverMaxWindowBits &&
      answer.serverMaxWindowBits.value_or(kMostWindowBits) > *offer.serverMaxWindowBits) {
    return false;
  }
  if (!answer.clientMaxWindowBits) return true;
  return offer.clientMaxWindowBits && *answer.clientMaxWindowBits <= *offer.clientMaxWindowBits;
}

DeflateAgreement agree(const Parameters& offer, const Parameters& answer) noexcept {
  DeflateAgreement agreement;
  agreement.fromServer.context = contextOf(answer.serverNoContextTakeover);
  agreement.fromServer.windowBits = answer.serverMaxWindowBits.value_or(kMostWindowBits);
  agreement.fromClient.context =
      contextOf(answer.clientNoContextTakeover || offer.clientNoContextTakeover);
  agreement.fromClient.windowBits =
      answer.clientMaxWindowBits.value_or(offer.clientMaxWindowBits.value_or(kMostWindowBits));
  return agreement;
}

}  // namespace parley::deflate
