#include "families.hpp"

#include <cstdint>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 5.2";

struct LongForm {
  LengthForm form;
  std::size_t size;
};
constexpr LongForm kLongForms[] = {
    {LengthForm::Bits16, 0},   {LengthForm::Bits16, 1},   {LengthForm::Bits16, 124},
    {LengthForm::Bits16, 125}, {LengthForm::Bits64, 0},   {LengthForm::Bits64, 1},
    {LengthForm::Bits64, 125}, {LengthForm::Bits64, 126}, {LengthForm::Bits64, 65535},
};

int bitsOf(LengthForm form) {
  return form == LengthForm::Bits16 ? 16 : 64;
}

/// "The minimal number of bytes MUST be used to encode the length": a rule for senders. No section
/// tells a receiver to fail the connection for it; 10.7 lets it drop what breaks a rule.
Case longForm(CaseBuilder& builder) {
  return builder.best(Verdict::NonStrict)
      .orElse({.kind = Ending::Kind::Failed, .codes = {1002}}, Verdict::Strict)
      .build();
}

void addLongMessages(Cases& cases) {
  for (const Opcode opcode : {Opcode::Text, Opcode::Binary}) {
    const char* name = opcode == Opcode::Text ? "text" : "binary";
    for (const LongForm& row : kLongForms) {
      const Payload payload = Payload::letters(row.size);
      cases.push_back(longForm(
          CaseBuilder(fmt::format("length.long.{}.{}in{}", name, row.size, bitsOf(row.form)),
                      kSection,
                      fmt::format("{} frame whose length {} is written in {} bits", name, row.size,
                                  bitsOf(row.form)))
              .send({.opcode = opcode, .payload = payload, .lengthForm = row.form})
              .expect(opcode, payload)));
    }
  }
  for (const LengthForm form : {LengthForm::Bits16, LengthForm::Bits64}) {
    cases.push_back(longForm(
        CaseBuilder(
            fmt::format("length.long.continuation.in{}", bitsOf(form)), kSection,
            fmt::format("second fragment whose length 6 is written in {} bits", bitsOf(form)))
            .send({.payload = "first ", .isFinal = false})
            .send({.opcode = Opcode::Continuation, .payload = "second", .lengthForm = form})
            .expect(Opcode::Text, "first second")));
  }
}

void addLongControls(Cases& cases) {
  for (const LengthForm form : {LengthForm::Bits16, LengthForm::Bits64}) {
    const auto start = [form](const char* name) {
      return CaseBuilder(
          fmt::format("length.long.{}.in{}", name, bitsOf(form)), "RFC 6455 5.2, 5.5",
          fmt::format("{} frame whose length 4 is written in {} bits", name, bitsOf(form)));
    };
    cases.push_back(
        longForm(start("ping")
                     .send({.opcode = Opcode::Ping, .payload = "long", .lengthForm = form})
                     .expectPong("long")));
    cases.push_back(
        longForm(start("pong")
                     .send({.opcode = Opcode::Pong, .payload = "long", .lengthForm = form})
                     .ping("behind it")));
    cases.push_back(longForm(
        start("close")
            .send({.opcode = Opcode::Close, .payload = closeBody(1000, "ok"), .lengthForm = form})
            .answered({1000})));
  }
}

struct TopBit {
  const char* id;
  std::uint64_t length;
};
constexpr TopBit kTopBits[] = {
    {"63", std::uint64_t{1} << 63},
    {"63and5", (std::uint64_t{1} << 63) + 5},
    {"minus125", ~std::uint64_t{0} - 124},
    {"all", ~std::uint64_t{0}},
};

/// "The most significant bit MUST be 0". A length as a signed number is negative then.
void addTopBits(Cases& cases) {
  for (const TopBit& row : kTopBits) {
    for (const Opcode opcode : {Opcode::Text, Opcode::Binary}) {
      const char* name = opcode == Opcode::Text ? "text" : "binary";
      cases.push_back(CaseBuilder(fmt::format("length.top.{}.{}", name, row.id), kSection,
                                  fmt::format("{} frame that announces {} bytes", name, row.length))
                          .send({.opcode = opcode,
                                 .payload = "Hello",
                                 .lengthForm = LengthForm::Bits64,
                                 .announcedLength = row.length})
                          .fails({1002})
                          .build());
    }
  }
  cases.push_back(
      CaseBuilder("length.top.continuation", kSection, "second fragment that announces 2^63 bytes")
          .send({.payload = "first", .isFinal = false})
          .send({.opcode = Opcode::Continuation,
                 .payload = "Hello",
                 .lengthForm = LengthForm::Bits64,
                 .announcedLength = std::uint64_t{1} << 63})
          .fails({1002})
          .build());
}

}  // namespace

Cases lengthCases() {
  Cases cases;
  addLongMessages(cases);
  addLongControls(cases);
  addTopBits(cases);
  return cases;
}

}  // namespace parley::tool::check
