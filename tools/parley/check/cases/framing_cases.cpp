#include "families.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

/// Around every step of the length field (RFC 6455 section 5.2), and of usual buffers.
constexpr std::size_t kSizes[] = {0,   1,   2,    124,   125,   126,   127,   128,   129,
                                  255, 256, 1024, 65534, 65535, 65536, 65537, 131072};
/// The longest header has 14 bytes; a few more cut into the payload.
constexpr std::size_t kHeaderCuts = 17;

Payload payloadOf(Opcode opcode, std::size_t size) {
  return opcode == Opcode::Text ? Payload::letters(size) : Payload::noise(size);
}

const char* nameOfData(Opcode opcode) {
  return opcode == Opcode::Text ? "text" : "binary";
}

void addSizes(Cases& cases, Opcode opcode) {
  const char* name = nameOfData(opcode);
  for (const std::size_t size : kSizes) {
    const std::string id = fmt::format("framing.{}.{}", name, size);
    const std::string what = fmt::format("{} message of {} bytes", name, size);
    cases.push_back(
        CaseBuilder(id, "RFC 6455 5.2", what).echo(opcode, payloadOf(opcode, size)).build());
    const Chop chop = size < 1024 ? Chop{.piece = size < 200 ? 1U : 7U}
                                  : Chop{.piece = 997, .gap = Milliseconds(0)};
    cases.push_back(CaseBuilder(id + ".chopped", "RFC 6455 5.2",
                                fmt::format("{}, in TCP pieces of {} bytes", what, chop.piece))
                        .echo(opcode, payloadOf(opcode, size), chop)
                        .build());
  }
}

/// A receiver that thinks a header comes in one piece fails one of these.
void addHeaderCuts(Cases& cases) {
  for (const std::size_t size : {std::size_t{5}, std::size_t{300}, std::size_t{70000}}) {
    for (std::size_t cut = 1; cut <= (size == 5 ? 8 : kHeaderCuts); ++cut) {
      cases.push_back(
          CaseBuilder(
              fmt::format("framing.header.{}.cut{}", size, cut), "RFC 6455 5.2",
              fmt::format("binary message of {} bytes, TCP pauses after byte {} of its frame", size,
                          cut))
              .echo(Opcode::Binary, Payload::noise(size), {.first = cut, .gap = Milliseconds(4)})
              .build());
    }
  }
}

/// Frames that a receiver gets in one read.
void addGlued(Cases& cases) {
  for (const std::size_t count : {2U, 3U, 10U, 100U}) {
    CaseBuilder builder(fmt::format("framing.glued.{}", count), "RFC 6455 5.2",
                        fmt::format("{} small messages in one TCP segment", count));
    for (std::size_t i = 0; i < count; ++i) {
      builder.echo(i % 2 == 0 ? Opcode::Text : Opcode::Binary, fmt::format("message {}", i));
    }
    cases.push_back(builder.build());
  }
  CaseBuilder growing("framing.glued.growing", "RFC 6455 5.2",
                      "messages of 0, 1, ... 140 bytes one after the other");
  for (std::size_t size = 0; size <= 140; ++size)
    growing.echo(Opcode::Binary, Payload::noise(size));
  cases.push_back(growing.build());
}

}  // namespace

Cases framingCases() {
  Cases cases;
  addSizes(cases, Opcode::Text);
  addSizes(cases, Opcode::Binary);
  addHeaderCuts(cases);
  addGlued(cases);
  return cases;
}

}  // namespace parley::tool::check
