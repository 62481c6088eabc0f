#include "protocol/pair_simulator.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace parley::protocol {

namespace {

std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr std::size_t kServer = static_cast<std::size_t>(Role::Server);

}  // namespace

std::uint64_t Dice::next() noexcept {
  state_ += 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t value = state_;
  value = (value ^ (value >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return value ^ (value >> 31U);
}

// ---- One end ----

SimulatedEnd::SimulatedEnd(Role which, const ConnectionLimits& given,
                           const SimulatedCompression& agreed, std::uint64_t seed, Time now)
    : limits(given),
      compression(agreed),
      entropy(seed),
      connection(which, limits, entropy, pool, now,
                 agreed.agreement ? std::optional(ConnectionCompression{*agreed.agreement,
                                                                        &compression.settings})
                                  : std::nullopt),
      role(which) {}

void SimulatedEnd::record(const ConnectionEvent& event) {
  using Type = ConnectionEvent::Type;
  switch (event.type) {
    case Type::None:
      return;
    case Type::Message:
      received.push_back({event.kind, textOf(event.payload)});
      trace.push_back((event.kind == MessageKind::Text ? "text:" : "binary:") +
                      textOf(event.payload));
      return;
    case Type::LargeMessage:
    case Type::MessagePart:
      trace.emplace_back("a part that nobody asked for");
      return;
    case Type::Ping:
      trace.push_back("ping:" + textOf(event.payload));
      return;
    case Type::Pong:
      trace.push_back("pong:" + textOf(event.payload));
      return;
    case Type::ClosingStarted:
      wasClosedByPeer = true;
      trace.emplace_back("closing started");
      return;
  }
}

void SimulatedEnd::receive(std::span<std::byte> bytes, Time now) {
  while (!bytes.empty()) record(connection.receive(bytes, now));
  connection.eventHandled();
}

void SimulatedEnd::receiveDirectly(std::span<const std::byte> bytes, Time now) {
  const std::span<std::byte> room = connection.directBuffer();
  std::copy(bytes.begin(), bytes.end(), room.begin());
  record(connection.receivedDirectly(bytes.size(), now));
  connection.eventHandled();
}

void SimulatedEnd::drain(SimulatedWire& wire) {
  std::array<OutputPiece, 3> pieces;
  while (const std::size_t count = connection.output(pieces)) {
    std::size_t taken = 0;
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t part = std::min(pieces[i].size, wire.room());
      wire.bytes.append(reinterpret_cast<const char*>(pieces[i].data), part);
      taken += part;
      offered += pieces[i].size;
    }
    connection.outputTaken(taken);
    if (taken == offered) continue;
    connection.retainOutput();
    break;
  }
}

// ---- The two of them ----

PairSimulator::PairSimulator(std::uint64_t seed) : dice_(seed) {
  pieces_ = static_cast<Pieces>(dice_.below(3));
  willBeCut_ = dice_.oneIn(8);
  if (dice_.oneIn(2)) agreement_ = {.fromServer = direction(), .fromClient = direction()};
  for (std::size_t who = 0; who < 2; ++who) {
    ConnectionLimits limits;
    limits.fragmentSize = static_cast<std::uint32_t>(4096 + dice_.below(60'000));
    if (dice_.oneIn(10)) limits.maxMessageSize = 100 + dice_.below(10'000);
    if (dice_.oneIn(20)) limits.maxFragments = 1 + static_cast<std::uint32_t>(dice_.below(3));
    ends_[who] = std::make_unique<SimulatedEnd>(static_cast<Role>(who), limits,
                                                SimulatedCompression{agreement_, settings()},
                                                dice_.next(), clock_.now());
    constexpr std::array<std::size_t, 3> kCapacities{50, 2'000, 500'000};
    wires_[who].capacity = kCapacities[std::max(dice_.below(3), static_cast<std::size_t>(pieces_))];
    actionsLeft_[who] = dice_.below(12);
  }
}

DeflateAgreement::Direction PairSimulator::direction() {
  using Context = DeflateAgreement::Context;
  return {.context = dice_.oneIn(2) ? Context::Kept : Context::Reset,
          .windowBits = static_cast<std::uint8_t>(8 + dice_.below(8))};
}

Compression PairSimulator::settings() {
  Compression compression;
  compression.level = dice_.oneIn(2) ? Compression::Level::Fast : Compression::Level::Best;
  compression.threshold = dice_.below(100);
  compression.releaseAfter = Duration(dice_.below(50));
  return compression;
}

std::size_t PairSimulator::messageSize() {
  switch (dice_.below(pieces_ == Pieces::Tiny ? 8 : 32)) {
    case 0:
      return 0;
    case 30:
      return dice_.below(20'000);
    case 31:
      return pieces_ == Pieces::Large ? dice_.below(200'000) : dice_.below(40'000);
    default:
      return dice_.below(200);
  }
}

std::size_t PairSimulator::pieceSize() {
  switch (pieces_) {
    case Pieces::Tiny:
      return 1 + dice_.below(16);
    case Pieces::Medium:
      return 1 + dice_.below(2'000);
    case Pieces::Large:
      return 1 + dice_.below(300'000);
  }
  return 1;
}

std::string PairSimulator::payload(MessageKind kind) {
  static constexpr std::array<std::string_view, 4> kCharacters{"a", "\xC3\xA9", "\xE4\xB8\xAD",
                                                               "\xF0\x9F\x98\x80"};
  const std::size_t size = messageSize();
  std::string data;
  data.reserve(size + 3);
  const std::size_t salt = dice_.below(100);
  if (kind == MessageKind::Binary) {
    data.resize(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(salt + i * 31 + i / 255);
    return data;
  }
  const bool isAscii = dice_.oneIn(2);
  if (isAscii) return std::string(size, static_cast<char>('!' + salt % 90));
  for (std::size_t i = salt; data.size() < size; ++i) data += kCharacters[(i * i / 3) % 4];
  return data;
}

bool PairSimulator::isOver() const {
  return ends_[0]->closed && ends_[1]->closed;
}

bool PairSimulator::run() {
  for (std::size_t steps = 0; !isOver(); ++steps) {
    if (steps == 200'000) return false;
    step();
  }
  return true;
}

void PairSimulator::step() {
  const std::size_t who = dice_.below(2);
  switch (dice_.below(16)) {
    case 0:
    case 1:
      act(who);
      break;
    case 2:
      // What is on its way arrives long before a timeout, so that only a cut can lose a connection.
      pass(Duration(dice_.below(20)));
      break;
    case 3:
      if (willBeCut_ && dice_.oneIn(40)) cut();
      break;
    default:
      deliver(who);
      break;
  }
}

void PairSimulator::act(std::size_t who) {
  SimulatedEnd& end = *ends_[who];
  if (actionsLeft_[who] == 0) {
    // Both have said everything: only a close is left, or its end.
    if (actionsLeft_[1 - who] == 0) close(who);
    return;
  }
  --actionsLeft_[who];
  if (dice_.oneIn(12)) {
    close(who);
  } else if (dice_.oneIn(4)) {
    const std::string data(dice_.below(126), 'p');
    end.connection.ping(std::as_bytes(std::span(data)), clock_.now());
  } else {
    for (std::size_t burst = 1 + dice_.below(4); burst != 0; --burst) send(who);
  }
  settle(who);
}

void PairSimulator::send(std::size_t who) {
  SimulatedEnd& end = *ends_[who];
  const MessageKind kind = dice_.oneIn(2) ? MessageKind::Text : MessageKind::Binary;
  std::string data = payload(kind);
  if (end.connection.canSend()) end.sent.push_back({kind, data});
  const bool moves = dice_.oneIn(3);
  const SendOptions options{.compress = dice_.oneIn(8) ? SendOptions::Never : SendOptions::Auto};
  bool accepted = true;
  if (kind == MessageKind::Text) {
    accepted = moves ? end.connection.sendText(ArrayBuffer::copyOf(data), options)
                     : end.connection.sendText(data, options);
  } else if (moves) {
    end.connection.sendBinary(ArrayBuffer::copyOf(data), options);
  } else {
    end.connection.sendBinary(std::as_bytes(std::span(data)), options);
  }
  if (!accepted) end.sent.push_back({kind, "refused"});
  if (end.connection.borrowsPayload()) {
    end.drain(wireFrom(who));
    end.connection.retainOutput();
  }
  // The caller does with its memory as it likes.
  std::fill(data.begin(), data.end(), '\xFF');
}

void PairSimulator::close(std::size_t who) {
  SimulatedEnd& end = *ends_[who];
  CloseRequest request;
  if (!dice_.oneIn(4)) {
    request.code = CloseCode(3000 + dice_.below(2000));
    request.reason = std::string(dice_.below(124), 'r');
  }
  if (end.connection.canSend()) end.closeRequest = request;
  end.connection.close(request.code, request.reason, clock_.now());
  settle(who);
}

void PairSimulator::deliver(std::size_t who) {
  SimulatedWire& wire = wireTo(who);
  SimulatedEnd& end = *ends_[who];
  const std::size_t size = std::min(wire.waiting(), pieceSize());
  if (size != 0) {
    const auto* const from = reinterpret_cast<const std::byte*>(wire.bytes.data() + wire.delivered);
    const std::size_t direct = std::min(size, end.connection.directBuffer().size());
    if (direct != 0) {
      end.receiveDirectly({from, direct}, clock_.now());
      wire.delivered += direct;
    } else {
      const auto copy = std::make_unique<std::byte[]>(size);  // NOLINT: of exact size
      std::copy_n(from, size, copy.get());
      end.receive({copy.get(), size}, clock_.now());
      wire.delivered += size;
    }
  } else if (wire.state == SimulatedWire::State::Finished) {
    wire.state = SimulatedWire::State::EndDelivered;
    end.connection.endOfInput(clock_.now());
  }
  settle(who);
  settle(1 - who);  // there may be room again
}

void PairSimulator::pass(Duration time) {
  clock_.advance(time);
  for (std::size_t who = 0; who < 2; ++who) {
    const auto deadline = ends_[who]->connection.deadline();
    if (deadline && *deadline <= clock_.now()) {
      ends_[who]->connection.deadlinePassed(clock_.now());
    }
    settle(who);
  }
}

void PairSimulator::cut() {
  wasCut_ = true;
  for (std::size_t who = 0; who < 2; ++who) {
    ends_[who]->connection.transportLost(clock_.now());
    settle(who);
  }
}

void PairSimulator::settle(std::size_t who) {
  SimulatedEnd& end = *ends_[who];
  SimulatedWire& wire = wireFrom(who);
  if (wire.state == SimulatedWire::State::Open) end.drain(wire);
  if (!end.closed) end.closed = end.connection.closed();
  const bool finishes =
      end.connection.disposition() == Disposition::FinishThenWait && !end.connection.hasOutput();
  if ((finishes || end.isDropped()) && wire.state == SimulatedWire::State::Open) {
    wire.state = SimulatedWire::State::Finished;
  }
  // What is sent to an end that is gone leads nowhere.
  if (end.isDropped()) wireTo(who).capacity = SIZE_MAX;
}

std::string PairSimulator::deliveredTo(Role role) const {
  const SimulatedWire& wire = wires_[role == Role::Server ? 1 - kServer : kServer];
  return wire.bytes.substr(0, wire.delivered);
}

}  // namespace parley::protocol
