#include "families.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 5.4";

struct LegalRow {
  const char* id;
  const char* description;
  std::vector<std::string_view> fragments;
};

const LegalRow kLegal[] = {
    {"two", "two fragments", {"one ", "two"}},
    {"three", "three fragments", {"one ", "two ", "three"}},
    {"empty.first", "an empty first fragment", {"", "two"}},
    {"empty.last", "an empty last fragment", {"one", ""}},
    {"empty.middle", "an empty fragment in the middle", {"one ", "", "three"}},
    {"empty.all", "three empty fragments", {"", "", ""}},
    {"empty.two", "two empty fragments", {"", ""}},
    {"bytes", "fragments of one byte", {"H", "e", "l", "l", "o"}},
};

void addFragments(CaseBuilder& builder, Opcode opcode, const std::vector<std::string_view>& parts,
                  const Chop& chop) {
  std::string whole;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    whole += parts[i];
    builder.send({.opcode = i == 0 ? opcode : Opcode::Continuation,
                  .payload = std::string(parts[i]),
                  .isFinal = i + 1 == parts.size()},
                 chop);
  }
  builder.expect(opcode, whole);
}

void addLegal(Cases& cases) {
  for (const Opcode opcode : {Opcode::Text, Opcode::Binary}) {
    const char* name = opcode == Opcode::Text ? "text" : "binary";
    for (const LegalRow& row : kLegal) {
      const std::string id = fmt::format("fragment.{}.{}", name, row.id);
      const std::string what = fmt::format("{} message: {}", name, row.description);
      CaseBuilder whole(id, kSection, what);
      addFragments(whole, opcode, row.fragments, {});
      cases.push_back(whole.build());
      CaseBuilder chopped(id + ".chopped", kSection, what + ", TCP byte by byte");
      addFragments(chopped, opcode, row.fragments, {.piece = 1, .gap = Milliseconds(1)});
      cases.push_back(chopped.build());
    }
    for (const std::size_t count : {10U, 100U, 1000U}) {
      cases.push_back(
          CaseBuilder(fmt::format("fragment.{}.many.{}", name, count), kSection,
                      fmt::format("{} message in {} fragments", name, count))
              .echo({.opcode = opcode, .payload = Payload::letters(count * 7), .fragmentSize = 7})
              .build());
    }
    cases.push_back(CaseBuilder(fmt::format("fragment.{}.sequence", name), kSection,
                                fmt::format("three {} messages in fragments and one whole", name))
                        .echo({.opcode = opcode, .payload = "first message", .fragmentSize = 4})
                        .echo({.opcode = opcode, .payload = "second message", .fragmentSize = 1})
                        .echo(opcode, "whole message")
                        .echo({.opcode = opcode, .payload = "third message", .fragmentSize = 12})
                        .build());
  }
}

/// Lengths of fragments around each step of the length field.
void addLengths(Cases& cases) {
  for (const std::size_t size : {125U, 126U, 127U, 65535U, 65536U}) {
    cases.push_back(CaseBuilder(fmt::format("fragment.length.{}", size), kSection,
                                fmt::format("fragments of {} bytes and a short one", size))
                        .echo({.opcode = Opcode::Binary,
                               .payload = Payload::noise(size * 3 + 1),
                               .fragmentSize = size})
                        .build());
  }
}

/// A frame of a misuse: opcode, FIN, payload.
struct Sketch {
  Opcode opcode;
  bool isFinal;
  std::string_view payload;
};

struct MisuseRow {
  const char* id;
  const char* description;
  std::vector<Sketch> frames;
};

constexpr Opcode kText = Opcode::Text;
constexpr Opcode kBinary = Opcode::Binary;
constexpr Opcode kMore = Opcode::Continuation;
constexpr Opcode kPing = Opcode::Ping;

/// "late" must not be reached.
const MisuseRow kMisuse[] = {
    {"start.final", "continuation with FIN of nothing", {{kMore, true, "lost"}}},
    {"start.open", "continuation without FIN of nothing", {{kMore, false, "lost"}}},
    {"start.final.empty", "empty continuation with FIN of nothing", {{kMore, true, ""}}},
    {"start.open.empty", "empty continuation without FIN of nothing", {{kMore, false, ""}}},
    {"start.then.text",
     "continuation of nothing, then a text",
     {{kMore, true, "lost"}, {kText, true, "late"}}},
    {"start.open.then.text",
     "open continuation of nothing, then a text",
     {{kMore, false, "lost"}, {kText, true, "late"}}},
    {"start.after.ping",
     "Ping, then a continuation of nothing",
     {{kPing, true, ""}, {kMore, true, "lost"}}},
    {"nested.text.text", "text inside a text", {{kText, false, "one"}, {kText, true, "two"}}},
    {"nested.text.binary", "binary inside a text", {{kText, false, "one"}, {kBinary, true, "two"}}},
    {"nested.binary.text", "text inside a binary", {{kBinary, false, "one"}, {kText, true, "two"}}},
    {"nested.binary.binary",
     "binary inside a binary",
     {{kBinary, false, "one"}, {kBinary, true, "two"}}},
    {"nested.open", "open text inside a text", {{kText, false, "one"}, {kText, false, "two"}}},
    {"nested.empty", "empty text inside an empty text", {{kText, false, ""}, {kText, true, ""}}},
    {"nested.third",
     "text where the third fragment is due",
     {{kText, false, "one"}, {kMore, false, "two"}, {kText, true, "three"}}},
    {"nested.after.ping",
     "text inside a text, a Ping between",
     {{kText, false, "one"}, {kPing, true, ""}, {kText, true, "two"}}},
    {"nested.then.rest",
     "text inside a text, then its last fragment",
     {{kText, false, "one"}, {kText, true, "two"}, {kMore, true, "late"}}},
};

/// A continuation after the message is complete.
const MisuseRow kAfterFinal[] = {
    {"after.whole", "continuation after a whole message", {{kMore, true, "lost"}}},
    {"after.whole.open", "open continuation after a whole message", {{kMore, false, "lost"}}},
    {"after.whole.empty", "empty continuation after a whole message", {{kMore, true, ""}}},
};

void addSketches(CaseBuilder& builder, const std::vector<Sketch>& frames) {
  for (const Sketch& sketch : frames) {
    builder.send({.opcode = sketch.opcode,
                  .payload = std::string(sketch.payload),
                  .isFinal = sketch.isFinal});
  }
}

void addMisuse(Cases& cases) {
  for (const MisuseRow& row : kMisuse) {
    CaseBuilder builder(fmt::format("fragment.misuse.{}", row.id), kSection, row.description);
    addSketches(builder, row.frames);
    cases.push_back(builder.fails({1002}).build());
  }
  for (const MisuseRow& row : kAfterFinal) {
    CaseBuilder builder(fmt::format("fragment.misuse.{}", row.id), kSection, row.description);
    builder.echo(Opcode::Text, "whole");
    addSketches(builder, row.frames);
    cases.push_back(builder.fails({1002}).build());
  }
  CaseBuilder second("fragment.misuse.after.fragments", kSection,
                     "continuation after the last fragment");
  second.echo({.payload = "in fragments", .fragmentSize = 5});
  addSketches(second, {{kMore, true, "lost"}});
  cases.push_back(second.fails({1002}).build());
  // The header alone shows it. A key of zeros lets the rest go as it is.
  cases.push_back(
      CaseBuilder("fragment.misuse.header", "RFC 6455 5.4, 7.1.7",
                  "continuation of nothing, TCP pauses inside its payload")
          .send({.opcode = kMore, .payload = "lost", .maskKey = MaskKey{}, .announcedLength = 104})
          .probe(Milliseconds(400))
          .failsHere({1002})
          .sendBytes(std::string(100, 'x'))
          .build());
}

/// A message that is never finished is no error: the connection closes normally.
void addUnfinished(Cases& cases) {
  cases.push_back(CaseBuilder("fragment.unfinished.ping", kSection,
                              "a message that is not complete holds up no Ping")
                      .send({.payload = "one ", .isFinal = false})
                      .ping("still there")
                      .await()
                      .send({.opcode = kMore, .payload = "two "})
                      .expect(Opcode::Text, "one two ")
                      .build());
  cases.push_back(CaseBuilder("fragment.unfinished.close", "RFC 6455 5.5.1",
                              "Close inside a message that is not complete")
                      .send({.payload = "one ", .isFinal = false})
                      .close(1000)
                      .answered({1000})
                      .build());
}

}  // namespace

Cases fragmentationCases() {
  Cases cases;
  addLegal(cases);
  addLengths(cases);
  addMisuse(cases);
  addUnfinished(cases);
  return cases;
}

}  // namespace parley::tool::check
