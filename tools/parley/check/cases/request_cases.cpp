#include "families.hpp"
#include "opening.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kSection = "RFC 6455 4.2.1";
constexpr const char* kHttp = "RFC 7230 3";

OpeningText onStartLine(std::string line) {
  OpeningText text = usualRequest();
  text.startLine = std::move(line);
  return text;
}

OpeningText upperCaseNames(OpeningText text) {
  for (std::string& line : text.lines) {
    const auto colon = line.begin() + static_cast<std::ptrdiff_t>(line.find(':'));
    std::transform(line.begin(), colon, line.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
  }
  return text;
}

OpeningText lowerCaseNames(OpeningText text) {
  for (std::string& line : text.lines) {
    const auto colon = line.begin() + static_cast<std::ptrdiff_t>(line.find(':'));
    std::transform(line.begin(), colon, line.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
  }
  return text;
}

OpeningText reversed(OpeningText text) {
  std::reverse(text.lines.begin(), text.lines.end());
  return text;
}

OpeningText withMany(std::size_t count) {
  OpeningText text = usualRequest();
  for (std::size_t i = 0; i < count; ++i) text.lines.push_back(fmt::format("X-Field-{}: {}", i, i));
  return text;
}

OpeningText chopped(Chop chop) {
  OpeningText text = usualRequest();
  text.chop = chop;
  return text;
}

struct Row {
  const char* id;
  const char* what;
  OpeningText text;
};

std::vector<Row> legalRows() {
  const OpeningText usual = usualRequest();
  return {
      {"usual", "the request of the RFC", usual},
      {"names.lower", "field names in lower case", lowerCaseNames(usual)},
      {"names.upper", "field names in upper case", upperCaseNames(usual)},
      {"order", "fields in the opposite order", reversed(usual)},
      {"upgrade.mixed", "Upgrade: WebSocket", changed(usual, "Upgrade", "Upgrade: WebSocket")},
      {"upgrade.upper", "Upgrade: WEBSOCKET", changed(usual, "Upgrade", "Upgrade: WEBSOCKET")},
      {"connection.lower", "Connection: upgrade",
       changed(usual, "Connection", "Connection: upgrade")},
      {"connection.list", "Connection: keep-alive, Upgrade",
       changed(usual, "Connection", "Connection: keep-alive, Upgrade")},
      {"connection.list.first", "Connection: Upgrade,keep-alive",
       changed(usual, "Connection", "Connection: Upgrade,keep-alive")},
      {"connection.twice", "two Connection fields, one with Upgrade",
       with(usual, "Connection: keep-alive")},
      {"space.none", "no space after a colon",
       changed(usual, "Sec-WebSocket-Version", "Sec-WebSocket-Version:13")},
      {"space.around", "spaces around a value",
       changed(usual, "Sec-WebSocket-Version", "Sec-WebSocket-Version:   13   ")},
      {"space.tab", "a tab before a value",
       changed(usual, "Sec-WebSocket-Version", "Sec-WebSocket-Version:\t13")},
      {"query", "a query", onStartLine("GET {path}?a=b&c=%20 HTTP/1.1")},
      {"fields.20", "20 more fields", withMany(20)},
      {"extension", "an unknown extension",
       with(usual, "Sec-WebSocket-Extensions: x-parley; a=1; b=\"two\"")},
      {"key.other", "a key that base64 could write otherwise",
       changed(usual, "Sec-WebSocket-Key", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")},
      {"chopped", "TCP byte by byte", chopped({.piece = 1})},
      {"chopped.slow", "TCP in pieces of 11 bytes with pauses",
       chopped({.piece = 11, .gap = Milliseconds(2)})},
      {"chopped.end", "TCP pauses before the last byte",
       chopped({.first = 140, .piece = 1, .gap = Milliseconds(1)})},
  };
}

/// Just as good, but a server may have a limit or a policy.
std::vector<Row> demandingRows() {
  const OpeningText usual = usualRequest();
  return {
      {"cookie", "a cookie of 2000 bytes", with(usual, "Cookie: a=" + std::string(2000, 'x'))},
      {"protocol", "a sub-protocol that the server may ignore",
       with(usual, "Sec-WebSocket-Protocol: x-parley-check")},
      {"protocol.list", "a list of sub-protocols",
       with(usual, "Sec-WebSocket-Protocol: x-parley-one, x-parley-two")},
      {"protocol.twice", "two fields of sub-protocols",
       with(with(usual, "Sec-WebSocket-Protocol: x-parley-one"),
            "Sec-WebSocket-Protocol: x-parley-two")},
  };
}

/// Not a WebSocket handshake at all: whatever a server has to say to it, but not 101.
std::vector<Row> refusedRows() {
  const OpeningText usual = usualRequest();
  return {
      {"method.post", "POST", onStartLine("POST {path} HTTP/1.1")},
      {"method.put", "PUT", onStartLine("PUT {path} HTTP/1.1")},
      {"method.options", "OPTIONS", onStartLine("OPTIONS {path} HTTP/1.1")},
      {"method.lower", "get in lower case", onStartLine("get {path} HTTP/1.1")},
      {"method.unknown", "an unknown method", onStartLine("FETCH {path} HTTP/1.1")},
      {"http.1.0", "HTTP/1.0", onStartLine("GET {path} HTTP/1.0")},
      {"http.none", "a request line without a version", onStartLine("GET {path}")},
      {"http.lower", "http/1.1 in lower case", onStartLine("GET {path} http/1.1")},
      {"http.garbage", "a version that is none", onStartLine("GET {path} HTTP/x.y")},
      {"upgrade.none", "no Upgrade", without(usual, "Upgrade")},
      {"upgrade.other", "Upgrade: h2c", changed(usual, "Upgrade", "Upgrade: h2c")},
      {"upgrade.longer", "Upgrade: websockets", changed(usual, "Upgrade", "Upgrade: websockets")},
      {"upgrade.split", "Upgrade: web socket", changed(usual, "Upgrade", "Upgrade: web socket")},
      {"upgrade.empty", "an empty Upgrade", changed(usual, "Upgrade", "Upgrade:")},
      {"connection.none", "no Connection", without(usual, "Connection")},
      {"connection.other", "Connection: keep-alive",
       changed(usual, "Connection", "Connection: keep-alive")},
      {"connection.longer", "Connection: upgraded",
       changed(usual, "Connection", "Connection: upgraded")},
      {"connection.close", "Connection: close", changed(usual, "Connection", "Connection: close")},
      {"host.none", "no Host", without(usual, "Host")},
      {"host.twice", "two Host fields", with(usual, "Host: other.example")},
  };
}

/// A handshake with a fault that the RFC tells a server to look for.
std::vector<Row> keyRows() {
  const OpeningText usual = usualRequest();
  const auto key = [&usual](const std::string& value) {
    return changed(usual, "Sec-WebSocket-Key", "Sec-WebSocket-Key: " + value);
  };
  return {
      {"key.none", "no Sec-WebSocket-Key", without(usual, "Sec-WebSocket-Key")},
      {"key.empty", "an empty key", key("")},
      {"key.short", "a key of 15 bytes", key("AAECAwQFBgcICQoLDA0O")},
      {"key.long", "a key of 17 bytes", key("AAECAwQFBgcICQoLDA0ODxA=")},
      {"key.huge", "a key of 9000 bytes", key(std::string(12000, 'A'))},
      {"key.one", "a key of one character", key("A")},
      {"key.text", "24 characters that are not base64", key("this is not base64 at !!")},
      {"key.url", "base64 with the URL alphabet", key("--__--__--__--__--__--==")},
      {"key.padding", "a key without its padding", key("AAECAwQFBgcICQoLDA0ODw")},
      {"key.quoted", "a key in quotes", key("\"AAECAwQFBgcICQoLDA0ODw==\"")},
      {"key.twice", "the same key twice", with(usual, "Sec-WebSocket-Key: {key}")},
      {"key.two", "two different keys", with(usual, "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==")},
  };
}

OpeningText versioned(const std::string& value) {
  return changed(usualRequest(), "Sec-WebSocket-Version", "Sec-WebSocket-Version: " + value);
}

/// Malformed HTTP, which a server may also read with lenience.
std::vector<Row> httpRows() {
  const OpeningText usual = usualRequest();
  return {
      {"colon.none", "a line without a colon", with(usual, "Nonsense")},
      {"colon.space", "a space before a colon", with(usual, "X-Field : value")},
      {"name.empty", "a field without a name", with(usual, ": value")},
      {"name.space", "a space in a field name", with(usual, "X Field: value")},
      {"name.slash", "a field name that is no token", with(usual, "X/Field: value")},
      {"name.eight", "a field name with a byte above 127", with(usual, "X-F\xffld: value")},
      {"value.nul", "a NUL in a value", with(usual, std::string("X-Field: a\0b", 12))},
      {"value.cr", "a CR alone in a value", with(usual, "X-Field: a\rb")},
      {"value.control", "a control character in a value",
       with(usual,
            "X-Field: a\x01"
            "b")},
      {"folded", "a folded line", with(with(usual, "X-Field: one"), " two")},
      {"folded.first", "a folded line before the first field",
       [&] {
         OpeningText text = usual;
         text.lines.insert(text.lines.begin(), " folded");
         return text;
       }()},
      {"target.fragment", "a fragment in the target", onStartLine("GET {path}#here HTTP/1.1")},
      {"target.space", "a space in the target", onStartLine("GET {path}a b HTTP/1.1")},
      {"target.none", "no target", onStartLine("GET  HTTP/1.1")},
      {"body.length", "a body of 5 bytes",
       [&] {
         OpeningText text = with(usual, "Content-Length: 5");
         text.tail = "Hello";
         return text;
       }()},
      {"body.chunked", "a chunked body",
       [&] {
         OpeningText text = with(usual, "Transfer-Encoding: chunked");
         text.tail = "0\r\n\r\n";
         return text;
       }()},
      {"protocol.empty", "an empty list of sub-protocols", with(usual, "Sec-WebSocket-Protocol:")},
      {"protocol.space", "a sub-protocol that is no token",
       with(usual, "Sec-WebSocket-Protocol: not a token")},
      {"protocol.same", "the same sub-protocol twice",
       with(usual, "Sec-WebSocket-Protocol: x-parley, x-parley")},
      {"extension.open", "an extension with an open quote",
       with(usual, "Sec-WebSocket-Extensions: x-parley; a=\"open")},
      {"extension.semicolons", "an extension list of semicolons",
       with(usual, "Sec-WebSocket-Extensions: ;;;")},
      {"version.twice", "Sec-WebSocket-Version twice", with(usual, "Sec-WebSocket-Version: 13")},
      {"version.list", "Sec-WebSocket-Version: 13, 8",
       changed(usual, "Sec-WebSocket-Version", "Sec-WebSocket-Version: 13, 8")},
      {"version.zero", "Sec-WebSocket-Version: 013",
       changed(usual, "Sec-WebSocket-Version", "Sec-WebSocket-Version: 013")},
  };
}

/// Left open by the RFCs.
std::vector<Row> openRows() {
  const OpeningText usual = usualRequest();
  return {
      {"lines.lf", "lines that end with LF alone",
       [&] {
         OpeningText text = usual;
         text.lineEnd = "\n";
         return text;
       }()},
      {"target.absolute", "an absolute target", onStartLine("GET http://{host}{path} HTTP/1.1")},
      {"upgrade.list", "Upgrade: h2c, websocket",
       changed(usual, "Upgrade", "Upgrade: h2c, websocket")},
      {"http.1.2", "HTTP/1.2", onStartLine("GET {path} HTTP/1.2")},
      {"origin.same", "an Origin of the server's own", with(usual, "Origin: http://{host}")},
      {"origin.other", "an Origin of another site", with(usual, "Origin: http://other.example")},
      {"fields.500", "500 more fields", withMany(500)},
      {"field.64k", "a field of 64 KiB", with(usual, "X-Field: " + std::string(65536, 'x'))},
      {"extension.commas", "32 KiB of commas as extensions",
       with(usual, "Sec-WebSocket-Extensions: " + std::string(32768, ','))},
      {"blank.first", "an empty line before the request", onStartLine("\r\nGET {path} HTTP/1.1")},
  };
}

CaseBuilder start(const char* family, const Row& row, const char* section, std::string what) {
  CaseBuilder builder(fmt::format("request.{}.{}", family, row.id), section, std::move(what));
  builder.opening({.text = row.text}).echo(Opcode::Text, "Hello");
  return builder;
}

/// Sections 4.2.2 and 4.4: the answer names the versions that the server knows.
void addVersions(Cases& cases) {
  const Ending refused{.kind = Ending::Kind::Refused};
  const Ending named{
      .kind = Ending::Kind::Refused, .codes = {426, 400}, .field = "Sec-WebSocket-Version"};
  const auto refusal = [&named](const char* value, const char* section, std::string what) {
    CaseBuilder builder = start("version", {value, "", versioned(value)}, section, std::move(what));
    builder.ends(named);
    return builder;
  };
  for (const char* value : {"0", "1", "12", "14", "25", "255"}) {
    cases.push_back(
        refusal(value, "RFC 6455 4.2.2, 4.4", fmt::format("Sec-WebSocket-Version: {}", value))
            .build());
  }
  // By the grammar of section 4.3 these are no versions, so the request is malformed as well.
  for (const char* value : {"256", "1300", "abc", "13.0"}) {
    cases.push_back(refusal(value, "RFC 6455 4.2.2, 4.3",
                            fmt::format("Sec-WebSocket-Version: {}, which is no version", value))
                        .orElse(refused, Verdict::NonStrict)
                        .build());
  }
  for (const char* value : {"7", "8"}) {
    cases.push_back(
        refusal(value, "RFC 6455 4.4",
                fmt::format("Sec-WebSocket-Version: {}, a draft that a server may know", value))
            .orElse({}, Verdict::Informational)
            .build());
  }
  cases.push_back(start("version", {"none", "", without(usualRequest(), "Sec-WebSocket-Version")},
                        kSection, "no Sec-WebSocket-Version")
                      .ends(refused)
                      .build());
}

}  // namespace

Cases requestCases() {
  const Ending refused{.kind = Ending::Kind::Refused};
  Cases cases;
  for (const Row& row : legalRows()) {
    cases.push_back(start("good", row, kSection, row.what).build());
  }
  for (const Row& row : demandingRows()) {
    cases.push_back(
        start("good", row, kSection, row.what).orElse(refused, Verdict::NonStrict).build());
  }
  for (const Row& row : refusedRows()) {
    cases.push_back(start("bad", row, kSection, row.what)
                        .ends({.kind = Ending::Kind::Refused, .isAnyStatusFine = true})
                        .build());
  }
  for (const Row& row : keyRows()) {
    cases.push_back(start("bad", row, kSection, row.what).ends(refused).build());
  }
  addVersions(cases);
  for (const Row& row : httpRows()) {
    cases.push_back(
        start("http", row, kHttp, row.what).ends(refused).orElse({}, Verdict::NonStrict).build());
  }
  for (const Row& row : openRows()) {
    cases.push_back(start("open", row, kHttp, row.what).open(refused).build());
  }
  return cases;
}

}  // namespace parley::tool::check
