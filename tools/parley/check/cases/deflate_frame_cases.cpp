#include "families.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

using namespace std::string_view_literals;  // NOLINT: for ""sv

constexpr const char* kExamples = "RFC 7692 7.2.3";
constexpr auto kHello = "\xf2\x48\xcd\xc9\xc9\x07\x00"sv;  // section 7.2.3.1
constexpr auto kHelloAgain = "\xf2\x00\x11\x00\x00"sv;     // section 7.2.3.2

struct StreamRow {
  const char* id;
  const char* what;
  std::string_view payload;
  std::string_view message;
};
const StreamRow kStreams[] = {
    {"hello", "one block", kHello, "Hello"},
    {"stored", "a block without compression", "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv,
     "Hello"},
    {"final", "a block with BFINAL", "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv, "Hello"},
    {"two.blocks", "two blocks", "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv, "Hello"},
    {"empty", "an empty message", "\x00"sv, ""},
    {"empty.fixed", "an empty message as a block with fixed codes", "\x02\x00"sv, ""},
    {"empty.blocks", "three empty blocks and then data",
     "\x00\x00\x00\xff\xff\x00\x00\x00\xff\xff\x00\x00\x00\xff\xff\xf2\x48\xcd\xc9\xc9\x07\x00"sv,
     "Hello"},
};

Case streamCase(const StreamRow& row, std::optional<std::size_t> cut) {
  const std::string whole(row.payload);
  CaseBuilder builder(
      fmt::format("deflate.stream.{}{}", row.id, cut ? fmt::format(".cut{}", *cut) : ""), kExamples,
      cut ? fmt::format("{}; fragments cut at byte {}", row.what, *cut) : row.what);
  builder.opening({.deflate = DeflateTerms{}});
  if (cut) {
    builder.send({.payload = whole.substr(0, *cut), .isFinal = false, .reserved = kRsv1});
    builder.send({.opcode = Opcode::Continuation, .payload = whole.substr(*cut)});
  } else {
    builder.send({.payload = whole, .reserved = kRsv1});
  }
  return builder.expect(Opcode::Text, std::string(row.message)).build();
}

void addStreams(Cases& cases) {
  for (const StreamRow& row : kStreams) {
    cases.push_back(streamCase(row, std::nullopt));
    for (std::size_t cut = 0; cut <= row.payload.size(); ++cut) {
      cases.push_back(streamCase(row, cut));
    }
  }
  cases.push_back(CaseBuilder("deflate.stream.again", "RFC 7692 7.2.3.2",
                              "a message that refers to the one before")
                      .opening({.deflate = DeflateTerms{}})
                      .send({.payload = std::string(kHello), .reserved = kRsv1})
                      .send({.payload = std::string(kHelloAgain), .reserved = kRsv1})
                      .expect(Opcode::Text, "Hello", 2)
                      .build());
  cases.push_back(CaseBuilder("deflate.stream.after.final", "RFC 7692 7.2.3.4",
                              "a message after one that ended with BFINAL")
                      .opening({.deflate = DeflateTerms{}})
                      .send({.payload = std::string(kStreams[2].payload), .reserved = kRsv1})
                      .send({.payload = std::string(kHello), .reserved = kRsv1})
                      .expect(Opcode::Text, "Hello", 2)
                      .build());
}

/// RFC 7692 section 6: RSV1 is for the first frame of a data message.
void addBits(Cases& cases) {
  struct Row {
    const char* id;
    Opcode opcode;
    std::uint8_t reserved;
  };
  for (const Row& row :
       {Row{"ping", Opcode::Ping, kRsv1}, Row{"pong", Opcode::Pong, kRsv1},
        Row{"close", Opcode::Close, kRsv1}, Row{"rsv2", Opcode::Text, kRsv2},
        Row{"rsv3", Opcode::Text, kRsv3}, Row{"rsv12", Opcode::Text, kRsv1 | kRsv2},
        Row{"rsv13", Opcode::Text, kRsv1 | kRsv3}}) {
    cases.push_back(
        CaseBuilder(fmt::format("deflate.bits.{}", row.id), "RFC 7692 6",
                    fmt::format("reserved bits {:03b} on a {} frame", row.reserved, row.id))
            .opening({.deflate = DeflateTerms{}})
            .send({.opcode = row.opcode,
                   .payload = row.opcode == Opcode::Close ? closeBody(1000) : std::string(kHello),
                   .reserved = row.reserved})
            .fails({1002})
            .build());
  }
  struct Message {
    const char* id;
    std::string_view bytes;
    std::uint8_t reserved;
  };
  for (const Message& message :
       {Message{"plain", "Hello", 0}, Message{"compressed", kHello, kRsv1}}) {
    cases.push_back(
        CaseBuilder(fmt::format("deflate.bits.continuation.{}", message.id), "RFC 7692 6.1",
                    fmt::format("RSV1 on the second fragment of a {} message", message.id))
            .opening({.deflate = DeflateTerms{}})
            .send({.payload = std::string(message.bytes.substr(0, 3)),
                   .isFinal = false,
                   .reserved = message.reserved})
            .send({.opcode = Opcode::Continuation,
                   .payload = std::string(message.bytes.substr(3)),
                   .reserved = kRsv1})
            .fails({1002})
            .build());
  }
}

struct CorruptRow {
  const char* id;
  const char* what;
  std::string_view payload;
};
constexpr CorruptRow kCorrupt[] = {
    {"type", "a block of the reserved type", "\x06\x00\x00"sv},
    {"type.final", "a last block of the reserved type", "\x07\x00\x00"sv},
    {"stored.length", "a stored block whose two lengths differ", "\x00\x05\x00\x00\x00Hello\x00"sv},
    // 32768 bytes back: a receiver may keep the window of earlier messages (section 7.2.2), and
    // then a short distance would be a good one.
    {"distance", "a reference in front of the first byte", "\xf2\x00\xdd\xff\x0f\x00"sv},
    {"dynamic", "a dynamic block with impossible code lengths",
     "\xec\xff\xff\xff\xff\xff\xff\xff"sv},
    {"text", "plain text with RSV1 set", "this is no DEFLATE data at all, but ASCII"sv},
    {"ones", "64 bytes of FF",
     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv},
};

void addCorrupt(Cases& cases) {
  for (const CorruptRow& row : kCorrupt) {
    cases.push_back(
        CaseBuilder(fmt::format("deflate.corrupt.{}", row.id), "RFC 7692 7.2.2", row.what)
            .opening({.deflate = DeflateTerms{}})
            .send({.payload = std::string(row.payload), .reserved = kRsv1})
            .fails({1007, 1002})
            .build());
    cases.push_back(
        CaseBuilder(fmt::format("deflate.corrupt.{}.second", row.id), "RFC 7692 7.2.2",
                    fmt::format("a good message, then {}", row.what))
            .opening({.deflate = DeflateTerms{.serverNoTakeover = true, .clientNoTakeover = true}})
            .echo(Opcode::Text, "good")
            .send(
                {.opcode = Opcode::Binary, .payload = std::string(row.payload), .reserved = kRsv1})
            .fails({1007, 1002})
            .build());
  }
}

/// Text is checked after it is decompressed.
void addText(Cases& cases) {
  // Stored blocks of "caf\xe9" and of the two halves of an e with acute accent.
  const std::string bad(
      "\x00\x04\x00\xfb\xff"
      "caf\xe9\x00",
      10);
  const std::string half("\x00\x01\x00\xfe\xff\xc3\x00", 7);
  cases.push_back(
      CaseBuilder("deflate.utf8.bad", "RFC 6455 8.1", "compressed text that is not UTF-8")
          .opening({.deflate = DeflateTerms{}})
          .send({.payload = bad, .reserved = kRsv1})
          .fails({1007})
          .build());
  cases.push_back(CaseBuilder("deflate.utf8.cut", "RFC 6455 8.1",
                              "compressed text that ends inside a character")
                      .opening({.deflate = DeflateTerms{}})
                      .send({.payload = half, .reserved = kRsv1})
                      .fails({1007})
                      .build());
  cases.push_back(
      CaseBuilder("deflate.utf8.binary", "RFC 6455 5.6", "compressed binary data need not be UTF-8")
          .opening({.deflate = DeflateTerms{}})
          .send({.opcode = Opcode::Binary, .payload = bad, .reserved = kRsv1})
          .expect(Opcode::Binary, "caf\xe9")
          .build());
}

/// A sender may not do this; whether a receiver has to see it, the RFC does not say.
void addOpen(Cases& cases) {
  const Ending failed{.kind = Ending::Kind::Failed, .codes = {1007, 1002}};
  cases.push_back(
      CaseBuilder("deflate.open.fresh", "RFC 7692 7.1.1",
                  "a reference to the message before, though nothing is taken over")
          .opening({.deflate = DeflateTerms{.serverNoTakeover = true, .clientNoTakeover = true}})
          .send({.payload = std::string(kHello), .reserved = kRsv1})
          .send({.payload = std::string(kHelloAgain), .reserved = kRsv1})
          .expect(Opcode::Text, "Hello", 2)
          .open(failed)
          .build());
  cases.push_back(
      CaseBuilder("deflate.open.nothing", "RFC 7692 7.2.2", "RSV1 on a frame without payload")
          .opening({.deflate = DeflateTerms{}})
          .send({.reserved = kRsv1})
          .expect(Opcode::Text, "")
          .open(failed)
          .build());
}

}  // namespace

Cases deflateFrameCases() {
  Cases cases;
  addStreams(cases);
  addBits(cases);
  addCorrupt(cases);
  addText(cases);
  addOpen(cases);
  return cases;
}

}  // namespace parley::tool::check
