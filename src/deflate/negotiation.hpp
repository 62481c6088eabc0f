#pragma once

#include "deflate/parameters.hpp"

#include <parley/compression.hpp>
#include <parley/protocol/deflate_agreement.hpp>

#include <optional>

namespace parley::deflate {

/// What a client with these options offers.
[[nodiscard]] Parameters offerOf(const Compression& compression) noexcept;

/// A server's answer to an offer; nothing if it has to decline, because the offer wants a window of
/// 8 bits of us.
[[nodiscard]] std::optional<Parameters> answerTo(const Parameters& offer,
                                                 const Compression& compression) noexcept;

/// May this answer be given to this offer? An answer keeps to what the offer asked for (RFC 7692
/// sections 7.1.1.1 and 7.1.2.1) and limits the client's window only if that was offered (section
/// 7.1.2.2).
[[nodiscard]] bool isAnswerTo(const Parameters& offer, const Parameters& answer) noexcept;

/// What is in force with such an answer. A client is also bound by the hints of its own offer
/// (sections 7.1.1.2 and 7.1.2.2).
[[nodiscard]] protocol::DeflateAgreement agree(const Parameters& offer,
                                               const Parameters& answer) noexcept;

}  // namespace parley::deflate
