#include "accept_key.hpp"
#include "families.hpp"
#include "opening.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 4.1";

OpeningText onStatusLine(std::string line) {
  OpeningText text = usualAnswer();
  text.startLine = std::move(line);
  return text;
}

struct Row {
  const char* id;
  const char* what;
  OpeningText text;
};

std::vector<Row> legalRows() {
  const OpeningText usual = usualAnswer();
  OpeningText bytewise = usual;
  bytewise.chop = {.piece = 1};
  OpeningText slow = usual;
  slow.chop = {.piece = 13, .gap = Milliseconds(2)};
  return {
      {"usual", "the answer of the RFC", usual},
      {"names.lower",
       "field names in lower case",
       {.startLine = usual.startLine,
        .lines = {"upgrade: websocket", "connection: Upgrade", "sec-websocket-accept: {accept}"}}},
      {"names.upper",
       "field names in upper case",
       {.startLine = usual.startLine,
        .lines = {"UPGRADE: websocket", "CONNECTION: Upgrade", "SEC-WEBSOCKET-ACCEPT: {accept}"}}},
      {"upgrade.mixed", "Upgrade: WebSocket", changed(usual, "Upgrade", "Upgrade: WebSocket")},
      {"connection.lower", "Connection: upgrade",
       changed(usual, "Connection", "Connection: upgrade")},
      {"connection.list", "Connection: keep-alive, Upgrade",
       changed(usual, "Connection", "Connection: keep-alive, Upgrade")},
      {"connection.twice", "two Connection fields", with(usual, "Connection: keep-alive")},
      {"reason.other", "another reason phrase", onStatusLine("HTTP/1.1 101 Let us talk")},
      {"reason.empty", "an empty reason phrase", onStatusLine("HTTP/1.1 101 ")},
      {"space", "spaces around the value of Sec-WebSocket-Accept",
       changed(usual, "Sec-WebSocket-Accept", "Sec-WebSocket-Accept:  {accept}  ")},
      {"fields", "fields that mean nothing here",
       with(with(with(usual, "Server: parley check"), "Set-Cookie: a=b"), "Content-Length: 0")},
      {"chopped", "TCP byte by byte", bytewise},
      {"chopped.slow", "TCP in pieces of 13 bytes with pauses", slow},
  };
}

/// An answer that is a handshake but for one fault.
std::vector<Row> faultyRows() {
  const OpeningText usual = usualAnswer();
  const auto accept = [&usual](const std::string& value) {
    return changed(usual, "Sec-WebSocket-Accept", "Sec-WebSocket-Accept: " + value);
  };
  return {
      {"upgrade.none", "no Upgrade", without(usual, "Upgrade")},
      {"upgrade.other", "Upgrade: h2c", changed(usual, "Upgrade", "Upgrade: h2c")},
      {"upgrade.longer", "Upgrade: websockets", changed(usual, "Upgrade", "Upgrade: websockets")},
      {"connection.none", "no Connection", without(usual, "Connection")},
      {"connection.other", "Connection: keep-alive",
       changed(usual, "Connection", "Connection: keep-alive")},
      {"connection.close", "Connection: close", changed(usual, "Connection", "Connection: close")},
      {"accept.none", "no Sec-WebSocket-Accept", without(usual, "Sec-WebSocket-Accept")},
      {"accept.empty", "an empty Sec-WebSocket-Accept", accept("")},
      {"accept.other", "Sec-WebSocket-Accept of another key", accept(acceptFor("another key"))},
      {"accept.key", "the key itself as Sec-WebSocket-Accept", accept("{key}")},
      {"accept.tail", "something behind Sec-WebSocket-Accept", accept("{accept}=")},
      {"accept.front", "something in front of Sec-WebSocket-Accept", accept("x{accept}")},
      {"accept.short", "Sec-WebSocket-Accept cut short", accept("abcd")},
      {"extension", "an extension that was not offered",
       with(usual, "Sec-WebSocket-Extensions: x-parley-check")},
      {"protocol", "a sub-protocol that was not offered",
       with(usual, "Sec-WebSocket-Protocol: x-parley-check")},
  };
}

Frame text(const char* payload) {
  return {.payload = payload};
}

constexpr int kStatuses[] = {200, 201, 204, 300, 400, 401, 403, 404, 407, 426, 500, 501, 503};

void addStatuses(Cases& cases) {
  const auto add = [&cases](const std::string& id, std::string what, OpeningText text) {
    text.lines.push_back("Content-Length: 0");
    text.lines.push_back("Connection: close");
    cases.push_back(CaseBuilder("answer.status." + id, kSection, std::move(what))
                        .opening({.text = std::move(text)})
                        .endOutput()
                        .ends({.kind = Ending::Kind::NotOpened})
                        .build());
  };
  for (const int status : kStatuses) {
    const std::string line = fmt::format("HTTP/1.1 {} No", status);
    add(std::to_string(status), fmt::format("status {}", status), {.startLine = line, .lines = {}});
    cases.push_back(CaseBuilder(fmt::format("answer.status.{}.upgrade", status), kSection,
                                fmt::format("status {} with all that a 101 needs", status))
                        .opening({.text = with(onStatusLine(line), "Content-Length: 0")})
                        .send(text("are you there?"))
                        .ends({.kind = Ending::Kind::NotOpened})
                        .build());
  }
  for (const int status : {301, 302, 307, 308}) {
    add(std::to_string(status), fmt::format("status {}: elsewhere is not here", status),
        {.startLine = fmt::format("HTTP/1.1 {} Elsewhere", status),
         .lines = {"Location: ws://{host}/elsewhere"}});
  }
  add("none", "an answer that is no HTTP", {.startLine = "Hello", .lines = {}});
  add("text", "a status that is no number", {.startLine = "HTTP/1.1 abc No", .lines = {}});
}

/// Frames in the same TCP segment as the 101, or cut with it.
void addGlued(Cases& cases) {
  const Opening glued{.isGlued = true};
  cases.push_back(CaseBuilder("answer.glued.text", kSection, "a message glued to the 101")
                      .opening(glued)
                      .echo(Opcode::Text, "Hello")
                      .build());
  cases.push_back(CaseBuilder("answer.glued.three", kSection, "three frames glued to the 101")
                      .opening(glued)
                      .echo(Opcode::Text, "one")
                      .ping("two")
                      .echo(Opcode::Binary, "three")
                      .build());
  cases.push_back(CaseBuilder("answer.glued.fragments", kSection, "fragments glued to the 101")
                      .opening(glued)
                      .echo({.payload = "in three fragments", .fragmentSize = 7})
                      .build());
  cases.push_back(CaseBuilder("answer.glued.many", kSection, "200 messages glued to the 101")
                      .opening(glued)
                      .echo({.payload = Payload::records(200), .count = 200})
                      .build());
  cases.push_back(CaseBuilder("answer.glued.close", kSection, "a Close frame glued to the 101")
                      .opening(glued)
                      .close(3000, "at once")
                      .answered({3000})
                      .build());
  cases.push_back(CaseBuilder("answer.glued.text.close", kSection,
                              "a message and a Close frame glued to the 101")
                      .opening(glued)
                      .echo(Opcode::Text, "Hello")
                      .close(1000)
                      .answered({1000})
                      .build());
  cases.push_back(CaseBuilder("answer.glued.bad", kSection, "a bad frame glued to the 101")
                      .opening(glued)
                      .send({.opcode = static_cast<Opcode>(3)})
                      .fails({1002})
                      .build());
  for (std::size_t cut = 1; cut <= 6; ++cut) {
    cases.push_back(CaseBuilder(fmt::format("answer.glued.cut{}", cut), kSection,
                                fmt::format("the first {} bytes of a frame glued to the 101", cut))
                        .opening(glued)
                        .send(text("Hello"), {.first = cut, .gap = Milliseconds(5)})
                        .expect(Opcode::Text, "Hello")
                        .build());
  }
}

void addBroken(Cases& cases) {
  for (const char* beginning : {"", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso"}) {
    const bool isEmpty = *beginning == '\0';
    cases.push_back(
        CaseBuilder(isEmpty ? "answer.cut.empty" : "answer.cut.inside", kSection,
                    isEmpty ? "TCP ends without an answer" : "TCP ends inside the answer")
            .opening({.text = OpeningText{.startLine = beginning, .lines = {}, .lineEnd = ""}})
            .endOutput()
            .ends({.kind = Ending::Kind::NotOpened})
            .build());
  }
}

/// Left open by the RFCs.
std::vector<Row> openRows() {
  const OpeningText usual = usualAnswer();
  OpeningText large = usual;
  for (int i = 0; i < 1000; ++i) {
    large.lines.push_back(fmt::format("X-{}: {}", i, std::string(90, 'x')));
  }
  return {
      {"http.1.0", "HTTP/1.0", onStatusLine("HTTP/1.0 101 Switching Protocols")},
      {"continue", "100 Continue before the 101",
       onStatusLine("HTTP/1.1 100 Continue\r\n\r\n" + usual.startLine)},
      {"large", "100 KB of fields", large},
      {"line.colon", "a line without a colon", with(usual, "Nonsense")},
      {"line.space", "a space in a field name", with(usual, "X Field: value")},
      {"line.name", "a field without a name", with(usual, ": value")},
      {"line.nul", "a NUL in a value", with(usual, std::string("X-Field: a\0b", 12))},
      {"line.folded", "a folded line", with(with(usual, "X-Field: one"), " two")},
  };
}

// ---- What the client's request must be (RFC 6455 section 4.1, the list of requirements) ----

struct RuleRow {
  const char* id;
  const char* what;
  RequestRule rule;
};

constexpr RuleRow kRules[] = {
    {"method", "the method is GET",
     [](const RequestFacts& facts) -> const char* {
       return facts.head.startLine.starts_with("GET /") ? nullptr : "another method than GET";
     }},
    {"http", "the version is 1.1",
     [](const RequestFacts& facts) -> const char* {
       return facts.head.startLine.ends_with(" HTTP/1.1") ? nullptr : "another version than 1.1";
     }},
    {"host", "there is one Host field",
     [](const RequestFacts& facts) -> const char* {
       return facts.head.single("Host") ? nullptr : "no Host field, or several";
     }},
    {"upgrade", "Upgrade has websocket",
     [](const RequestFacts& facts) -> const char* {
       return facts.head.hasToken("Upgrade", "websocket") ? nullptr : "no Upgrade: websocket";
     }},
    {"connection", "Connection has Upgrade",
     [](const RequestFacts& facts) -> const char* {
       return facts.head.hasToken("Connection", "upgrade") ? nullptr : "no Connection: Upgrade";
     }},
    {"key", "one key, of 16 bytes",
     [](const RequestFacts& facts) -> const char* {
       const auto key = facts.head.single("Sec-WebSocket-Key");
       return key && base64Decoded(*key).size() == 16 ? nullptr : "no key of 16 bytes";
     }},
    {"key.fresh", "a key that no connection before had",
     [](const RequestFacts& facts) -> const char* {
       return facts.isKeyRepeated ? "the key of an earlier connection" : nullptr;
     }},
    {"version", "Sec-WebSocket-Version: 13",
     [](const RequestFacts& facts) -> const char* {
       return facts.head.single("Sec-WebSocket-Version") == "13" ? nullptr : "no version 13";
     }},
    {"protocols", "sub-protocols are different tokens",
     [](const RequestFacts& facts) -> const char* {
       std::vector<std::string> seen;
       for (const std::string& value : facts.head.values("Sec-WebSocket-Protocol")) {
         for (const std::string_view name : split(value, ',')) {
           if (name.empty()) return "an empty sub-protocol";
           if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
             return "the same sub-protocol twice";
           }
           seen.emplace_back(name);
         }
       }
       return nullptr;
     }},
};

void addRules(Cases& cases) {
  for (const RuleRow& row : kRules) {
    cases.push_back(CaseBuilder(fmt::format("request.{}", row.id), kSection,
                                fmt::format("in the client's request, {}", row.what))
                        .opening({.requestRule = row.rule})
                        .echo(Opcode::Text, "Hello")
                        .build());
  }
}

}  // namespace

Cases answerCases() {
  Cases cases;
  addRules(cases);
  for (const Row& row : legalRows()) {
    cases.push_back(CaseBuilder(fmt::format("answer.good.{}", row.id), kSection, row.what)
                        .opening({.text = row.text})
                        .echo(Opcode::Text, "Hello")
                        .build());
  }
  for (const Row& row : faultyRows()) {
    cases.push_back(CaseBuilder(fmt::format("answer.bad.{}", row.id), kSection, row.what)
                        .opening({.text = row.text})
                        .send(text("are you there?"))
                        .ends({.kind = Ending::Kind::NotOpened})
                        .build());
  }
  addStatuses(cases);
  addGlued(cases);
  addBroken(cases);
  for (const Row& row : openRows()) {
    cases.push_back(CaseBuilder(fmt::format("answer.open.{}", row.id), "RFC 7230 3", row.what)
                        .opening({.text = row.text})
                        .echo(Opcode::Text, "Hello")
                        .open({.kind = Ending::Kind::NotOpened})
                        .build());
  }
  return cases;
}

}  // namespace parley::tool::check
