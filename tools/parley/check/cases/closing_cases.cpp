#include "families.hpp"
#include "utf8_table.hpp"

#include <string>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kClose = "RFC 6455 5.5.1";
constexpr const char* kCodes = "RFC 6455 7.4";

constexpr std::uint16_t kLegal[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010,
                                    1011, 3000, 3001, 3999, 4000, 4001, 4999};
/// Registered with IANA after the RFC; an endpoint that knows only the RFC may fail.
constexpr std::uint16_t kRegistered[] = {1012, 1013, 1014};
constexpr std::uint16_t kIllegal[] = {0, 1, 99, 100, 500, 999, 1005, 1006, 1015};
/// Reserved for later (1004, 1016 to 2999), or not spoken of (5000 and above).
constexpr std::uint16_t kOpen[] = {1004, 1016, 1100, 2000, 2999, 5000, 10000, 32768, 65535};

Ending failedWith(int code) {
  return {.kind = Ending::Kind::Failed, .codes = {code}};
}

void addCodes(Cases& cases) {
  for (const std::uint16_t code : kLegal) {
    cases.push_back(
        CaseBuilder(fmt::format("close.code.{}", code), kCodes, fmt::format("Close {}", code))
            .close(code)
            .answered({code})
            .build());
    cases.push_back(CaseBuilder(fmt::format("close.code.{}.reason", code), kCodes,
                                fmt::format("Close {} with a reason", code))
                        .close(code, "because")
                        .answered({code})
                        .build());
  }
  for (const std::uint16_t code : kRegistered) {
    cases.push_back(CaseBuilder(fmt::format("close.code.{}", code), "IANA registry, RFC 6455 7.4.2",
                                fmt::format("Close {}, registered after the RFC", code))
                        .close(code)
                        .answered({code})
                        .orElse(failedWith(1002), Verdict::NonStrict)
                        .build());
  }
  for (const std::uint16_t code : kIllegal) {
    for (const char* reason : {"", "because"}) {
      const bool hasReason = *reason != '\0';
      cases.push_back(CaseBuilder(fmt::format("close.code.{}{}", code, hasReason ? ".reason" : ""),
                                  kCodes, fmt::format("Close {}, which nobody may send", code))
                          .close(code, reason)
                          .fails({1002})
                          .build());
    }
  }
  for (const std::uint16_t code : kOpen) {
    cases.push_back(CaseBuilder(fmt::format("close.code.{}", code), "RFC 6455 7.4.2",
                                fmt::format("Close {}, which the RFC leaves open", code))
                        .close(code)
                        .answered({code})
                        .open(failedWith(1002))
                        .build());
  }
}

void addBodies(Cases& cases) {
  cases.push_back(CaseBuilder("close.body.empty", kClose, "Close without a body")
                      .close({})
                      .answered({})
                      .build());
  cases.push_back(CaseBuilder("close.body.one", kClose, "Close with one byte")
                      .send({.opcode = Opcode::Close, .payload = "\x03"})
                      .fails({1002})
                      .build());
  for (const std::size_t size : {1U, 2U, 60U, 122U, 123U}) {
    cases.push_back(CaseBuilder(fmt::format("close.reason.{}", size), kClose,
                                fmt::format("Close with a reason of {} bytes", size))
                        .close(1000, Payload::letters(size).bytes())
                        .answered({1000})
                        .build());
    cases.push_back(
        CaseBuilder(fmt::format("close.reason.{}.scripts", size), kClose,
                    fmt::format("Close with a reason of {} bytes in many scripts", size))
            .close(1000, Payload::scripts(size).bytes())
            .answered({1000})
            .build());
  }
  for (const std::size_t size : {124U, 125U, 1000U, 70000U}) {
    cases.push_back(
        CaseBuilder(fmt::format("close.reason.{}", size), "RFC 6455 5.5",
                    fmt::format("Close with a reason of {} bytes: the frame is too long", size))
            .close(1000, Payload::letters(size).bytes())
            .fails({1002})
            .build());
  }
  cases.push_back(CaseBuilder("close.fragmented", "RFC 6455 5.5", "Close without FIN")
                      .send({.opcode = Opcode::Close, .payload = closeBody(1000), .isFinal = false})
                      .fails({1002})
                      .build());
}

void addReasons(Cases& cases) {
  std::size_t number = 0;
  for (const Utf8Row& row : validUtf8()) {
    if (++number % 3 != 0) continue;
    cases.push_back(CaseBuilder(fmt::format("close.utf8.valid.{}", number), kClose,
                                fmt::format("reason: {}", row.what))
                        .close(3000, row.bytes)
                        .answered({3000})
                        .build());
  }
  number = 0;
  for (const Utf8Row& row : invalidUtf8()) {
    if (++number % 2 != 0) continue;
    cases.push_back(CaseBuilder(fmt::format("close.utf8.invalid.{}", number), "RFC 6455 5.5.1, 8.1",
                                fmt::format("reason: {}", row.what))
                        .close(1000, row.bytes)
                        .fails({1007})
                        .build());
  }
}

/// "The application MUST NOT send any more data frames after sending a Close frame": what comes all
/// the same is not answered.
void addAfterClose(Cases& cases) {
  cases.push_back(CaseBuilder("close.then.text", kClose, "a message behind the Close frame")
                      .close(1000)
                      .send({.payload = "too late"})
                      .answered({1000})
                      .build());
  cases.push_back(CaseBuilder("close.then.ping", kClose, "a Ping behind the Close frame")
                      .close(1000)
                      .send({.opcode = Opcode::Ping, .payload = "too late"})
                      .answered({1000})
                      .build());
  cases.push_back(CaseBuilder("close.then.close", kClose, "a second Close frame")
                      .close(1000)
                      .close(3000)
                      .answered({1000})
                      .build());
  cases.push_back(CaseBuilder("close.then.bad", kClose, "a bad frame behind the Close frame")
                      .close(1000)
                      .send({.opcode = static_cast<Opcode>(5), .payload = "too late"})
                      .answered({1000})
                      .build());
  cases.push_back(
      CaseBuilder("close.then.large", kClose, "1 MiB behind the Close frame")
          .close(1000)
          .send({.opcode = Opcode::Binary, .payload = Payload::noise(std::size_t{1} << 20)})
          .answered({1000})
          .build());
  CaseBuilder storm("close.storm", kClose, "100 Close frames get one answer");
  for (int i = 0; i < 100; ++i) storm.close(1000);
  cases.push_back(storm.answered({1000}).build());
}

void addBeforeClose(Cases& cases) {
  cases.push_back(CaseBuilder("close.after.text", kClose, "a message and Close in one TCP segment")
                      .echo(Opcode::Text, "in time")
                      .close(1000)
                      .answered({1000})
                      .build());
  cases.push_back(
      CaseBuilder("close.after.many", kClose, "20 messages and Close in one TCP segment")
          .echo({.payload = "in time", .count = 20})
          .close(1000)
          .answered({1000})
          .build());
  cases.push_back(CaseBuilder("close.after.ping", kClose, "Ping and Close in one TCP segment")
                      .ping("in time")
                      .close(1000)
                      .answered({1000})
                      .build());
  cases.push_back(CaseBuilder("close.chopped", kClose, "Close, TCP byte by byte")
                      .close(3000, "piece by piece", {.piece = 1, .gap = Milliseconds(1)})
                      .answered({3000})
                      .build());
  cases.push_back(CaseBuilder("close.at.once", kClose, "Close as the first frame")
                      .close(1001)
                      .answered({1001})
                      .build());
}

/// RFC 6455 section 7.1.5: without a Close frame the connection is lost, and nobody waits.
void addLost(Cases& cases, Role role) {
  if (role == Role::Server) return;  // a client that sees the end of TCP only has to leave as well
  cases.push_back(
      CaseBuilder("close.tcp.idle", "RFC 6455 7.1.5", "the client ends TCP without a Close frame")
          .echo(Opcode::Text, "Hello")
          .await()
          .endOutput()
          .ends({.kind = Ending::Kind::Lost})
          .build());
  cases.push_back(CaseBuilder("close.tcp.header", "RFC 6455 7.1.5",
                              "the client ends TCP in the middle of a header")
                      .sendBytes("\x81")
                      .endOutput()
                      .ends({.kind = Ending::Kind::Lost})
                      .build());
  cases.push_back(CaseBuilder("close.tcp.payload", "RFC 6455 7.1.5",
                              "the client ends TCP in the middle of a payload")
                      .send({.payload = "Hel", .announcedLength = 5})
                      .endOutput()
                      .ends({.kind = Ending::Kind::Lost})
                      .build());
  cases.push_back(CaseBuilder("close.tcp.half", "RFC 6455 7.1.1",
                              "the client ends its half of TCP right behind its Close frame")
                      .close(1000)
                      .endOutput()
                      .answered({1000})
                      .build());
}

}  // namespace

Cases closingCases(Role role) {
  Cases cases;
  addCodes(cases);
  addBodies(cases);
  addReasons(cases);
  addAfterClose(cases);
  addBeforeClose(cases);
  addLost(cases, role);
  return cases;
}

}  // namespace parley::tool::check
