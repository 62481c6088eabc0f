#pragma once

#include "case_builder.hpp"

namespace parley::tool::check {

// The cases, by what they are about; each family in a file of its name.

[[nodiscard]] Cases requestCases();  ///< opening handshake, what a server must refuse
[[nodiscard]] Cases answerCases();   ///< opening handshake, what a client must refuse
[[nodiscard]] Cases framingCases();
[[nodiscard]] Cases maskingCases(Role role);
[[nodiscard]] Cases lengthCases();
[[nodiscard]] Cases controlCases();
[[nodiscard]] Cases reservedBitCases();
[[nodiscard]] Cases reservedOpcodeCases();
[[nodiscard]] Cases fragmentationCases();
[[nodiscard]] Cases utf8Cases();
[[nodiscard]] Cases closingCases(Role role);
[[nodiscard]] Cases limitCases();
[[nodiscard]] Cases deflateOfferCases(Role role);
[[nodiscard]] Cases deflateMessageCases();
[[nodiscard]] Cases deflateFrameCases();
[[nodiscard]] Cases performanceCases();

}  // namespace parley::tool::check
