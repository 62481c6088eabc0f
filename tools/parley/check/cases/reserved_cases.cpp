#include "families.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 5.2";

struct Place {
  const char* id;
  Opcode opcode;
};
constexpr Place kFrames[] = {{"text", Opcode::Text},   {"binary", Opcode::Binary},
                             {"ping", Opcode::Ping},   {"pong", Opcode::Pong},
                             {"close", Opcode::Close}, {"continuation", Opcode::Continuation}};

void addBits(Cases& cases, const Place& place, std::uint8_t bits) {
  CaseBuilder builder(
      fmt::format("rsv.{}.{}", place.id, bits), kSection,
      fmt::format("{} frame with the reserved bits {:03b}, none negotiated", place.id, bits));
  if (place.opcode == Opcode::Continuation) builder.send({.payload = "first", .isFinal = false});
  const Payload payload = place.opcode == Opcode::Close ? Payload(closeBody(1000)) : "Hello";
  cases.push_back(builder.send({.opcode = place.opcode, .payload = payload, .reserved = bits})
                      .fails({1002})
                      .build());
}

constexpr std::uint8_t kReserved[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};

void addOpcode(Cases& cases, std::uint8_t number) {
  const auto opcode = static_cast<Opcode>(number);
  const std::string id = fmt::format("opcode.{}", number);
  const std::string what = fmt::format("reserved opcode {}", number);
  cases.push_back(CaseBuilder(id + ".empty", kSection, what + " without payload")
                      .send({.opcode = opcode})
                      .fails({1002})
                      .build());
  cases.push_back(CaseBuilder(id + ".payload", kSection, what + " with payload")
                      .send({.opcode = opcode, .payload = "reserved"})
                      .fails({1002})
                      .build());
  cases.push_back(CaseBuilder(id + ".second", kSection, what + " between two messages")
                      .echo(Opcode::Text, "good")
                      .send({.opcode = opcode, .payload = "reserved"})
                      .send({.payload = "too late"})
                      .fails({1002})
                      .build());
  cases.push_back(CaseBuilder(id + ".inside", kSection, what + " inside a fragmented message")
                      .send({.payload = "first", .isFinal = false})
                      .send({.opcode = opcode, .payload = "reserved"})
                      .send({.opcode = Opcode::Continuation, .payload = "too late"})
                      .fails({1002})
                      .build());
}

}  // namespace

Cases reservedBitCases() {
  Cases cases;
  for (const Place& place : kFrames) {
    for (std::uint8_t bits = 1; bits <= 7; ++bits) addBits(cases, place, bits);
  }
  for (std::uint8_t bits = 1; bits <= 7; ++bits) {
    cases.push_back(
        CaseBuilder(
            fmt::format("rsv.second.{}", bits), kSection,
            fmt::format("a good message, then one with the reserved bits {:03b}, then a Ping",
                        bits))
            .echo(Opcode::Text, "good")
            .send({.payload = "bad", .reserved = bits})
            .send({.opcode = Opcode::Ping, .payload = "too late"})
            .fails({1002})
            .build());
  }
  return cases;
}

Cases reservedOpcodeCases() {
  Cases cases;
  for (const std::uint8_t number : kReserved) addOpcode(cases, number);
  return cases;
}

}  // namespace parley::tool::check
