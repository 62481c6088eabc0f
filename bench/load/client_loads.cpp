#include "client_loads.hpp"

#include "churn_server.hpp"
#include "frames.hpp"
#include "measurement.hpp"
#include "server_end.hpp"
#include "wire.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatchBytes = std::size_t{128} * 1024;

void announce(const Listener& listener) {
  std::printf("%u\n", static_cast<unsigned>(listener.port()));
  std::fflush(stdout);
}

Subject subjectOf(const LoadOptions& options) {
  long process = options.process;
  if (process == 0 && std::scanf("%ld", &process) != 1) giveUp("no process id");
  return Subject(static_cast<pid_t>(process));
}

Opcode opcodeOf(const LoadOptions& options) {
  return options.payload == Payload::Text ? Opcode::Text : Opcode::Binary;
}

/// How many messages (of a raw client: bytes) the client has had, as it says when it is asked.
class Count {
 public:
  Count(ServerEnd& client, Protocol protocol) : client_(client), protocol_(protocol) {
    constexpr std::byte kMark{'?'};
    appendFrame(question_, Opcode::Text, std::span(&kMark, 1), Masking::None);
  }

  std::uint64_t ask() {
    client_.send(question_);
    std::vector<std::byte> answer;
    std::array<std::byte, 256> buffer;
    if (protocol_ == Protocol::Raw) {
      std::uint64_t bytes = 0;
      while (answer.size() < sizeof bytes) append(answer, client_.receive(buffer));
      std::memcpy(&bytes, answer.data(), sizeof bytes);
      return bytes;
    }
    for (bool complete = false; !complete;) {
      scanner_.scan(client_.receive(buffer), [&](const FramePiece& piece) {
        if (piece.isControl()) return;
        piece.appendTo(answer);
        complete = complete || piece.endsMessage();
      });
    }
    const std::string text(reinterpret_cast<const char*>(answer.data()), answer.size());
    return std::strtoull(text.c_str(), nullptr, 10);
  }
  [[nodiscard]] std::size_t questionBytes() const noexcept { return question_.size(); }

 private:
  static void append(std::vector<std::byte>& all, std::span<const std::byte> more) {
    all.insert(all.end(), more.begin(), more.end());
  }

  ServerEnd& client_;
  Protocol protocol_;
  std::vector<std::byte> question_;
  FrameScanner scanner_;
};

/// Compares the first message and some of the later ones with what the client should send.
class SinkCounter {
 public:
  explicit SinkCounter(std::size_t payloadBytes) : expected_(pattern(payloadBytes)) {}

  void take(std::span<const std::byte> bytes) {
    scanner_.scan(bytes, [this](const FramePiece& piece) {
      if (piece.isControl()) return;
      const bool isCompared = messages_ % kComparedEvery == 0;
      if (isCompared) piece.appendTo(message_);
      if (!piece.endsMessage()) return;
      if (isCompared) {
        isIntact_ = isIntact_ && message_ == expected_;
        message_.clear();
      }
      ++messages_;
    });
  }
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
  [[nodiscard]] bool isIntact() const noexcept { return isIntact_; }

 private:
  static constexpr std::uint64_t kComparedEvery = 256;

  std::vector<std::byte> expected_;
  std::vector<std::byte> message_;
  FrameScanner scanner_;
  std::uint64_t messages_ = 0;
  bool isIntact_ = true;
};

std::uint64_t feedFor(ServerEnd& client, std::span<const std::byte> batch,
                      std::chrono::milliseconds window) {
  std::uint64_t batches = 0;
  for (const auto end = Clock::now() + window; Clock::now() < end; ++batches) client.send(batch);
  return batches;
}

void sinkFor(ServerEnd& client, SinkCounter& counter, std::span<std::byte> buffer,
             std::chrono::milliseconds window) {
  const auto end = Clock::now() + window;
  while (Clock::now() < end) counter.take(client.receive(buffer));
}

}  // namespace

void feed(const LoadOptions& options) {
  const Listener listener;
  announce(listener);
  const Subject subject = subjectOf(options);
  ServerEnd client(listener, options.protocol);

  std::vector<std::byte> batch;
  const auto payload = pattern(options.bytes);
  appendFrame(batch, opcodeOf(options), payload, Masking::None);
  const std::size_t frameBytes = batch.size();
  const std::size_t perBatch = std::max<std::size_t>(1, kBatchBytes / frameBytes);
  while (batch.size() < perBatch * frameBytes) {
    appendFrame(batch, opcodeOf(options), payload, Masking::None);
  }

  Count count(client, options.protocol);
  std::uint64_t sent = perBatch * feedFor(client, batch, options.warmUp);
  count.ask();
  Measurement measurement(subject);
  const std::uint64_t inWindow = perBatch * feedFor(client, batch, options.window);
  sent += inWindow;
  const std::uint64_t came = count.ask();
  measurement.finish(inWindow);
  const std::uint64_t expected =
      options.protocol == Protocol::Raw ? sent * frameBytes + 2 * count.questionBytes() : sent;
  measurement.print(came == expected);
}

void sink(const LoadOptions& options) {
  const Listener listener;
  announce(listener);
  const Subject subject = subjectOf(options);
  ServerEnd client(listener, options.protocol);
  SinkCounter counter(options.bytes);
  std::vector<std::byte> buffer(std::size_t{512} * 1024);
  sinkFor(client, counter, buffer, options.warmUp);
  const std::uint64_t before = counter.messages();
  Measurement measurement(subject);
  sinkFor(client, counter, buffer, options.window);
  measurement.finish(counter.messages() - before);
  measurement.print(counter.isIntact());
}

void pong(const LoadOptions& options) {
  const Listener listener;
  announce(listener);
  const Subject subject = subjectOf(options);
  ServerEnd client(listener, options.protocol);
  std::vector<std::byte> frame;
  appendFrame(frame, opcodeOf(options), pattern(options.bytes), Masking::None);
  std::vector<std::byte> buffer(std::size_t{64} * 1024);
  SinkCounter counter(options.bytes);
  std::size_t rawBytes = 0;
  std::vector<std::uint64_t> times;
  times.reserve(1'000'000);
  const auto rally = [&](std::chrono::milliseconds window) {
    times.clear();
    const auto end = Clock::now() + window;
    for (auto start = Clock::now(); start < end;) {
      client.send(frame);
      const std::uint64_t before = counter.messages();
      for (bool back = false; !back;) {
        const auto bytes = client.receive(buffer);
        if (options.protocol == Protocol::Raw) {
          rawBytes += bytes.size();
          back = rawBytes >= frame.size();
        } else {
          counter.take(bytes);
          back = counter.messages() > before;
        }
      }
      rawBytes = 0;
      const auto now = Clock::now();
      times.push_back(static_cast<std::uint64_t>((now - start).count()));
      start = now;
    }
  };
  rally(options.warmUp);
  Measurement measurement(subject);
  rally(options.window);
  measurement.finish(times.size());
  std::sort(times.begin(), times.end());
  const auto quantile = [&](std::size_t perMille) {
    return times[std::min(times.size() - 1, times.size() * perMille / 1000)];
  };
  measurement.add("p50_ns", quantile(500));
  measurement.add("p99_ns", quantile(990));
  measurement.add("p999_ns", quantile(999));
  measurement.print(counter.isIntact());
}

void churnServer(const LoadOptions& options) {
  const Listener listener;
  announce(listener);
  const Subject subject = subjectOf(options);
  ChurnServer server(listener, options.protocol);
  server.run(options.warmUp);
  Measurement measurement(subject);
  const std::uint64_t ended = server.run(options.window);
  measurement.finish(ended);
  measurement.print(ended > 0);
}

}  // namespace bench
