#include "families.hpp"

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kPing = "RFC 6455 5.5.2";
constexpr const char* kPong = "RFC 6455 5.5.3";

void addPingSizes(Cases& cases) {
  for (const std::size_t size : {0U, 1U, 2U, 64U, 124U, 125U}) {
    cases.push_back(CaseBuilder(fmt::format("ping.size.{}", size), kPing,
                                fmt::format("Ping with {} bytes", size))
                        .ping(Payload::letters(size).bytes())
                        .build());
    cases.push_back(CaseBuilder(fmt::format("ping.binary.{}", size), kPing,
                                fmt::format("Ping with {} bytes that are no text", size))
                        .ping(Payload::noise(size).bytes())
                        .build());
  }
  cases.push_back(CaseBuilder("ping.chopped", kPing, "Ping with 125 bytes, TCP byte by byte")
                      .ping(Payload::letters(125).bytes(), {.piece = 1, .gap = Milliseconds(1)})
                      .build());
}

/// "All control frames MUST have a payload length of 125 bytes or less".
void addTooLong(Cases& cases) {
  for (const Opcode opcode : {Opcode::Ping, Opcode::Pong}) {
    const char* name = opcode == Opcode::Ping ? "ping" : "pong";
    for (const std::size_t size : {126U, 127U, 1000U, 65536U}) {
      cases.push_back(CaseBuilder(fmt::format("{}.long.{}", name, size), "RFC 6455 5.5",
                                  fmt::format("{} frame with {} bytes", name, size))
                          .send({.opcode = opcode, .payload = Payload::letters(size)})
                          .fails({1002})
                          .build());
    }
    cases.push_back(CaseBuilder(fmt::format("{}.fragmented", name), "RFC 6455 5.5",
                                fmt::format("{} frame without FIN", name))
                        .send({.opcode = opcode, .payload = "part", .isFinal = false})
                        .fails({1002})
                        .build());
    cases.push_back(CaseBuilder(fmt::format("{}.fragmented.whole", name), "RFC 6455 5.4",
                                fmt::format("{} in two fragments", name))
                        .send({.opcode = opcode, .payload = "part", .isFinal = false})
                        .send({.opcode = Opcode::Continuation, .payload = "rest"})
                        .fails({1002})
                        .build());
    cases.push_back(CaseBuilder(fmt::format("{}.fragmented.inside", name), "RFC 6455 5.5",
                                fmt::format("{} without FIN inside a fragmented message", name))
                        .send({.payload = "one", .isFinal = false})
                        .send({.opcode = opcode, .payload = "part", .isFinal = false})
                        .fails({1002})
                        .build());
  }
}

/// A peer may take many Pings for an attack (RFC 6455 section 10.4) and leave.
Case guarded(CaseBuilder& builder) {
  return builder.orElse({.kind = Ending::Kind::Lost}, Verdict::NonStrict).build();
}

void addFloods(Cases& cases) {
  for (const std::size_t count : {2U, 10U, 100U, 1000U}) {
    CaseBuilder builder(fmt::format("ping.many.{}", count), kPong,
                        fmt::format("{} Pings at once; the last one must be answered", count));
    for (std::size_t i = 0; i < count; ++i) builder.ping(fmt::format("ping {}", i));
    cases.push_back(count < 100 ? builder.build() : guarded(builder));
  }
  CaseBuilder full("ping.many.full", kPong, "300 Pings with 125 bytes each, TCP in pieces of 61");
  for (std::size_t i = 0; i < 300; ++i) {
    full.ping(fmt::format("{:0125}", i), {.piece = 61});
  }
  cases.push_back(guarded(full));
  CaseBuilder single("ping.each", kPing, "20 Pings, each sent when the one before is answered");
  for (std::size_t i = 0; i < 20; ++i) single.ping(fmt::format("ping {}", i)).await();
  cases.push_back(single.build());
}

/// A Pong may come unasked, and nothing answers it.
void addUnsolicitedPongs(Cases& cases) {
  for (const std::size_t size : {0U, 1U, 125U}) {
    cases.push_back(CaseBuilder(fmt::format("pong.unsolicited.{}", size), kPong,
                                fmt::format("Pong with {} bytes that nobody asked for", size))
                        .send({.opcode = Opcode::Pong, .payload = Payload::letters(size)})
                        .ping("and a Ping")
                        .echo(Opcode::Text, "and a message")
                        .build());
  }
  CaseBuilder flood("pong.unsolicited.many", kPong, "500 Pongs that nobody asked for");
  for (int i = 0; i < 500; ++i) flood.send({.opcode = Opcode::Pong, .payload = "unasked"});
  cases.push_back(flood.ping("and a Ping").echo(Opcode::Text, "and a message").build());
}

/// Control frames between the fragments of a message (RFC 6455 section 5.4).
void addBetweenFragments(Cases& cases) {
  for (const std::size_t fragments : {2U, 5U, 50U}) {
    CaseBuilder builder(fmt::format("ping.between.{}", fragments), "RFC 6455 5.4",
                        fmt::format("message in {} fragments, a Ping after each but the last, "
                                    "answered before the next fragment",
                                    fragments));
    std::string whole;
    for (std::size_t i = 0; i < fragments; ++i) {
      const std::string part = fmt::format("part {} ", i);
      const bool isLast = i + 1 == fragments;
      whole += part;
      builder.send({.opcode = i == 0 ? Opcode::Text : Opcode::Continuation,
                    .payload = part,
                    .isFinal = isLast});
      if (!isLast) builder.ping(fmt::format("ping {}", i)).await();
    }
    cases.push_back(builder.expect(Opcode::Text, whole).build());
  }
  cases.push_back(CaseBuilder("ping.between.glued", "RFC 6455 5.4",
                              "fragment, Ping, Ping, fragment in one TCP segment")
                      .send({.opcode = Opcode::Binary, .payload = "one ", .isFinal = false})
                      .ping("first")
                      .ping("second")
                      .send({.opcode = Opcode::Continuation, .payload = "two"})
                      .expect(Opcode::Binary, "one two")
                      .build());
  cases.push_back(
      CaseBuilder("ping.between.chopped", "RFC 6455 5.4",
                  "fragment, Ping, fragment, TCP byte by byte")
          .send({.payload = "one ", .isFinal = false}, {.piece = 1, .gap = Milliseconds(1)})
          .ping("middle", {.piece = 1, .gap = Milliseconds(1)})
          .send({.opcode = Opcode::Continuation, .payload = "two"},
                {.piece = 1, .gap = Milliseconds(1)})
          .expect(Opcode::Text, "one two")
          .build());
  cases.push_back(CaseBuilder("pong.between", "RFC 6455 5.4", "fragment, Pong, fragment")
                      .send({.payload = "one ", .isFinal = false})
                      .send({.opcode = Opcode::Pong, .payload = "unasked"})
                      .send({.opcode = Opcode::Continuation, .payload = "two"})
                      .expect(Opcode::Text, "one two")
                      .build());
}

void addAroundMessages(Cases& cases) {
  cases.push_back(CaseBuilder("ping.before", kPing, "Ping and a message in one TCP segment")
                      .ping("ping")
                      .echo(Opcode::Text, "message")
                      .build());
  cases.push_back(CaseBuilder("ping.after", kPing, "a message and a Ping in one TCP segment")
                      .echo(Opcode::Text, "message")
                      .ping("ping")
                      .build());
  cases.push_back(CaseBuilder("ping.large", kPing, "Ping behind a message of 1 MiB")
                      .echo(Opcode::Binary, Payload::noise(std::size_t{1} << 20))
                      .ping("ping")
                      .build());
}

}  // namespace

Cases controlCases() {
  Cases cases;
  addPingSizes(cases);
  addTooLong(cases);
  addFloods(cases);
  addUnsolicitedPongs(cases);
  addBetweenFragments(cases);
  addAroundMessages(cases);
  return cases;
}

}  // namespace parley::tool::check
