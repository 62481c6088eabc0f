#include "protocol/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <random>
#include <utility>

#include <gtest/gtest.h>

namespace parley::protocol {

namespace {

std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Long inputs are cut at every position of this much of their ends only: the middle is payload.
constexpr std::size_t kShort = 600;
constexpr std::size_t kEnd = 40;

}  // namespace

std::string describe(const ClosedEvent& event) {
  std::string text = "closed " + std::to_string(event.code.value()) + " '" + event.reason + "'";
  text += event.wasClean ? " clean" : " unclean";
  text += event.closedFirst == Side::Local ? " local" : " remote";
  if (event.failed) text += ": " + std::string(describe(event.cause));
  return text;
}

Endpoint::Endpoint(Role role, const ConnectionLimits& given,
                   const std::optional<DeflateAgreement>& deflate, const Compression& settings)
    : limits(given),
      compression(settings),
      entropy({wire::kMask[0], wire::kMask[1], wire::kMask[2], wire::kMask[3]}),
      connection(
          role, limits, entropy, pool, clock.now(),
          deflate ? std::optional(ConnectionCompression{*deflate, &compression}) : std::nullopt) {}

void Endpoint::record(const ConnectionEvent& event) {
  using Type = ConnectionEvent::Type;
  switch (event.type) {
    case Type::None:
      return;
    case Type::Message:
      recordMessage(event.kind, textOf(event.payload));
      break;
    case Type::LargeMessage:
      if (!inParts) return;
      gathered_ = textOf(event.payload);
      if (!gathered_.empty()) partSizes.push_back(gathered_.size());
      connection.receiveInParts();
      break;
    case Type::MessagePart:
      gathered_ += textOf(event.payload);
      partSizes.push_back(event.payload.size());
      EXPECT_TRUE(event.isLast || !event.payload.empty());
      if (event.isLast) recordMessage(event.kind, std::exchange(gathered_, {}));
      break;
    case Type::Ping:
      events.push_back("ping:" + textOf(event.payload));
      break;
    case Type::Pong:
      events.push_back("pong:" + textOf(event.payload));
      break;
    case Type::ClosingStarted:
      events.emplace_back("closing started");
      break;
  }
  if (onEvent) onEvent(event);
}

void Endpoint::recordMessage(MessageKind kind, const std::string& message) {
  events.push_back((kind == MessageKind::Text ? "text:" : "binary:") + message);
}

void Endpoint::consume(std::span<std::byte> input) {
  while (!input.empty() || connection.hasMore()) {
    const std::size_t before = input.size();
    const bool hadMore = connection.hasMore();
    const ConnectionEvent event = connection.receive(input, now());
    record(event);
    if (event.type == ConnectionEvent::Type::None) {
      EXPECT_TRUE(input.empty() && !connection.hasMore());
      return;
    }
    ASSERT_TRUE(input.size() < before || hadMore) << "an event without progress";
  }
}

void Endpoint::receive(std::string_view bytes) {
  // Of exactly this size, so that a sanitizer sees every step outside.
  const auto memory = std::make_unique<std::byte[]>(bytes.size());  // NOLINT: of exact size
  std::copy_n(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size(), memory.get());
  consume({memory.get(), bytes.size()});
  connection.eventHandled();
  drain();
}

void Endpoint::receiveDirectly(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<std::byte> room = connection.directBuffer();
    if (room.empty()) {
      // As a loop that reads what has come into its shared buffer.
      const std::size_t size = std::min<std::size_t>(bytes.size(), 20'000);
      receive(bytes.substr(0, size));
      bytes.remove_prefix(size);
      continue;
    }
    const std::size_t size = std::min(bytes.size(), room.size());
    std::copy_n(reinterpret_cast<const std::byte*>(bytes.data()), size, room.begin());
    record(connection.receivedDirectly(size, now()));
    connection.eventHandled();
    drain();
    bytes.remove_prefix(size);
  }
}

std::vector<Duration> Endpoint::waitForDeadlines(Duration duration) {
  const Time start = now();
  const Time end = start + duration;
  std::vector<Duration> reached;
  while (const auto deadline = connection.deadline()) {
    if (*deadline > end) break;
    clock.advanceTo(*deadline);
    reached.push_back(now() - start);
    connection.deadlinePassed(now());
    drain();
    if (reached.size() > 1000) {
      ADD_FAILURE() << "a deadline that never passes";
      break;
    }
  }
  clock.advanceTo(end);
  return reached;
}

void Endpoint::drain() {
  std::array<OutputPiece, 4> pieces;
  while (const std::size_t count = connection.output(pieces)) {
    std::size_t taken = 0;
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t part = std::min({pieces[i].size, transportRoom - taken, writeSize - taken});
      sent.append(reinterpret_cast<const char*>(pieces[i].data), part);
      taken += part;
      offered += pieces[i].size;
      ASSERT_NE(pieces[i].size, 0U) << "an empty piece";
    }
    if (transportRoom != SIZE_MAX) transportRoom -= taken;
    const std::uint64_t before = connection.unsentPayload();
    const std::uint64_t released = connection.outputTaken(taken);
    EXPECT_EQ(released, before - connection.unsentPayload());
    if (taken < offered) {
      connection.outputBlocked(now());
      if (transportRoom == 0) break;
    }
  }
  if (auto event = connection.closed()) {
    EXPECT_FALSE(closed) << "closed twice";
    events.push_back(describe(*event));
    closed = std::move(event);
  }
}

Trace traceOfEveryDivision(Role role, std::string_view input, const ConnectionLimits& limits,
                           const std::optional<DeflateAgreement>& deflate) {
  const auto traceWith = [&](const ConnectionLimits& some, bool inParts, auto feed) {
    Endpoint endpoint(role, some, deflate);
    endpoint.inParts = inParts;
    feed(endpoint);
    endpoint.connection.endOfInput(endpoint.now());
    endpoint.drain();
    return Trace{std::move(endpoint.events), std::move(endpoint.sent)};
  };
  const auto traceOf = [&](auto feed) { return traceWith(limits, false, feed); };
  const Trace whole = traceOf([&](Endpoint& endpoint) { endpoint.receive(input); });
  const Trace single = traceOf([&](Endpoint& endpoint) {
    for (std::size_t i = 0; i < input.size(); ++i) endpoint.receive(input.substr(i, 1));
  });
  EXPECT_EQ(single, whole) << "byte by byte";
  EXPECT_EQ(traceOf([&](Endpoint& endpoint) { endpoint.receiveDirectly(input); }), whole)
      << "directly";
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    if (input.size() > kShort && cut > kEnd && cut + kEnd < input.size()) continue;
    const Trace halves = traceOf([&](Endpoint& endpoint) {
      endpoint.receive(input.substr(0, cut));
      endpoint.receive(input.substr(cut));
    });
    EXPECT_EQ(halves, whole) << "cut at " << cut;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 10; ++i) {
    const Trace parts = traceOf([&](Endpoint& endpoint) {
      for (std::size_t at = 0; at < input.size();) {
        const std::size_t size = std::min<std::size_t>(random() % 40 + 1, input.size() - at);
        endpoint.receive(input.substr(at, size));
        at += size;
      }
    });
    EXPECT_EQ(parts, whole) << "random parts " << i;
  }
  for (const std::uint64_t large : {0U, 1U, 5U, 1000U}) {
    ConnectionLimits some = limits;
    some.largeMessageSize = large;
    for (const bool inParts : {false, true}) {
      for (const std::size_t size : {std::size_t{1}, std::size_t{7}, input.size()}) {
        const Trace trace = traceWith(some, inParts, [&](Endpoint& endpoint) {
          for (std::size_t at = 0; at < input.size(); at += size) {
            endpoint.receive(input.substr(at, size));
          }
        });
        EXPECT_EQ(trace, whole) << "large from " << large << " on, " << size << " at a time, "
                                << (inParts ? "in parts" : "gathered");
      }
    }
  }
  return whole;
}

}  // namespace parley::protocol
