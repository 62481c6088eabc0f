#include "families.hpp"

#include <cstdint>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 10.4";
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

Payload payloadOf(Opcode opcode, std::size_t size) {
  return opcode == Opcode::Text ? Payload::letters(size) : Payload::noise(size);
}

/// A peer may have a limit, if it says so with 1009.
Case withinLimit(CaseBuilder& builder) {
  return builder.orElse({.kind = Ending::Kind::Failed, .codes = {1009}}, Verdict::Informational)
      .build();
}

void addSizes(Cases& cases, Opcode opcode, const char* name) {
  for (const std::size_t size : {1U, 2U, 4U, 8U, 16U}) {
    cases.push_back(
        withinLimit(CaseBuilder(fmt::format("limit.{}.{}m", name, size), kSection,
                                fmt::format("{} message of {} MiB in one frame", name, size))
                        .echo(opcode, payloadOf(opcode, size * kMebibyte))));
  }
  for (const std::size_t size : {64U, 256U, 1024U, 4096U, 16384U, 65536U, 262144U, 1048576U}) {
    // Tiny fragments cost by their number.
    const std::size_t whole = size < 1024 ? kMebibyte : 4 * kMebibyte;
    cases.push_back(withinLimit(
        CaseBuilder(fmt::format("limit.{}.fragments.{}", name, size), kSection,
                    fmt::format("{} message of {} MiB in fragments of {} bytes", name,
                                whole / kMebibyte, size))
            .echo({.opcode = opcode, .payload = payloadOf(opcode, whole), .fragmentSize = size})));
  }
  for (const std::size_t piece : {64U, 128U, 256U, 512U, 1024U, 2048U}) {
    cases.push_back(withinLimit(
        CaseBuilder(fmt::format("limit.{}.chopped.{}", name, piece), kSection,
                    fmt::format("{} message of 1 MiB, TCP in pieces of {}", name, piece))
            .echo(opcode, payloadOf(opcode, kMebibyte), {.piece = piece})));
  }
}

void addTiny(Cases& cases) {
  cases.push_back(
      withinLimit(CaseBuilder("limit.fragments.bytes", kSection, "10000 fragments of one byte")
                      .echo({.payload = Payload::letters(10000), .fragmentSize = 1})));
  CaseBuilder empty("limit.fragments.empty", kSection, "10000 empty fragments of a short message");
  empty.send({.payload = "one ", .isFinal = false});
  for (int i = 0; i < 10000; ++i) empty.send({.opcode = Opcode::Continuation, .isFinal = false});
  empty.send({.opcode = Opcode::Continuation, .payload = "two"}).expect(Opcode::Text, "one two");
  cases.push_back(withinLimit(empty));
  cases.push_back(
      withinLimit(CaseBuilder("limit.messages.many", kSection, "5000 short messages at once")
                      .echo({.payload = Payload::records(40), .count = 5000})));
}

struct Giant {
  const char* id;
  std::uint64_t length;
};
constexpr Giant kGiants[] = {
    {"2g", (std::uint64_t{1} << 31) - 1}, {"2g1", std::uint64_t{1} << 31},
    {"4g", std::uint64_t{1} << 32},       {"1t", std::uint64_t{1} << 40},
    {"53", std::uint64_t{1} << 53},       {"62", std::uint64_t{1} << 62},
    {"63", (std::uint64_t{1} << 63) - 1},
};

/// What is announced is legal; whether a peer refuses on the header or waits for the bytes is its
/// own affair, but it must live through it.
void addGiants(Cases& cases) {
  for (const Giant& row : kGiants) {
    cases.push_back(CaseBuilder(fmt::format("limit.announced.{}", row.id), kSection,
                                fmt::format("binary frame that announces {} bytes", row.length))
                        .send({.opcode = Opcode::Binary,
                               .payload = Payload::noise(1000),
                               .announcedLength = row.length})
                        .probe(Milliseconds(400))
                        .endOutput()
                        .ends({.kind = Ending::Kind::Lost})
                        .best(Verdict::Informational)
                        .build());
  }
  cases.push_back(CaseBuilder("limit.announced.sum", kSection,
                              "fragments whose announced sum is more than 2^63")
                      .send({.opcode = Opcode::Binary, .payload = "begin", .isFinal = false})
                      .send({.opcode = Opcode::Continuation,
                             .payload = "Hello",
                             .isFinal = false,
                             .announcedLength = (std::uint64_t{1} << 63) - 1})
                      .probe(Milliseconds(400))
                      .endOutput()
                      .ends({.kind = Ending::Kind::Lost})
                      .best(Verdict::Informational)
                      .build());
}

}  // namespace

Cases limitCases() {
  Cases cases;
  addSizes(cases, Opcode::Text, "text");
  addSizes(cases, Opcode::Binary, "binary");
  addTiny(cases);
  addGiants(cases);
  return cases;
}

}  // namespace parley::tool::check
