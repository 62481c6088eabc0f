#include "families.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 5.1";

struct WrongMask {
  const char* id;
  Opcode opcode;
  std::size_t size;
};
constexpr WrongMask kWrong[] = {
    {"text", Opcode::Text, 5},       {"text.empty", Opcode::Text, 0},
    {"text.126", Opcode::Text, 126}, {"text.65536", Opcode::Text, 65536},
    {"binary", Opcode::Binary, 5},   {"binary.empty", Opcode::Binary, 0},
    {"ping", Opcode::Ping, 4},       {"ping.empty", Opcode::Ping, 0},
    {"pong", Opcode::Pong, 4},       {"close", Opcode::Close, 0},
};

void addWrong(Cases& cases, Role role) {
  const char* state = role == Role::Client ? "unmasked" : "masked";
  for (const WrongMask& row : kWrong) {
    const Frame frame{
        .opcode = row.opcode, .payload = Payload::letters(row.size), .masking = MaskUse::Wrong};
    cases.push_back(CaseBuilder(fmt::format("masking.{}.{}", state, row.id), kSection,
                                fmt::format("{} {} frame", state, row.id))
                        .send(frame)
                        .fails({1002})
                        .build());
  }
  cases.push_back(CaseBuilder(fmt::format("masking.{}.second", state), kSection,
                              fmt::format("a good message, then one whose frame is {}", state))
                      .echo(Opcode::Text, "good")
                      .send({.payload = "bad", .masking = MaskUse::Wrong})
                      .fails({1002})
                      .build());
  cases.push_back(
      CaseBuilder(fmt::format("masking.{}.continuation", state), kSection,
                  fmt::format("the second fragment of a message is {}", state))
          .send({.payload = "good", .isFinal = false})
          .send({.opcode = Opcode::Continuation, .payload = "bad", .masking = MaskUse::Wrong})
          .fails({1002})
          .build());
}

struct KeyRow {
  const char* id;
  MaskKey key;
};
constexpr KeyRow kKeys[] = {
    {"zero", {0, 0, 0, 0}},
    {"ones", {255, 255, 255, 255}},
    {"first", {0x5A, 0, 0, 0}},
    {"second", {0, 0x5A, 0, 0}},
    {"third", {0, 0, 0x5A, 0}},
    {"fourth", {0, 0, 0, 0x5A}},
    {"top", {0x80, 0x80, 0x80, 0x80}},
};

/// Any four bytes are a key, and it starts anew in each frame.
void addKeys(Cases& cases) {
  for (const KeyRow& row : kKeys) {
    CaseBuilder builder(fmt::format("masking.key.{}", row.id), "RFC 6455 5.3",
                        "messages of 0 to 67 bytes, all masked with the same key");
    for (std::size_t size = 0; size <= 67; ++size) {
      builder.send({.opcode = Opcode::Binary, .payload = Payload::noise(size), .maskKey = row.key});
      builder.expect(Opcode::Binary, Payload::noise(size));
    }
    cases.push_back(builder.build());
  }
}

}  // namespace

Cases maskingCases(Role role) {
  Cases cases;
  addWrong(cases, role);
  if (role == Role::Client) {
    addKeys(cases);
  } else {
    cases.push_back(CaseBuilder("masking.keys.fresh", "RFC 6455 5.3",
                                "each of 64 frames of the client has a masking key of its own")
                        .echo({.payload = "one of many", .count = 64})
                        .measure(Measure::MaskKeys)
                        .build());
  }
  return cases;
}

}  // namespace parley::tool::check
