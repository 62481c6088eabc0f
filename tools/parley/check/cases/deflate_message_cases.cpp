#include "families.hpp"

#include <string>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 7692 6, 7.2";

struct TermsRow {
  const char* id;
  DeflateTerms terms;
};
const TermsRow kTerms[] = {
    {"default", {}},
    {"fresh", {.serverNoTakeover = true, .clientNoTakeover = true}},
    {"small", {.serverBits = 9, .clientBits = 9}},
    {"fresh.small",
     {.serverNoTakeover = true, .clientNoTakeover = true, .serverBits = 9, .clientBits = 9}},
    {"large", {.serverBits = 15, .clientBits = 15}},
};

constexpr std::size_t kSizes[] = {0, 1, 2, 16, 64, 256, 1024, 4096, 16384, 32768, 65536, 131072};

/// Many messages of each size, so that what one leaves in the window shows in the next.
void addSizes(Cases& cases) {
  for (const TermsRow& row : kTerms) {
    for (const std::size_t size : kSizes) {
      const std::size_t count = size <= 4096 ? 50 : 8;
      for (const Opcode opcode : {Opcode::Text, Opcode::Binary}) {
        const bool isText = opcode == Opcode::Text;
        cases.push_back(
            CaseBuilder(fmt::format("deflate.{}.{}.{}", row.id, isText ? "records" : "noise", size),
                        kSection,
                        fmt::format("{} messages of {} bytes that {}, {}", count, size,
                                    isText ? "compress" : "do not compress", describe(row.terms)))
                .opening({.deflate = row.terms})
                .echo({.opcode = opcode,
                       .payload = isText ? Payload::records(size) : Payload::noise(size),
                       .count = count})
                .build());
      }
    }
  }
}

/// RFC 7692 section 6.1: fragments are cut from the compressed message.
void addFragments(Cases& cases) {
  for (const TermsRow& row : {kTerms[0], kTerms[1]}) {
    for (const std::size_t size : {1U, 16U, 256U, 4096U}) {
      cases.push_back(
          CaseBuilder(fmt::format("deflate.{}.fragments.{}", row.id, size), "RFC 7692 6.1, 6.2",
                      fmt::format("compressed messages in fragments of {} bytes", size))
              .opening({.deflate = row.terms})
              .echo({.payload = Payload::records(size * 40), .count = 5, .fragmentSize = size})
              .build());
    }
    for (const std::size_t piece : {1U, 7U, 1000U}) {
      const Chop chop{.piece = piece, .gap = Milliseconds(piece == 1 ? 1 : 0)};
      cases.push_back(
          CaseBuilder(fmt::format("deflate.{}.chopped.{}", row.id, piece), "RFC 7692 6.2",
                      fmt::format("compressed messages, TCP in pieces of {} bytes", piece))
              .opening({.deflate = row.terms})
              .echo({.payload = Payload::records(piece * 100), .count = 3, .chop = chop})
              .build());
    }
  }
}

/// Compression is a choice for each message.
void addMixed(Cases& cases) {
  for (const TermsRow& row : {kTerms[0], kTerms[1]}) {
    CaseBuilder mixed(fmt::format("deflate.{}.mixed", row.id), "RFC 7692 6",
                      "compressed and uncompressed messages in turn");
    mixed.opening({.deflate = row.terms});
    for (std::size_t i = 0; i < 10; ++i) {
      mixed.echo({.payload = Payload::records(300).numbered(i)});
      mixed.echo({.payload = Payload::records(300).numbered(i),
                  .compression = SendMessages::Compression::Never});
    }
    cases.push_back(mixed.build());
    CaseBuilder pings(fmt::format("deflate.{}.pings", row.id), "RFC 7692 6",
                      "Pings between compressed messages");
    pings.opening({.deflate = row.terms});
    for (std::size_t i = 0; i < 10; ++i) {
      pings.echo({.payload = Payload::records(300).numbered(i)}).ping(fmt::format("ping {}", i));
    }
    cases.push_back(pings.build());
    cases.push_back(CaseBuilder(fmt::format("deflate.{}.scripts", row.id), kSection,
                                "compressed text in many scripts, fragments of 5 bytes")
                        .opening({.deflate = row.terms})
                        .echo({.payload = Payload::scripts(2000), .count = 5, .fragmentSize = 5})
                        .build());
    cases.push_back(CaseBuilder(fmt::format("deflate.{}.growing", row.id), kSection,
                                "500 short messages at once")
                        .opening({.deflate = row.terms})
                        .echo({.payload = Payload::records(90), .count = 500})
                        .build());
  }
}

/// The same incompressible bytes again: all that a compressor can do is refer to the message
/// before, right at the far end of the window.
void addWindows(Cases& cases) {
  for (int bits = 8; bits <= 15; ++bits) {
    // zlib looks no further back than 262 bytes less than its window.
    const std::size_t size = bits == 8 ? 200 : (std::size_t{1} << bits) - 280;
    CaseBuilder builder(
        fmt::format("deflate.window.{}", bits), "RFC 7692 7.1.2, 7.2.2",
        fmt::format("{} bytes that only a window of {} bits finds again", size, bits));
    builder.opening({.deflate = DeflateTerms{.serverBits = bits, .clientBits = bits}});
    for (int i = 0; i < 4; ++i) builder.echo(Opcode::Binary, Payload::noise(size));
    cases.push_back(builder.build());
    if (bits == 15) continue;
    const std::size_t beyond = (std::size_t{1} << bits) + 300;
    cases.push_back(CaseBuilder(fmt::format("deflate.window.{}.beyond", bits), "RFC 7692 7.1.2",
                                fmt::format("{} bytes again and again, which no window of {} bits "
                                            "may find",
                                            beyond, bits))
                        .opening({.deflate = DeflateTerms{.serverBits = bits, .clientBits = bits}})
                        .echo(Opcode::Binary, Payload::noise(beyond))
                        .echo(Opcode::Binary, Payload::noise(beyond))
                        .echo(Opcode::Binary, Payload::noise(beyond))
                        .build());
  }
}

/// A few kilobytes that become many megabytes (RFC 6455 section 10.4, RFC 7692 section 8).
void addBombs(Cases& cases) {
  for (const std::size_t fragment : {0U, 1000U}) {
    cases.push_back(
        CaseBuilder(
            fmt::format("deflate.bomb.{}", fragment == 0 ? "whole" : "fragments"), "RFC 6455 10.4",
            fmt::format("64 MiB of zeros in {}", fragment == 0 ? "one frame" : "many fragments"))
            .opening({.deflate = DeflateTerms{}})
            .echo({.opcode = Opcode::Binary,
                   .payload = Payload::zeros(std::size_t{64} << 20),
                   .fragmentSize = fragment})
            .best(Verdict::Informational)
            .orElse({.kind = Ending::Kind::Failed, .codes = {1009}}, Verdict::Strict)
            .build());
  }
}

}  // namespace

Cases deflateMessageCases() {
  Cases cases;
  addSizes(cases);
  addFragments(cases);
  addMixed(cases);
  addWindows(cases);
  addBombs(cases);
  return cases;
}

}  // namespace parley::tool::check
