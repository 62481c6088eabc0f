#include "http/divisions.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace {

using parley::Compression;
using parley::protocol::checkCompression;
using parley::protocol::ClientHandshake;
using parley::protocol::ClientRequest;
using parley::protocol::DeflateAgreement;
using parley::protocol::offerExtensions;
using parley::protocol::selectExtensions;
using parley::protocol::ServerHandshake;
using parley::testing::asBytes;

TEST(ExtensionChoice, AClientOffersWhatBrowsersOffer) {
  EXPECT_EQ(offerExtensions({}), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(offerExtensions({.mode = Compression::Mode::Off}), "");
  EXPECT_EQ(offerExtensions({.serverNoContextTakeover = true,
                             .clientNoContextTakeover = true,
                             .serverMaxWindowBits = 9,
                             .clientMaxWindowBits = 12}),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            "server_max_window_bits=9; client_max_window_bits=12");
}

TEST(ExtensionChoice, AServerAnswersTheFirstOfferThatItCanKeepTo) {
  struct Case {
    std::string_view offered;
    std::string_view answer;
    Compression compression = {};
  };
  const Compression small{.serverMaxWindowBits = 11, .clientMaxWindowBits = 10};
  const Compression alone{.serverNoContextTakeover = true, .clientNoContextTakeover = true};
  const Case cases[] = {
      {"", ""},
      {"x, permessage-bzip2", ""},
      {"permessage-deflate", "permessage-deflate"},
      {"PerMessage-Deflate", ""},
      {"x; y, permessage-deflate", "permessage-deflate"},
      {"permessage-deflate", "", {.mode = Compression::Mode::Off}},
      {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
      {"permessage-deflate; client_max_window_bits=15", "permessage-deflate"},
      {"permessage-deflate; client_max_window_bits=10",
       "permessage-deflate; client_max_window_bits=10"},
      {"permessage-deflate; client_max_window_bits=8",
       "permessage-deflate; client_max_window_bits=8"},
      {"permessage-deflate; server_max_window_bits=15",
       "permessage-deflate; server_max_window_bits=15"},
      {"permessage-deflate; server_max_window_bits=\"9\"",
       "permessage-deflate; server_max_window_bits=9"},
      {"permessage-deflate; server_no_context_takeover",
       "permessage-deflate; server_no_context_takeover"},
      {"permessage-deflate; client_no_context_takeover",
       "permessage-deflate; client_no_context_takeover"},
      // 8 bits to write with: nobody promises that
      {"permessage-deflate; server_max_window_bits=8", ""},
      {"permessage-deflate; server_max_window_bits=8, permessage-deflate", "permessage-deflate"},
      // invalid offers are passed over
      {"permessage-deflate; server_max_window_bits", ""},
      {"permessage-deflate; server_max_window_bits=7, permessage-deflate", "permessage-deflate"},
      {"permessage-deflate; server_max_window_bits=16", ""},
      {"permessage-deflate; server_max_window_bits=-1", ""},
      {"permessage-deflate; server_max_window_bits=1e3", ""},
      {"permessage-deflate; server_max_window_bits=08", ""},
      {"permessage-deflate; server_max_window_bits=15; server_max_window_bits=15", ""},
      {"permessage-deflate; client_max_window_bits=7", ""},
      {"permessage-deflate; client_max_window_bits=16", ""},
      {"permessage-deflate; client_max_window_bits; client_max_window_bits", ""},
      {"permessage-deflate; client_max_window_bits; client_max_window_bits=10", ""},
      {"permessage-deflate; server_no_context_takeover=true", ""},
      {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", ""},
      {"permessage-deflate; client_no_context_takeover=1", ""},
      {"permessage-deflate; unknown", ""},
      {"permessage-deflate; unknown=1, permessage-deflate; client_no_context_takeover, x",
       "permessage-deflate; client_no_context_takeover"},
      // the server's own limits
      {"permessage-deflate", "permessage-deflate; server_max_window_bits=11", small},
      {"permessage-deflate; client_max_window_bits",
       "permessage-deflate; server_max_window_bits=11; client_max_window_bits=10", small},
      {"permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
       "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9", small},
      {"permessage-deflate; server_max_window_bits=13; client_max_window_bits=13",
       "permessage-deflate; server_max_window_bits=11; client_max_window_bits=10", small},
      {"permessage-deflate",
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover", alone},
      {"a;", ""},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(selectExtensions(each.compression, each.offered), each.answer) << each.offered;
  }
}

TEST(ExtensionChoice, ReadsAMegabyteOfOffersInLinearTime) {
  std::string offers;
  while (offers.size() < 1'000'000) offers += "permessage-deflate; server_max_window_bits=8, ";
  EXPECT_EQ(selectExtensions({}, offers), "");
  EXPECT_EQ(selectExtensions({}, offers + "permessage-deflate"), "permessage-deflate");
}

TEST(ExtensionChoice, ChecksTheWindowsOfTheApplication) {
  checkCompression({});
  checkCompression({.serverMaxWindowBits = 9, .clientMaxWindowBits = 9});
  for (const std::uint8_t bad : {std::uint8_t{0}, std::uint8_t{8}, std::uint8_t{16}}) {
    EXPECT_THROW(checkCompression({.serverMaxWindowBits = bad}), parley::DOMException);
    EXPECT_THROW(checkCompression({.clientMaxWindowBits = bad}), parley::DOMException);
  }
}

/// Both ends of a handshake with these options.
void expectAgreement(const Compression& ofClient, const Compression& ofServer) {
  ClientRequest request;
  request.host = "a";
  request.extensions = offerExtensions(ofClient);
  ClientHandshake client(request, std::array<std::byte, 16>{});
  ServerHandshake server;
  server.receive(asBytes(client.request()));
  ASSERT_EQ(server.state(), ServerHandshake::State::UpgradeRequest);
  auto answer =
      server.accept({std::nullopt, selectExtensions(ofServer, server.request()->extensions), {}});
  auto& acceptance = std::get<ServerHandshake::Acceptance>(answer);
  client.receive(asBytes(acceptance.response));
  ASSERT_EQ(client.state(), ClientHandshake::State::Negotiated);
  const auto negotiated = client.take();
  EXPECT_EQ(negotiated.extensions, acceptance.negotiated.extensions);
  EXPECT_EQ(negotiated.deflate, acceptance.negotiated.deflate);
  const bool isOn =
      ofClient.mode == Compression::Mode::On && ofServer.mode == Compression::Mode::On;
  ASSERT_EQ(negotiated.deflate.has_value(), isOn);
  if (!isOn) return;
  const DeflateAgreement& agreed = *negotiated.deflate;
  EXPECT_EQ(agreed.fromServer.windowBits,
            std::min(ofClient.serverMaxWindowBits, ofServer.serverMaxWindowBits));
  EXPECT_EQ(agreed.fromClient.windowBits,
            std::min(ofClient.clientMaxWindowBits, ofServer.clientMaxWindowBits));
  using Context = DeflateAgreement::Context;
  EXPECT_EQ(agreed.fromServer.context == Context::Reset,
            ofClient.serverNoContextTakeover || ofServer.serverNoContextTakeover);
  EXPECT_EQ(agreed.fromClient.context == Context::Reset,
            ofClient.clientNoContextTakeover || ofServer.clientNoContextTakeover);
}

TEST(ExtensionChoice, BothEndsAgreeWhateverTheirOptions) {
  // All pairs of settings would be a million.
  const auto settings = [](unsigned number) {
    Compression compression;
    compression.mode = number % 5 == 0 ? Compression::Mode::Off : Compression::Mode::On;
    compression.serverNoContextTakeover = (number / 5) % 2 == 0;
    compression.clientNoContextTakeover = (number / 10) % 2 == 0;
    compression.serverMaxWindowBits = static_cast<std::uint8_t>(9 + (number / 20) % 7);
    compression.clientMaxWindowBits = static_cast<std::uint8_t>(9 + (number / 140) % 7);
    return compression;
  };
  constexpr unsigned kAll = 980;
  for (unsigned i = 0; i < kAll; ++i) {
    expectAgreement(settings(i), settings(i * 577 % kAll));
    if (HasFailure()) return;
  }
}

}  // namespace
