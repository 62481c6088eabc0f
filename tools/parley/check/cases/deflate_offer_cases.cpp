#include "families.hpp"
#include "opening.hpp"

#include <optional>
#include <string>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr const char* kTakeover = "RFC 7692 7.1.1";
constexpr const char* kWindow = "RFC 7692 7.1.2";
constexpr const char* kDecline = "RFC 7692 5.1, 7.1";

constexpr std::optional<int> kBits[] = {std::nullopt, 8, 9, 12, 15};

std::string idOf(const DeflateTerms& terms) {
  std::string id = terms.serverBits ? fmt::format("s{}", *terms.serverBits) : "s";
  id += terms.clientBits          ? fmt::format(".c{}", *terms.clientBits)
        : terms.clientBitsAreOpen ? ".copen"
                                  : ".c";
  if (terms.serverNoTakeover) id += ".sfresh";
  if (terms.clientNoTakeover) id += ".cfresh";
  return id;
}

/// A conversation that shows whether both ends keep to the terms: the messages repeat themselves at
/// a distance that small windows do not reach, and across messages.
Case conversationOn(const DeflateTerms& terms) {
  return CaseBuilder("deflate.terms." + idOf(terms),
                     terms.serverBits || terms.clientBits ? kWindow : kTakeover, describe(terms))
      .opening({.deflate = terms})
      .echo({.payload = Payload::records(300), .count = 5})
      .echo({.payload = "the same again and again", .count = 3})
      .echo({.opcode = Opcode::Binary, .payload = Payload::noise(900)})
      .echo({.opcode = Opcode::Binary, .payload = Payload::noise(900)})
      .echo({.payload = Payload::records(20000), .count = 2})
      .build();
}

void addTerms(Cases& cases, Role role) {
  for (const bool serverFresh : {false, true}) {
    for (const bool clientFresh : {false, true}) {
      for (const auto& serverBits : kBits) {
        for (const auto& clientBits : kBits) {
          cases.push_back(conversationOn({.serverNoTakeover = serverFresh,
                                          .clientNoTakeover = clientFresh,
                                          .serverBits = serverBits,
                                          .clientBits = clientBits}));
        }
        if (role == Role::Server) continue;  // an answer has a value for it
        cases.push_back(conversationOn({.serverNoTakeover = serverFresh,
                                        .clientNoTakeover = clientFresh,
                                        .serverBits = serverBits,
                                        .clientBitsAreOpen = true}));
      }
    }
  }
}

struct BadRow {
  const char* id;
  const char* parameters;
};
/// Neither to be offered nor to be answered.
constexpr BadRow kBad[] = {
    {"unknown", "; made_up"},
    {"unknown.value", "; made_up=10"},
    {"server.bits.7", "; server_max_window_bits=7"},
    {"server.bits.16", "; server_max_window_bits=16"},
    {"server.bits.0", "; server_max_window_bits=0"},
    {"server.bits.zero8", "; server_max_window_bits=08"},
    {"server.bits.minus", "; server_max_window_bits=-9"},
    {"server.bits.text", "; server_max_window_bits=abc"},
    {"server.bits.tail", "; server_max_window_bits=9x"},
    {"server.bits.exponent", "; server_max_window_bits=1e1"},
    {"server.bits.264", "; server_max_window_bits=264"},
    {"server.bits.overflow", "; server_max_window_bits=4294967305"},
    {"server.bits.none", "; server_max_window_bits"},
    {"server.bits.twice", "; server_max_window_bits=10; server_max_window_bits=10"},
    {"client.bits.7", "; client_max_window_bits=7"},
    {"client.bits.16", "; client_max_window_bits=16"},
    {"client.bits.0", "; client_max_window_bits=0"},
    {"client.bits.zero9", "; client_max_window_bits=09"},
    {"client.bits.text", "; client_max_window_bits=abc"},
    {"client.bits.264", "; client_max_window_bits=264"},
    {"client.bits.twice", "; client_max_window_bits=10; client_max_window_bits=10"},
    {"server.takeover.value", "; server_no_context_takeover=1"},
    {"server.takeover.twice", "; server_no_context_takeover; server_no_context_takeover"},
    {"client.takeover.value", "; client_no_context_takeover=true"},
    {"client.takeover.twice", "; client_no_context_takeover; client_no_context_takeover"},
};

/// A server declines such an offer, and nothing else: the next one may be taken.
void addBadOffers(Cases& cases) {
  for (const BadRow& row : kBad) {
    const std::string offer = std::string("permessage-deflate") + row.parameters;
    cases.push_back(CaseBuilder(fmt::format("deflate.decline.{}", row.id), kDecline,
                                "must be declined: " + offer)
                        .opening({.badOffer = offer})
                        .echo(Opcode::Text, "not compressed")
                        .orElse({.kind = Ending::Kind::Refused}, Verdict::NonStrict)
                        .build());
    cases.push_back(CaseBuilder(fmt::format("deflate.fallback.{}", row.id), "RFC 7692 5.1",
                                "declined, and the plain offer behind it taken: " + offer)
                        .opening({.deflate = DeflateTerms{}, .badOffer = offer})
                        .echo({.payload = Payload::records(500), .count = 3})
                        .orElse({.kind = Ending::Kind::Refused}, Verdict::NonStrict)
                        .build());
  }
  cases.push_back(CaseBuilder("deflate.offer.quoted", "RFC 6455 9.1",
                              "a parameter as a quoted string is the same as without quotes")
                      .opening({.deflate = DeflateTerms{.serverBits = 10},
                                .offer = "permessage-deflate; server_max_window_bits=\"10\""})
                      .echo({.payload = Payload::records(500), .count = 3})
                      .build());
  cases.push_back(
      CaseBuilder("deflate.offer.order", "RFC 6455 9.1", "spaces, tabs and another order")
          .opening({.deflate = DeflateTerms{.serverNoTakeover = true, .serverBits = 10},
                    .offer = "permessage-deflate ;\tserver_max_window_bits = 10;"
                             "server_no_context_takeover"})
          .echo({.payload = Payload::records(500), .count = 3})
          .orElse({.kind = Ending::Kind::Refused}, Verdict::Informational)
          .build());
  cases.push_back(
      CaseBuilder("deflate.offer.second", "RFC 7692 5.1", "behind an extension that nobody knows")
          .opening({.deflate = DeflateTerms{}, .badOffer = "x-parley-check; a=1"})
          .echo({.payload = Payload::records(500), .count = 3})
          .build());
}

/// A client fails the connection when an answer is not allowed for what it offered.
void addBadAnswers(Cases& cases) {
  const auto add = [&cases](std::string id, const std::string& value, const char* section) {
    cases.push_back(
        CaseBuilder("deflate.answer." + std::move(id), section,
                    "the 101 says Sec-WebSocket-Extensions: " + value)
            .opening({.text = with(usualAnswer(), "Sec-WebSocket-Extensions: " + value)})
            .send({.payload = "are you there?"})
            .ends({.kind = Ending::Kind::NotOpened})
            .build());
  };
  for (const BadRow& row : kBad) {
    add(row.id, std::string("permessage-deflate") + row.parameters, kDecline);
  }
  add("client.bits.none", "permessage-deflate; client_max_window_bits", "RFC 7692 7.1.2.2");
  add("twice", "permessage-deflate, permessage-deflate", "RFC 6455 9.1");
  add("other", "x-made-up", "RFC 6455 4.1");
  add("other.behind", "permessage-deflate, x-made-up", "RFC 6455 4.1");
  add("other.name", "permessage-deflates", "RFC 6455 4.1");
  add("webkit", "x-webkit-deflate-frame", "RFC 6455 4.1");
}

}  // namespace

Cases deflateOfferCases(Role role) {
  Cases cases;
  addTerms(cases, role);
  if (role == Role::Client) {
    addBadOffers(cases);
  } else {
    addBadAnswers(cases);
  }
  return cases;
}

}  // namespace parley::tool::check
