#include "families.hpp"
#include "utf8_checker.hpp"
#include "utf8_table.hpp"

#include <string>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 8.1";
constexpr const char* kFailFast = "RFC 6455 8.1, 7.1.7";
constexpr Chop kBytewise{.piece = 1, .gap = Milliseconds(1)};
/// How long a peer that can fail at a byte may take to do so.
constexpr Milliseconds kProbe{400};
/// Every third row is enough where a peer that waits costs that time.
constexpr std::size_t kProbedRows = 3;

Frame fragment(Opcode opcode, std::string_view payload) {
  return {.opcode = opcode, .payload = std::string(payload), .isFinal = false};
}

Frame lastFragment(std::string_view payload) {
  return {.opcode = Opcode::Continuation, .payload = std::string(payload)};
}

void addValid(Cases& cases, std::size_t number, const Utf8Row& row) {
  const std::string id = fmt::format("utf8.valid.{}", number);
  cases.push_back(
      CaseBuilder(id, kSection, row.what).echo(Opcode::Text, std::string(row.bytes)).build());
  cases.push_back(
      CaseBuilder(id + ".chopped", kSection, fmt::format("{}; TCP byte by byte", row.what))
          .echo(Opcode::Text, std::string(row.bytes), kBytewise)
          .build());
  for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
    cases.push_back(CaseBuilder(fmt::format("{}.cut{}", id, cut), kSection,
                                fmt::format("{}; fragments cut at byte {}", row.what, cut))
                        .send(fragment(Opcode::Text, row.bytes.substr(0, cut)))
                        .send(lastFragment(row.bytes.substr(cut)))
                        .expect(Opcode::Text, std::string(row.bytes))
                        .build());
  }
}

/// In two fragments. If the first one is bad already, the Ping behind it shows whether the peer
/// goes on.
Case invalidCut(const std::string& id, const Utf8Row& row, std::size_t fault, std::size_t cut) {
  CaseBuilder builder(fmt::format("{}.cut{}", id, cut), fault < cut ? kFailFast : kSection,
                      fmt::format("{}; fragments cut at byte {}", row.what, cut));
  builder.send(fragment(Opcode::Text, row.bytes.substr(0, cut)));
  if (fault < cut) {
    builder.ping("do you go on?").await().failsHere({1007});
  } else {
    builder.fails({1007});
  }
  return builder.send(lastFragment(row.bytes.substr(cut))).build();
}

void addInvalid(Cases& cases, std::size_t number, const Utf8Row& row) {
  const std::string id = fmt::format("utf8.invalid.{}", number);
  const std::size_t fault = firstUtf8Fault(row.bytes).value_or(0);
  const Frame whole{.payload = std::string(row.bytes)};
  cases.push_back(CaseBuilder(id, kSection, row.what).send(whole).fails({1007}).build());
  cases.push_back(
      CaseBuilder(id + ".chopped", kSection, fmt::format("{}; TCP byte by byte", row.what))
          .send(whole, kBytewise)
          .fails({1007})
          .build());
  for (std::size_t cut = 1; cut < row.bytes.size(); ++cut) {
    cases.push_back(invalidCut(id, row, fault, cut));
  }
  if (number % kProbedRows != 0 || fault == row.bytes.size()) return;
  // Up to the bad byte; the rest of the frame comes only if the peer waits for it. A key of zeros
  // lets the rest go as it is.
  cases.push_back(CaseBuilder(id + ".failfast", kFailFast,
                              fmt::format("{}; TCP pauses after the first bad byte", row.what))
                      .send({.payload = std::string(row.bytes.substr(0, fault + 1)),
                             .maskKey = MaskKey{},
                             .announcedLength = fault + 101})
                      .probe(kProbe)
                      .failsHere({1007})
                      .sendBytes(std::string(100, 'x'))
                      .build());
}

void addBinary(Cases& cases) {
  const auto rows = invalidUtf8();
  for (std::size_t i = 0; i < rows.size(); i += 10) {
    cases.push_back(CaseBuilder(fmt::format("utf8.binary.{}", i + 1), "RFC 6455 5.6",
                                fmt::format("{}; binary, so it is fine", rows[i].what))
                        .echo(Opcode::Binary, std::string(rows[i].bytes))
                        .build());
  }
}

void addAround(Cases& cases) {
  const std::string bad = "caf\xe9";
  cases.push_back(CaseBuilder("utf8.order.good.bad", kSection, "a good message, then a bad one")
                      .echo(Opcode::Text, "good")
                      .send({.payload = bad})
                      .fails({1007})
                      .build());
  cases.push_back(CaseBuilder("utf8.order.bad.good", kSection, "a bad message, then a good one")
                      .send({.payload = bad})
                      .send({.payload = "good, but too late"})
                      .fails({1007})
                      .build());
  cases.push_back(CaseBuilder("utf8.order.split", kSection,
                              "a character is not completed by the message after it")
                      .send({.payload = "\xc3"})
                      .send({.payload = "\xa9"})
                      .fails({1007})
                      .build());
  cases.push_back(CaseBuilder("utf8.ping.inside", "RFC 6455 5.4",
                              "a Ping in the middle of a character in two fragments")
                      .send(fragment(Opcode::Text, "\xf0\x9f"))
                      .ping("\xf0\x9f")
                      .await()
                      .send(lastFragment("\x98\x80"))
                      .expect(Opcode::Text, "\xf0\x9f\x98\x80")
                      .build());
  for (const std::size_t size : {1000U, 65536U, 1048576U}) {
    cases.push_back(CaseBuilder(fmt::format("utf8.long.{}", size), kSection,
                                fmt::format("text of {} bytes in many scripts", size))
                        .echo(Opcode::Text, Payload::scripts(size))
                        .build());
    cases.push_back(
        CaseBuilder(fmt::format("utf8.long.{}.fragments", size), kSection,
                    fmt::format("text of {} bytes in many scripts, fragments of 333", size))
            .echo({.payload = Payload::scripts(size), .fragmentSize = 333})
            .build());
    cases.push_back(CaseBuilder(fmt::format("utf8.long.{}.bad", size), kSection,
                                fmt::format("text of {} bytes whose last one is bad", size))
                        .send({.payload = Payload::scripts(size - 1).bytes() + "\xff"})
                        .fails({1007})
                        .build());
  }
}

}  // namespace

Cases utf8Cases() {
  Cases cases;
  std::size_t number = 0;
  for (const Utf8Row& row : validUtf8()) addValid(cases, ++number, row);
  number = 0;
  for (const Utf8Row& row : invalidUtf8()) addInvalid(cases, ++number, row);
  addBinary(cases);
  addAround(cases);
  return cases;
}

}  // namespace parley::tool::check
