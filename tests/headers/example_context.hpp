#pragma once

#include <parley/cookie_jar.hpp>
#include <parley/hsts.hpp>
#include <parley/parley.hpp>
#include <parley/protocol/client_handshake.hpp>
#include <parley/protocol/connection.hpp>
#include <parley/protocol/wire_inspector.hpp>
#include <parley/testing/fixed_entropy.hpp>
#include <parley/testing/manual_clock.hpp>
#include <parley/testing/memory_pipe.hpp>

#include <cstddef>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the examples of the headers presume: names, without definitions, as nothing is linked.

namespace examples {

using parley::protocol::ClientHandshake;
using parley::protocol::Connection;
using parley::protocol::OutputPiece;
using parley::protocol::Role;
using parley::protocol::Time;

struct File {
  void write(std::span<const std::byte> bytes);
  void close();
};

extern parley::WebSocket socket;
extern std::vector<parley::WebSocket> readers;
extern parley::Server server;
extern const parley::MessageEvent& event;
extern parley::Options options;
extern File file;
extern std::string token;
extern std::string id;
extern std::string secret;
extern const std::span<const std::byte, 16> nonce;
extern parley::protocol::ConnectionLimits limits;
extern parley::protocol::BufferPool pool;
extern parley::protocol::Entropy& entropy;
extern Connection& connection;
extern Time now;

void use(std::string_view text);
void handle(const parley::protocol::ConnectionEvent& event);
void handleClosed(const parley::protocol::ClosedEvent& closed);
void follow(parley::protocol::Disposition disposition);
void arm(std::optional<Time> deadline);
std::size_t write(std::span<const OutputPiece> pieces);
std::size_t write(std::string_view bytes);
std::size_t totalSize(std::span<const OutputPiece> pieces);
std::span<std::byte> read();

}  // namespace examples

#define EXPECT_EQ(a, b) static_cast<void>((a) == (b))
